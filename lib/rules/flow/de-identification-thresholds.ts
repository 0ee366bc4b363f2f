import { Control } from '../../policy/control';
import { FLOW_NODE, rule } from '../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown } from '../verdict';

export default rule({
  name: 'FlowDeIdentificationThresholds',
  title: 'What leaves identifying data behind is held to groups of people',
  severity: 'warning',
  control: Control.DE_IDENTIFICATION,
  resources: [FLOW_NODE],
  why: 'without names, a date of birth, a sex and a postal code still find most people; only a measure of the result tells, and only a threshold stops the run that does not have it',
  fix: 'name the quasiIdentifiers of the plan, and give it thresholds with k of 2 or more',
  properties: ['DeIdentification.HoldsGroups'],
  sources: ['https://doi.org/10.1142/S0218488502001648', 'https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'raw store of health data → de-identification whose plan holds k = 5',
  bad: 'raw store of health data → de-identification whose plan has no thresholds',
  check: (node) => {
    const { flow } = node.relations;
    const own = flow?.node(node.at('Id').texts[0] ?? '');
    if (!flow || !own?.deIdentification) return NOT_APPLICABLE;
    if (own.deIdentification.holdsGroups) return COMPLIANT;
    const sources = flow.sourcesOf(own.id);
    const identifying = sources.map((source) => flow.classificationOf(source)).find((classification) => classification?.isIdentifying);
    if (identifying) return nonCompliant(`'${own.name}' reads ${identifying} data, and nothing holds how many people look alike in its result`);
    return sources.some((source) => !flow.classificationOf(source) || flow.unclassifiedIn(source)) ? unknown(`what '${own.name}' reads has no classification, or not all of it, and nothing holds how many people look alike in its result`) : NOT_APPLICABLE;
  },
});
