import { Control } from '../../../policy/control';
import type { FlowNode } from '../../../policy/flow';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { FLOW_NODE, rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { holdsKeysOnly, holdsQuarantineOnly, ofPlaces, ofQuarantine } from './erased-places';

export default rule({
  name: 'FlowStoreErasure',
  title: 'Where people are erased by a workflow, it reaches every store that holds data of people',
  severity: 'error',
  control: Control.ERASURE,
  resources: [FLOW_NODE, 'AWS::SageMaker::FeatureGroup'],
  why: 'a copy that nobody registered, such as captures, features or what steps write, keeps a person who asked to be erased. Asked once an app has a workflow that erases: '
    + 'without one people are erased elsewhere or not at all, which no file of the app can tell, and reports name it as left open',
  fix: 'give each part of the store that steps read or write an eraser in SubjectRights, or one by a function of your own (Eraser.byFunction); give rows that a de-identification sets aside a '
    + 'store of their own that keeps them for less time than a request may take',
  properties: ['Classification', 'FeatureGroupName'],
  sources: [
    'https://eur-lex.europa.eu/eli/reg/2016/679/oj', 'https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-delete-records.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html',
  ],
  good: 'a raw store and captures of health data, each with an eraser in SubjectRights for the prefix that is read or written',
  bad: 'a raw store with an eraser for letters/ while a pipeline reads admissions/, and captures of the same data without one',
  check: (resource, profile) => {
    const { flow } = resource.relations;
    if (!flow || !resource.relations.once(erases)) return NOT_APPLICABLE;
    if (resource.type !== FLOW_NODE) return ofFeatureGroup(resource, flow.nodes);
    const store = flow.node(resource.at('Id').texts[0] ?? '');
    // who holds a key of pseudonyms tells who is who, and yet it is of nobody
    if (store?.kind !== 'store' || (store.erasure === undefined && holdsKeysOnly(flow, store))) return NOT_APPLICABLE;
    if (store.erasure !== undefined) return ofPlaces(flow, store, profile);
    // an auditor asks on which ground people stay there, so the answer has it
    if (store.keptByLaw !== undefined) return { ...COMPLIANT, detail: `no eraser reaches it: it is kept as ${store.keptByLaw}` };
    if (store.keepsNobody !== undefined) return { ...COMPLIANT, detail: `there is nobody to erase: ${store.keepsNobody}` };
    const setAside = flow.into(store.id).filter(({ carries }) => carries === 'aside');
    if (setAside.length > 0 && holdsQuarantineOnly(flow, store)) return ofQuarantine(flow, store, setAside[0]!, profile);
    const classification = flow.classificationOf(store.id);
    if (classification === undefined) return unknown(`what '${store.name}' holds has no classification, and nothing erases people from it`);
    if (classification.isPersonal) return nonCompliant(`'${store.name}' holds ${classification} data, and nothing erases people from it`);
    const other = flow.unclassifiedIn(store.id);
    return other ? unknown(`'${store.name}' holds data of '${other.name}', which has no classification, and nothing erases people from it`) : NOT_APPLICABLE;
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
