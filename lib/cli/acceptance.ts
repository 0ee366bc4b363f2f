import type { Baseline } from '../policy/baseline';
import { daysBetween } from '../policy/day';
import { Answer } from '../policy/finding';
import type { ComplianceProfile } from '../policy/profile';
import { answersOf, byAcceptance, isOpen, type OneAnswer, type RawRecord } from '../policy/record';
import type { Waiver } from '../policy/waiver';
import { accept, waiverResources, type Acceptable } from '../rules/accept';
import { judge } from '../rules/engine';
import { NotApplicable, recordOf } from '../rules/record';
import { Relations } from '../rules/relations';
import { PACK, UNSEEN, type Rule } from '../rules/rule';

/** What is accepted beside what the app itself accepts. */
export interface Accepting {
  readonly waivers: readonly Waiver[];
  readonly baseline?: Baseline;
  readonly asOf: string;
  readonly rules: readonly Rule[];
  /** Asked for where something is accepted. */
  readonly profile: () => ComplianceProfile;
}

/**
 * The records with what a file of waivers and a baseline accept of them, and a record of the waivers themselves: one that has expired, names no
 * rule or accepts nothing is a finding, as it is at synth. What the app acknowledges stays as it is.
 */
export function accepting(records: readonly RawRecord[], given: Accepting): RawRecord[] {
  const [first] = records;
  if (!first || (given.waivers.length === 0 && !given.baseline)) return [...records];
  const open = openIn(records, given.asOf);
  const asked = {
    findings: [...open.values()], acknowledgements: [], waivers: given.waivers, asOf: given.asOf,
    ...(given.baseline ? { baseline: given.baseline } : {}), rules: given.rules, pack: PACK, unknownAs: first.pack.unknownAs,
  };
  const acceptance = accept(asked);
  const by = new Map([...open.keys()].map((key, index) => [key, acceptance.by[index]!]));
  const judged = records.map((record): RawRecord => ({
    ...record,
    accepted: [...record.accepted, ...acceptance.accepted],
    answers: record.answers.flatMap((answer) => (isAccepted(record, answer, given.asOf) ? [answer] : byAcceptance(answer, (subject) => {
      const index = by.get(keyOf(record, { ...answer, subject })) ?? -1;
      return index < 0 ? answer.accepted : record.accepted.length + index;
    }))),
  }));
  const profile = given.profile();
  const notApplicable = new NotApplicable();
  const resources = waiverResources(acceptance, asked);
  const rulings = judge({
    view: { resources, relations: new Relations(undefined) }, rules: given.rules, profile, pack: PACK,
    notApplicable: notApplicable.add,
  });
  const own = recordOf({
    pack: { ...first.pack, scope: '', origin: 'files', asOf: given.asOf }, profile, rules: given.rules, resources: [], templates: [], rulings, notApplicable,
    acceptance: { accepted: acceptance.accepted, by: [] }, libraries: {}, plugins: [], limits: [],
    weakenings: [], choices: [], privacy: [], costs: [], flow: { nodes: [], edges: [] },
  });
  return [...judged, { ...own, profile: first.profile }];
}

// once for each place, though two records may speak of it
function openIn(records: readonly RawRecord[], asOf: string): Map<string, Acceptable> {
  const open = new Map<string, Acceptable>();
  for (const record of records) {
    const rules = new Map(record.rules.map((rule) => [rule.id, rule]));
    for (const answer of answersOf(record)) {
      if (!isOpen(answer) || isAccepted(record, answer, asOf)) continue;
      const rule = rules.get(answer.rule)!;
      const { path, step } = record.subjects[answer.subject]!;
      const resource = { path, ...(step === undefined ? {} : { within: { name: step } }) };
      open.set(keyOf(record, answer), { id: rule.id, answer: answer.answer, severity: rule.severity, location: answer.location, resource });
    }
  }
  return open;
}

/** What the templates of a record leave to others to write, and nobody accepts, one line each. */
export function unseenIn(record: RawRecord, asOf: string): string[] {
  return record.answers.filter((answer) => answer.answer === Answer.UNKNOWN && !isAccepted(record, answer, asOf)).flatMap(({ subjects, detail }) => (
    subjects.map((subject) => record.subjects[subject]!).filter(({ type }) => type === UNSEEN).map(({ path }) => unseenLine({ path, detail }))));
}

/** Such a line. */
export function unseenLine({ path, detail }: { readonly path: string; readonly detail?: string }): string {
  return `'${path}': ${detail ?? ''}`;
}

function isAccepted(record: RawRecord, { accepted }: Pick<OneAnswer, 'accepted'>, asOf: string): boolean {
  const one = accepted === undefined ? undefined : record.accepted[accepted];
  return one !== undefined && (one.expires === undefined || daysBetween(asOf, one.expires) >= 0);
}

function keyOf({ subjects }: RawRecord, { rule, answer, subject, location, detail }: OneAnswer): string {
  const { path, template, logicalId, step } = subjects[subject]!;
  return JSON.stringify([rule, answer, path, template, logicalId, step ?? '', location, detail ?? '']);
}
