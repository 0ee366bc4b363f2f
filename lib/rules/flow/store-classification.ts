import { Classification } from '../../policy/classification';
import { Control } from '../../policy/control';
import type { DataFlow } from '../../policy/flow';
import { FLOW_NODE, rule } from '../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../verdict';

export default rule({
  name: 'FlowStoreClassification',
  title: 'Stores are classified at least as high as what is written to them, and as what their keys open',
  severity: 'error',
  control: Control.DATA_CLASSIFICATION,
  resources: [FLOW_NODE],
  why: 'what is read from a store is protected as the store is classified: a lower word there takes protection off whatever passes through; and whoever has the key of pseudonyms reads them as '
    + 'the people that they stand for',
  fix: 'classify the store as high as what flows in, or as what is pseudonymised with its key; write to another one, or declare what the step de-identifies to',
  properties: ['Classification'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'health data that a step pseudonymises, written to a store classified pseudonymised',
  bad: 'health data that a step copies to a store classified public; the key of its pseudonyms in a store classified internal',
  check: (node, profile) => {
    const { flow } = node.relations;
    const store = flow?.node(node.at('Id').texts[0] ?? '');
    const own = store?.classification;
    if (!flow || !store || store.kind !== 'store' || !own) return NOT_APPLICABLE;
    // rows that come back can be of more than the store that they return to
    const sources = flow.into(store.id).filter(({ carries }) => carries === undefined || carries === 'back').map(({ from }) => from);
    const opened = flow.outOf(store.id).filter(({ carries }) => carries === 'key').map(({ to }) => to);
    if (sources.length + opened.length === 0) return NOT_APPLICABLE;
    // outside HIPAA, health data is a special category like the others
    const highest = profile.frameworks.some(({ name }) => name === 'HIPAA') ? Classification.PHI : Classification.SPECIAL_CATEGORY;
    if (own.isAtLeast(highest)) return COMPLIANT;
    return [...sources.map((source): Verdict => {
      const from = flow.node(source)?.name ?? source;
      const given = flow.classificationOf(source);
      if (!given) return unknown(`what '${from}' writes to '${store.name}' has no classification`);
      if (!own.isAtLeast(given)) return nonCompliant(`'${from}' writes ${given} data to '${store.name}', which is classified ${own}`);
      const other = flow.unclassifiedIn(source);
      return other ? unknown(`what '${from}' writes to '${store.name}' is of '${other.name}' too, which has no classification`) : COMPLIANT;
    }), ...opened.map((step) => ofKey(flow, { name: store.name, own }, step))];
  },
});

// GDPR Art. 4(5): what attributes pseudonyms to people is what makes them personal data
function ofKey(flow: DataFlow, { name, own }: { readonly name: string; readonly own: Classification }, step: string): Verdict {
  const by = flow.node(step)?.name ?? step;
  const read = flow.sourcesOf(step).flatMap((source) => flow.classificationOf(source) ?? []);
  if (read.length === 0) return unknown(`what '${by}' reads has no classification, so what the key in '${name}' opens is not known`);
  const opens = Classification.highest(...read);
  if (!own.isAtLeast(opens)) return nonCompliant(`'${name}' holds the key by which '${by}' pseudonymises ${opens} data, and is classified ${own}`);
  const other = flow.sourcesOf(step).map((source) => flow.unclassifiedIn(source)).find((one) => one !== undefined);
  return other ? unknown(`what '${by}' reads is of '${other.name}' too, which has no classification, so what the key in '${name}' opens is not known`) : COMPLIANT;
}
