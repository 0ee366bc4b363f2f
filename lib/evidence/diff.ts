import type { Control } from '../policy/control';
import { Severity } from '../policy/finding';
import { fingerprint } from '../policy/fingerprint';
import type { Evidence, PlacedFinding, Status, WaiverRecord } from './record';

/** What lies between two pieces of evidence of the same app. */
export interface EvidenceDiff {
  /** Anything below that weakens the proof. */
  readonly isWorse: boolean;
  /** Anything below that strengthens it. */
  readonly isBetter: boolean;
  /** Open now, and not before; first what weighs most. */
  readonly appeared: readonly PlacedFinding[];
  /** Open before, and neither open nor accepted now. */
  readonly mended: readonly PlacedFinding[];
  /** Open before, accepted now. */
  readonly accepted: readonly PlacedFinding[];
  /** Controls that stand otherwise. */
  readonly controls: readonly { readonly control: Control; readonly before: Status; readonly after: Status }[];
  readonly waivers: { readonly added: readonly WaiverRecord[]; readonly removed: readonly WaiverRecord[] };
  /** Regions that the residencies allow. */
  readonly residency: Changed;
  /** Regions that stacks are in. */
  readonly regions: Changed;
  readonly frameworks: Changed;
  /** Rules that were asked. */
  readonly rules: Changed;
  /** What limits the proof, and what breaks it. */
  readonly limits: Changed;
  /** Open findings of other packs. */
  readonly otherPacks: Changed;
}

/** Words that are new, and words that went. */
export interface Changed {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

const WEIGHTS = [Severity.FATAL, Severity.ERROR, Severity.WARNING];
const STATUSES: readonly Status[] = ['supported', 'partly', 'waived', 'not-assessed', 'unknown', 'findings'];

/** Compares by rule and place: a line that moved, or a word that changed, is no change. Pure. */
export function diff(before: Evidence, after: Evidence): EvidenceDiff {
  const open = { before: keyed(before, false), after: keyed(after, false) };
  const accepted = keyed(after, true);
  const appeared = [...open.after].filter(([key]) => !open.before.has(key)).map(([, finding]) => finding);
  const went = [...open.before].filter(([key]) => !open.after.has(key));
  const statuses = new Map(before.controls.map(({ control, status }) => [control, status]));
  const controls = after.controls.flatMap(({ control, status }) => {
    const was = statuses.get(control) ?? 'not-assessed';
    return was === status ? [] : [{ control, before: was, after: status }];
  });
  const found = {
    appeared: appeared.sort((a, b) => WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight)),
    mended: went.filter(([key]) => !accepted.has(key)).map(([, finding]) => finding),
    accepted: went.flatMap(([key]) => accepted.get(key) ?? []),
    controls,
    waivers: { added: missing(after.waivers, before.waivers), removed: missing(before.waivers, after.waivers) },
    residency: changed(before, after, ({ profiles }) => profiles.flatMap(({ residency }) => residency.allowedRegions)),
    regions: changed(before, after, ({ stacks }) => stacks.map(({ region }) => region ?? 'no region')),
    frameworks: changed(before, after, ({ frameworks }) => frameworks.map(({ name }) => name)),
    rules: changed(before, after, ({ rules }) => rules.map(({ id }) => id)),
    limits: changed(before, after, ({ defects, limits }) => [...defects, ...limits]),
    otherPacks: changed(before, after, ({ packs }) => packs.flatMap(({ name, failure, findings }) => [
      ...(failure ? [`${name}: ${failure}`] : []),
      ...findings.filter(({ severity }) => severity !== 'warning' && severity !== 'info').map(({ rule, path }) => `${rule} ${path}`),
    ])),
  };
  const rank = (status: Status) => STATUSES.indexOf(status);
  return {
    ...found,
    isWorse: found.appeared.some(({ weight }) => weight !== Severity.WARNING) || found.otherPacks.added.length + found.residency.added.length + found.frameworks.removed.length
      + found.rules.removed.length + found.limits.added.length > 0 || controls.some((control) => rank(control.after) > rank(control.before)),
    isBetter: found.mended.length + found.otherPacks.removed.length + found.residency.removed.length + found.frameworks.added.length + found.limits.removed.length > 0
      || controls.some((control) => rank(control.after) < rank(control.before)),
  };
}

// several findings of one place count: the second is not hidden behind the first
function keyed({ findings }: Evidence, accepted: boolean): Map<string, PlacedFinding> {
  const seen = new Map<string, number>();
  return new Map(findings.filter(({ waiver }) => (waiver !== undefined) === accepted).map((finding) => {
    const key = fingerprint(finding);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return [`${key} ${count}`, finding];
  }));
}

function missing(from: readonly WaiverRecord[], others: readonly WaiverRecord[]): WaiverRecord[] {
  const key = ({ kind, id, at, step, reason, approver, expires }: WaiverRecord) => JSON.stringify([kind, id, at, step, reason, approver, expires]);
  const known = new Set(others.map(key));
  return from.filter((waiver) => !known.has(key(waiver)));
}

function changed(before: Evidence, after: Evidence, words: (evidence: Evidence) => readonly string[]): Changed {
  const [was, is] = [new Set(words(before)), new Set(words(after))];
  return { added: [...is].filter((word) => !was.has(word)).sort(), removed: [...was].filter((word) => !is.has(word)).sort() };
}
