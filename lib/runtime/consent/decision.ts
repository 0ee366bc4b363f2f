import { type Entry, RANK } from './entry';

/** What holds for a subject and a purpose at a time. */
export type Decision = 'given' | 'withdrawn' | 'none' | 'expired' | 'not-yet';

/** One line of a snapshot. */
export interface Row {
  readonly subject: string;
  readonly purpose: string;
  readonly decision: Decision;
  /** Until when a consent holds by what is known now: by its end, or by what was said for later. */
  readonly validUntil?: string;
}

/**
 * What holds at a time by all that a subject said about a purpose: the latest that has begun, at the same time a withdrawal before all else.
 * What begins later counts for how long a consent holds, and for nothing more.
 *
 * @param entries of one subject and purpose, at least one, in any order
 * @param at ISO 8601 in UTC with milliseconds
 */
export function decide(entries: readonly Entry[], at: string): Row {
  const { subject, purpose } = entries[0]!;
  const inOrder = winners(entries);
  const begun = inOrder.filter((entry) => entry.at <= at);
  const holding = begun.at(-1);
  if (!holding) return { subject, purpose, decision: 'not-yet' };
  if (holding.say !== 'given') return { subject, purpose, decision: holding.say };
  if (holding.until !== undefined && holding.until <= at) return { subject, purpose, decision: 'expired' };
  const validUntil = endOf(holding, inOrder.slice(begun.length));
  return { subject, purpose, decision: 'given', ...(validUntil === undefined ? {} : { validUntil }) };
}

/** The one that holds of each time, earliest first. */
function winners(entries: readonly Entry[]): Entry[] {
  const byTime = new Map<string, Entry>();
  for (const entry of entries) {
    const other = byTime.get(entry.at);
    if (!other || outdoes(entry, other)) byTime.set(entry.at, entry);
  }
  return [...byTime.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
}

function outdoes(entry: Entry, other: Entry): boolean {
  if (RANK[entry.say] !== RANK[other.say]) return RANK[entry.say] > RANK[other.say];
  // of two consents of the same time the shorter one is sure
  return entry.until !== undefined && (other.until === undefined || entry.until < other.until);
}

function endOf(holding: Entry, later: readonly Entry[]): string | undefined {
  let end = holding.until;
  for (const entry of later) {
    if (end !== undefined && entry.at > end) break;
    if (entry.say !== 'given') return entry.at;
    end = entry.until;
  }
  return end;
}
