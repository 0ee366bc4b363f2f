import { Control } from '../../../policy/control';
import type { FlowNode } from '../../../policy/flow';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { FLOW_NODE, rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';

export default rule({
  name: 'FlowStoreErasure',
  title: 'Where people are erased by a workflow, it reaches every store that holds data of people',
  severity: 'error',
  control: Control.ERASURE,
  resources: [FLOW_NODE, 'AWS::SageMaker::FeatureGroup'],
  why: 'a copy that nobody registered, such as captures, features or what steps write, keeps a person who asked to be erased. Asked once an app has a workflow that erases: '
    + 'without one people are erased elsewhere or not at all, which no file of the app can tell, and reports name it as left open',
  fix: 'give the store an eraser in SubjectRights, or one by a function of your own (Eraser.byFunction)',
  properties: ['Classification', 'FeatureGroupName'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj', 'https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-delete-records.html'],
  good: 'a raw store and captures of health data, each with an eraser in SubjectRights',
  bad: 'a raw store with an eraser, and captures of the same data without one',
  check: (resource) => {
    const { flow } = resource.relations;
    if (!flow || !resource.relations.once(erases)) return NOT_APPLICABLE;
    if (resource.type !== FLOW_NODE) return ofFeatureGroup(resource, flow.nodes);
    const store = flow.node(resource.at('Id').texts[0] ?? '');
    if (store?.kind !== 'store') return NOT_APPLICABLE;
    if (store.erasure !== undefined) return { ...COMPLIANT, detail: store.erasure };
    // an auditor asks on which ground people stay there, so the answer has it
    if (store.keptByLaw !== undefined) return { ...COMPLIANT, detail: `no eraser reaches it: it is kept as ${store.keptByLaw}` };
    const classification = flow.classificationOf(store.id);
    if (classification === undefined) return unknown(`what '${store.name}' holds has no classification, and nothing erases people from it`);
    return classification.isPersonal ? nonCompliant(`'${store.name}' holds ${classification} data, and nothing erases people from it`) : NOT_APPLICABLE;
  },
});

function erases({ flow }: Relations): boolean {
  return flow?.nodes.some(({ erasure }) => erasure !== undefined) ?? false;
}

// a feature group declares nothing: it is told by its name
function ofFeatureGroup(group: Resource, nodes: readonly FlowNode[]): Verdict {
  const known = nodes.filter(({ detail, erasure }) => detail === 'feature-group' && erasure !== undefined).map(({ name }) => name);
  return group.at('FeatureGroupName').judge((name) => {
    if (typeof name === 'string' && known.includes(name)) return COMPLIANT;
    return nonCompliant(`nothing erases people from ${typeof name === 'string' ? `feature group '${name}'` : 'it'}`);
  });
}
