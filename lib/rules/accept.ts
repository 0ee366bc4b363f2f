import type { Baseline } from '../policy/baseline';
import { Answer, Severity } from '../policy/finding';
import { fingerprint } from '../policy/fingerprint';
import { nearest } from '../policy/given';
import { isOpen, weightOf, type AcceptedRecord } from '../policy/record';
import type { Waiver } from '../policy/waiver';
import type { Judgement, Ruling } from './ruling';
import { Relations } from './relations';
import { Resource } from './resource';
import { WAIVER, type Rule } from './rule';

/** An acknowledgement as a construct tree or a file keeps it. */
export interface Acknowledged {
  /** The rule's id as given, without the namespace that the CDK adds to a bare one. */
  readonly id: string;
  readonly reason: string;
  /** Path of the construct. */
  readonly at: string;
  readonly source?: string;
  /** Given by this library for what it made, not by the app. */
  readonly byLibrary?: boolean;
}

/** A finding, as far as acceptance looks at it. */
export interface Acceptable {
  /** Id of the rule, with the pack's name. */
  readonly id: string;
  readonly answer: Answer;
  /** What the rule weighs. */
  readonly severity: Severity;
  readonly resource: { readonly path: string; readonly within?: { readonly name: string } };
  readonly location: string;
}

/** What was accepted, by whom, and which findings that means. */
export interface Acceptance {
  readonly accepted: readonly AcceptedRecord[];
  /** For each finding the index of what accepts it, -1 for nothing. */
  readonly by: readonly number[];
}

/** What acceptance is decided from. */
export interface AcceptProps {
  /** What is to be mended or accepted. */
  readonly findings: readonly Acceptable[];
  readonly acknowledgements: readonly Acknowledged[];
  readonly waivers: readonly Waiver[];
  readonly baseline?: Baseline;
  /** The day on which expiry is judged, such as `2026-11-26`. */
  readonly asOf?: string;
  readonly rules: readonly Rule[];
  /** Prefix of rule ids, and namespace of acknowledgements. */
  readonly pack: string;
  readonly unknownAs: Severity;
}

/**
 * Decides which findings are accepted: by the nearest acknowledgement at or above the construct, as the CDK itself looks for it, else by a
 * waiver that has not expired, the narrowest of several, else by the baseline. Fatal findings are accepted by nothing, and nor is what is found about waivers.
 */
export function accept(props: AcceptProps): Acceptance {
  const { findings, acknowledgements, waivers, baseline, asOf, pack } = props;
  const rules = new Map(props.rules.map((rule) => [`${pack}-${rule.name}`, rule]));
  const byId = new Map<string, Map<string, number>>();
  for (const [index, { id, at }] of acknowledgements.entries()) byId.set(id, (byId.get(id) ?? new Map<string, number>()).set(at, index));
  const spelling = new Spelling(props.rules, pack);
  const live = waivers.map((waiver, index) => ({ waiver, index: acknowledgements.length + index }))
    .filter(({ waiver }) => asOf === undefined || waiver.daysLeft(asOf) > 0)
    .sort((one, other) => narrowerFirst(one.waiver, other.waiver));
  const left = new Map<string, { count: number; index: number }>();
  (baseline?.entries ?? []).forEach((entry, index) => left.set(fingerprint(entry), { count: entry.count, index: acknowledgements.length + waivers.length + index }));

  const nothing = acknowledgements.length === 0 && live.length === 0 && left.size === 0;
  const by = findings.map((finding) => {
    if (nothing) return -1;
    const { resource, location } = finding;
    if (weightOfFinding(finding, rules, props.unknownAs) === Severity.FATAL || rules.get(finding.id)?.resources.includes(WAIVER)) return -1;
    const id = findingId(finding);
    const acknowledged = nearestOf([byId.get(`${pack}::${id}`), byId.get(id)], resource.path);
    if (acknowledged !== undefined) return acknowledged;
    const waived = live.find(({ waiver }) => waiver.covers(id, resource.path));
    if (waived) return waived.index;
    if (left.size === 0) return -1;
    const known = left.get(fingerprint({ rule: id, path: resource.path, step: resource.within?.name, location }));
    if (!known || known.count === 0) return -1;
    known.count -= 1;
    return known.index;
  });

  const silences = new Map<number, number>();
  for (const index of by) silences.set(index, (silences.get(index) ?? 0) + 1);
  const accepted: AcceptedRecord[] = [
    ...acknowledgements.map(({ id, reason, at, source, byLibrary }, index): AcceptedRecord => ({
      kind: 'acknowledgement', id, reason, at, ...(source ? { source } : {}), ...(byLibrary ? { byLibrary } : {}),
      ...(spelling.isOwn(id) ? { silences: silences.get(index) ?? 0 } : {}),
    })),
    ...waivers.map(({ rule, reason, at, approver, expires }, index): AcceptedRecord => ({
      kind: 'waiver', id: rule, reason, at, approver, expires, silences: silences.get(acknowledgements.length + index) ?? 0,
    })),
    ...(baseline?.entries ?? []).map(({ rule, path, step, count }, index): AcceptedRecord => ({
      kind: 'baseline', id: rule, reason: 'it was there when the baseline was taken', at: path, ...(step ? { step } : {}), count,
      silences: silences.get(acknowledgements.length + waivers.length + index) ?? 0,
    })),
  ];
  return { accepted, by };
}

/** What was accepted, as resources for the rules on waivers; what other packs accept is theirs to judge. */
export function waiverResources({ accepted }: Acceptance, { asOf, waivers, rules, pack }: AcceptProps): Resource[] {
  const relations = new Relations(undefined);
  // what cannot be told is no finding yet: only where an unknown weighs as much does it take no waiver
  const ids = new Map(rules.flatMap(({ name, severity, unknownFails, resources }) => [
    [`${pack}-${name}`, severity === 'fatal' || resources.includes(WAIVER)],
    [`${pack}-${name}[unknown]`, (severity === 'fatal' && unknownFails === true) || resources.includes(WAIVER)],
  ]));
  const spelling = new Spelling(rules, pack);
  const scope = { stackName: '', parameters: {}, mappings: {}, outputs: {}, logicalIds: new Set<string>(), nested: new Map(), exports: new Map() };
  const first = accepted.findIndex(({ kind }) => kind === 'waiver');
  return [...accepted.entries()].filter(([, { kind, id }]) => kind === 'waiver' || (kind === 'acknowledgement' && spelling.isOwn(id))).map(([index, one]) => {
    const named = one.kind === 'acknowledgement' && one.id.startsWith(`${pack}::`) ? one.id.slice(pack.length + 2) : one.id;
    const waiver = one.kind === 'waiver' ? waivers[index - first] : undefined;
    const meant = waiver ? [...ids].filter(([id]) => waiver.covers(id, one.at)) : [...ids].filter(([id]) => id === named);
    const known = meant.length === 0 ? 'false' : meant.every(([, fatal]) => fatal) ? 'fatal' : 'true';
    return new Resource({
      type: WAIVER, logicalId: '', scope, relations, template: '', origin: { path: one.at, ...(one.source ? { source: one.source } : {}) },
      properties: {
        Index: index, Kind: one.kind, Rule: named, KnownRule: known, Reason: one.reason.trim() || undefined, Approver: one.approver || undefined, Expires: one.expires,
        ...(known === 'false' ? { Meant: spelling.meantBy(named) } : {}),
        ...(asOf !== undefined && waiver ? { DaysLeft: waiver.daysLeft(asOf) } : {}),
        // what the library says of its own constructs is not the app's to clear away
        ...(one.silences === undefined || one.byLibrary || known !== 'true' ? {} : { Silences: one.silences }),
      },
    });
  });
}

/** What of rulings is to be mended or accepted, one by one. */
export function findingsOf(rulings: readonly Ruling[]): Judgement[] {
  return rulings.filter(isOpen).flatMap(({ judgements }) => judgements);
}

/** Id that an acknowledgement or a waiver names. */
export function findingId({ id, answer }: Pick<Acceptable, 'id' | 'answer'>): string {
  return answer === Answer.UNKNOWN ? `${id}[unknown]` : id;
}

/** What a finding weighs after the choice for unknowns. */
export function weightOfFinding({ id, answer, severity }: Pick<Acceptable, 'id' | 'answer' | 'severity'>, rules: ReadonlyMap<string, Rule>, unknownAs: Severity): Severity {
  return weightOf(answer, { severity, unknownFails: rules.get(id)?.unknownFails }, unknownAs);
}

function nearestOf(byPath: readonly (ReadonlyMap<string, number> | undefined)[], from: string): number | undefined {
  const given = byPath.filter((one) => one !== undefined);
  if (given.length === 0) return undefined;
  for (let path = from; ; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
    for (const paths of given) {
      const found = paths.get(path);
      if (found !== undefined) return found;
    }
    if (path === '') return undefined;
  }
}

// whichever was given first, the one is idle whose findings a narrower one accepts
function narrowerFirst(one: Waiver, other: Waiver): number {
  const literal = (text: string) => text.replaceAll('*', '').length;
  const text = ({ approver, reason }: Waiver) => `${approver}\u0000${reason}`;
  return Number(one.rule.includes('*')) - Number(other.rule.includes('*')) || literal(other.rule) - literal(one.rule) || literal(other.at) - literal(one.at)
    || inOrder(other.expires, one.expires) || inOrder(one.rule, other.rule) || inOrder(one.at, other.at) || inOrder(text(one), text(other));
}

function inOrder(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

/** How ids of findings are written, and how somebody may have meant to. */
class Spelling {
  private readonly names: string[];
  private readonly known: ReadonlySet<string>;

  constructor(rules: readonly Rule[], private readonly pack: string) {
    this.names = rules.map(({ name }) => name);
    this.known = new Set(this.names);
  }

  /** Whether an id is of this pack, however it is spelt; to the CDK one with another namespace, or none, is an id like any other. */
  public isOwn(id: string): boolean {
    const { pack } = this;
    if (id.startsWith(`${pack}::`) || id.startsWith(`${pack}-`)) return true;
    const [prefix, name] = partsOf(id);
    if (prefix.some((part) => part.toLowerCase().startsWith(pack.toLowerCase()))) return true;
    return this.known.has(name) && prefix.every((part) => nearest(part, [pack]).length > 0);
  }

  /** The id that is spelt most like it. */
  public meantBy(id: string): string | undefined {
    const [meant] = nearest(partsOf(id)[1], this.names, 1);
    return meant && `${this.pack}-${meant}`;
  }
}

// no name of a rule has a hyphen or a colon; what another pack found can hold anything, in brackets
function partsOf(id: string): [string[], string] {
  const parts = id.replace(/\[.*$/, '').split(/[:-]+/);
  return [parts.slice(0, -1), parts[parts.length - 1]!];
}
