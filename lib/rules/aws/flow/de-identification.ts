import { Control } from '../../../policy/control';
import { FLOW_NODE, rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown } from '../../verdict';

export default rule({
  name: 'FlowDeIdentification',
  title: 'Personal data is de-identified before it trains or is transformed',
  severity: 'error',
  control: Control.DE_IDENTIFICATION,
  resources: [FLOW_NODE],
  why: 'a model can repeat what it was trained on; names and identifiers must not be there to repeat',
  fix: 'put a step between that declares what it de-identifies to, or read from a store of pseudonymised data',
  check: (node, profile) => {
    const { flow } = node.relations;
    const id = node.at('Id').texts[0];
    const isLearning = node.at('Detail').texts.some((detail) => LEARNING.has(detail));
    if (!flow || id === undefined || !isLearning) return NOT_APPLICABLE;
    const inputs = flow.sourcesOf(id);
    if (inputs.length === 0) return unknown('the step declares no input, so what reaches it is not known');
    return inputs.map((source) => {
      const from = flow.node(source)?.name ?? source;
      const classification = flow.classificationOf(source);
      if (!classification) return unknown(`what '${from}' gives to '${node.at('Name').texts[0]}' has no classification`);
      return profile.requiresDeIdentification(classification)
        ? nonCompliant(`'${node.at('Name').texts[0]}' reads ${classification} data from '${from}'`)
        : COMPLIANT;
    });
  },
});

const LEARNING = new Set(['Training', 'Tuning', 'Transform', 'AutoML', 'NotebookJob']);
