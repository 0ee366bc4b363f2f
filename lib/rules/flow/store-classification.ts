import { Classification } from '../../policy/classification';
import { Control } from '../../policy/control';
import { FLOW_NODE, rule } from '../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown } from '../verdict';

export default rule({
  name: 'FlowStoreClassification',
  title: 'Stores are classified at least as high as what is written to them',
  severity: 'error',
  control: Control.DATA_CLASSIFICATION,
  resources: [FLOW_NODE],
  why: 'what is read from a store is protected as the store is classified: a lower word there takes protection off whatever passes through',
  fix: 'classify the store as high as what flows in, write to another one, or declare what the step de-identifies to',
  properties: ['Classification'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'health data that a step pseudonymises, written to a store classified pseudonymised',
  bad: 'health data that a step copies to a store classified public',
  check: (node, profile) => {
    const { flow } = node.relations;
    const store = flow?.node(node.at('Id').texts[0] ?? '');
    const own = store?.classification;
    if (!flow || !store || store.kind !== 'store' || !own) return NOT_APPLICABLE;
    const sources = flow.sourcesOf(store.id);
    if (sources.length === 0) return NOT_APPLICABLE;
    // outside HIPAA, health data is a special category like the others
    const highest = profile.frameworks.some(({ name }) => name === 'HIPAA') ? Classification.PHI : Classification.SPECIAL_CATEGORY;
    if (own.isAtLeast(highest)) return COMPLIANT;
    return sources.map((source) => {
      const from = flow.node(source)?.name ?? source;
      const given = flow.classificationOf(source);
      if (!given) return unknown(`what '${from}' writes to '${store.name}' has no classification`);
      return own.isAtLeast(given) ? COMPLIANT : nonCompliant(`'${from}' writes ${given} data to '${store.name}', which is classified ${own}`);
    });
  },
});
