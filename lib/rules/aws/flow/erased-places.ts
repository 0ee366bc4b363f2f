import { dueDays, MONTH } from '../../../policy/due-days';
import type { DataFlow, FlowNode, PlacedEdge } from '../../../policy/flow';
import type { ComplianceProfile } from '../../../policy/profile';
import { RequestKind } from '../../../policy/request-deadline';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';

// S3 counts from the midnight after, once for the object and once for its version
const ROUNDING = 2;

/** A store out of which keys are read, and nothing else. */
export function holdsKeysOnly(flow: DataFlow, { id }: FlowNode): boolean {
  const out = flow.outOf(id);
  return flow.into(id).length === 0 && out.length > 0 && out.every(({ carries }) => carries === 'key');
}

/** A store into which rows are set aside, and out of which nothing is read. */
export function holdsQuarantineOnly(flow: DataFlow, { id }: FlowNode): boolean {
  return flow.outOf(id).length === 0 && flow.into(id).every(({ from, carries }) => carries === 'aside' || flow.node(from)?.detail === 'Quarantine');
}

/**
 * What is read or written under a prefix is held against the prefixes that erasers look below; where none is known, only an eraser of the whole store reaches
 * it for certain. What is moved on to another store is held against that one.
 */
export function ofPlaces(flow: DataFlow, store: FlowNode, profile: ComplianceProfile): Verdict | Verdict[] {
  const { erasers, erasure, name } = store;
  const into = flow.into(store.id);
  const isEndpoint = (id: string) => flow.node(id)?.kind === 'endpoint';
  const captured = store.detail === 'captures' || into.some(({ from }) => isEndpoint(from));
  const useful = (erasers ?? []).filter(({ finds }) => finds !== 'captures' || captured);
  if (erasers && useful.length === 0) return nonCompliant(`its eraser looks for captures in '${name}', into which no endpoint captures, so it erases nobody`);
  if (!erasers) return { ...COMPLIANT, detail: erasure };
  const places = [...into.map((edge) => ({ edge, other: edge.from, does: 'writes' })), ...flow.outOf(store.id).filter(({ to }) => flow.node(to)?.kind !== 'store').map((edge) => ({ edge, other: edge.to, does: 'reads' }))];
  const open = places.flatMap(({ edge, other, does }): Verdict[] => {
    if (edge.beside !== undefined || edge.carries === 'key') return [];
    const { prefix } = edge;
    const able = useful.filter(({ finds }) => finds === 'anything' || (edge.carries !== 'aside' && (finds !== 'captures' || isEndpoint(other))));
    if (able.some((eraser) => (prefix ?? '').startsWith(eraser.prefix))) return [];
    if (edge.carries === 'aside') return [ofQuarantine(flow, store, edge, profile)].filter(({ answer }) => answer !== COMPLIANT.answer);
    const by = flow.node(other)?.name ?? other;
    const looked = useful.map((eraser) => `'${eraser.prefix}'`).join(', ');
    if (prefix === undefined) return [unknown(`'${by}' ${does} a part of '${name}' that is known only when it runs, and people are erased below ${looked} only: whether they are erased there is not known`)];
    const where = prefix === '' ? `all of '${name}'` : `'${prefix}' in '${name}'`;
    if (able.some((eraser) => eraser.prefix.startsWith(prefix))) return [unknown(`'${by}' ${does} ${where}, and people are erased below ${looked} only: whether they stand elsewhere in it is not known`)];
    return [nonCompliant(`'${by}' ${does} ${where}, where nothing erases people: erasers look below ${looked}`)];
  });
  return open.length > 0 ? open : { ...COMPLIANT, detail: erasure };
}

/** Rows that were set aside are in no form that a person is found in, and some are broken: they expire in time, or stay. */
export function ofQuarantine(flow: DataFlow, { name, retentionDays, versionDays }: FlowNode, { from, prefix }: PlacedEdge, profile: ComplianceProfile): Verdict {
  const due = Math.min(...erasuresDue(profile));
  const gone = retentionDays === undefined || versionDays === undefined ? undefined : retentionDays + versionDays;
  if (gone !== undefined && gone + ROUNDING <= due) return { ...COMPLIANT, detail: `no eraser reaches it: rows that were set aside are gone after ${gone} days, before a request is due` };
  const rows = `rows that '${flow.node(from)?.name ?? from}' sets aside lie in '${name}'${prefix === undefined ? '' : ` below '${prefix}'`}, where no eraser finds a person`;
  return nonCompliant(`${rows}, for ${gone === undefined ? 'a time that is not known' : `${gone} days`}: a request is due after ${due}, so give them a store of their own that keeps them, and their versions, for ${due - ROUNDING} at most`);
}

function erasuresDue(profile: ComplianceProfile): number[] {
  const days = profile.requestDeadlinesFor(RequestKind.ERASURE).map(dueDays);
  return days.length > 0 ? days : [MONTH];
}
