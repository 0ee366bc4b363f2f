import { Control } from '../../../policy/control';
import type { DataFlow, FlowNode, PlacedEdge } from '../../../policy/flow';
import type { ComplianceProfile } from '../../../policy/profile';
import { RequestKind } from '../../../policy/request-deadline';
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
    return classification.isPersonal ? nonCompliant(`'${store.name}' holds ${classification} data, and nothing erases people from it`) : NOT_APPLICABLE;
  },
});

function erases({ flow }: Relations): boolean {
  return flow?.nodes.some(({ erasure }) => erasure !== undefined) ?? false;
}

function holdsKeysOnly(flow: DataFlow, { id }: FlowNode): boolean {
  const out = flow.outOf(id);
  return flow.into(id).length === 0 && out.length > 0 && out.every(({ carries }) => carries === 'key');
}

function holdsQuarantineOnly(flow: DataFlow, { id }: FlowNode): boolean {
  return flow.outOf(id).length === 0 && flow.into(id).every(({ from, carries }) => carries === 'aside' || flow.node(from)?.detail === 'Quarantine');
}

/** What is read or written under a prefix is held against the prefixes that erasers look below; where none is said, any eraser of the store does. */
function ofPlaces(flow: DataFlow, store: FlowNode, profile: ComplianceProfile): Verdict | Verdict[] {
  const { erasers, erasure, name } = store;
  const into = flow.into(store.id);
  const isEndpoint = (id: string) => flow.node(id)?.kind === 'endpoint';
  const captured = store.detail === 'captures' || into.some(({ from }) => isEndpoint(from));
  const useful = (erasers ?? []).filter(({ finds }) => finds !== 'captures' || captured);
  if (erasers && useful.length === 0) return nonCompliant(`its eraser looks for captures in '${name}', into which no endpoint captures, so it erases nobody`);
  if (!erasers) return { ...COMPLIANT, detail: erasure };
  const places = [...into.map((edge) => ({ edge, other: edge.from, does: 'writes' })), ...flow.outOf(store.id).map((edge) => ({ edge, other: edge.to, does: 'reads' }))];
  const open = places.flatMap(({ edge, other, does }): Verdict[] => {
    if (edge.prefix === undefined || edge.carries === 'key') return [];
    const { prefix } = edge;
    const able = useful.filter(({ finds }) => finds === 'anything' || (edge.carries !== 'aside' && (finds !== 'captures' || isEndpoint(other))));
    if (able.some((eraser) => prefix.startsWith(eraser.prefix))) return [];
    if (edge.carries === 'aside') return [ofQuarantine(flow, store, edge, profile)].filter(({ answer }) => answer !== COMPLIANT.answer);
    const by = flow.node(other)?.name ?? other;
    const where = prefix === '' ? `all of '${name}'` : `'${prefix}' in '${name}'`;
    const looked = useful.map((eraser) => `'${eraser.prefix}'`).join(', ');
    if (able.some((eraser) => eraser.prefix.startsWith(prefix))) return [unknown(`'${by}' ${does} ${where}, and people are erased below ${looked} only: whether they stand elsewhere in it is not known`)];
    return [nonCompliant(`'${by}' ${does} ${where}, where nothing erases people: erasers look below ${looked}`)];
  });
  return open.length > 0 ? open : { ...COMPLIANT, detail: erasure };
}

/** Rows that were set aside are in no form that a person is found in, and some are broken: they expire in time, or stay. */
function ofQuarantine(flow: DataFlow, { name, retentionDays, versionDays }: FlowNode, { from, prefix }: PlacedEdge, profile: ComplianceProfile): Verdict {
  const due = Math.min(...dueDays(profile));
  const gone = retentionDays === undefined || versionDays === undefined ? undefined : retentionDays + versionDays;
  if (gone !== undefined && gone + ROUNDING <= due) return { ...COMPLIANT, detail: `no eraser reaches it: rows that were set aside are gone after ${gone} days, before a request is due` };
  const rows = `rows that '${flow.node(from)?.name ?? from}' sets aside lie in '${name}'${prefix === undefined ? '' : ` below '${prefix}'`}, where no eraser finds a person`;
  return nonCompliant(`${rows}, for ${gone === undefined ? 'a time that is not known' : `${gone} days`}: a request is due after ${due}, so give them a store of their own that keeps them, and their versions, for ${due - ROUNDING} at most`);
}

// S3 counts from the midnight after, once for the object and once for its version
const ROUNDING = 2;
// of the shortest month
const MONTH = 28;

function dueDays(profile: ComplianceProfile): number[] {
  const days = profile.requestDeadlinesFor(RequestKind.ERASURE).map(({ months, days: given }) => given ?? months! * MONTH);
  return days.length > 0 ? days : [MONTH];
}

// a feature group declares nothing: it is told by its name
function ofFeatureGroup(group: Resource, nodes: readonly FlowNode[]): Verdict {
  const known = nodes.filter(({ detail, erasure }) => detail === 'feature-group' && erasure !== undefined).map(({ name }) => name);
  return group.at('FeatureGroupName').judge((name) => {
    if (typeof name === 'string' && known.includes(name)) return COMPLIANT;
    return nonCompliant(`nothing erases people from ${typeof name === 'string' ? `feature group '${name}'` : 'it'}`);
  });
}
