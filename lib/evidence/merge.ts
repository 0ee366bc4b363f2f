import { daysBetween } from '../policy/day';
import { Answer, type Severity } from '../policy/finding';
import { weightOf, type AcceptedRecord, type RawRecord, type Subject } from '../policy/record';

/** An answer with what it weighs under the choice of its own pack. */
export type WeighedAnswer = RawRecord['answers'][number] & { readonly weight: Severity };

/** Several records as one: subjects and rules stand once, indices are made anew. */
export interface Run {
  readonly packs: readonly RawRecord['pack'][];
  /** The day on which waivers are judged. */
  readonly asOf?: string;
  readonly libraries: Readonly<Record<string, string>>;
  readonly plugins: readonly string[];
  readonly limits: readonly string[];
  readonly profiles: readonly RawRecord['profile'][];
  readonly frameworks: RawRecord['profile']['frameworks'];
  readonly rules: RawRecord['rules'];
  readonly stacks: RawRecord['stacks'];
  readonly subjects: readonly Subject[];
  readonly answers: readonly WeighedAnswer[];
  readonly notApplicable: RawRecord['notApplicable'];
  readonly accepted: readonly AcceptedRecord[];
  readonly weakenings: RawRecord['weakenings'];
  readonly choices: RawRecord['choices'];
  readonly privacy: RawRecord['privacy'];
  readonly costs: RawRecord['costs'];
  readonly flow: RawRecord['flow'];
}

/**
 * Merges the records of stages, packs and clouds. What several of them say of one place counts once, the open answer before the accepted.
 *
 * @param asOf the day on which waivers are judged, such as `2026-11-26`; the records' own where it is not given
 */
export function merge(records: readonly RawRecord[], asOf?: string): Run {
  const subjects = new Table<Subject>();
  const accepted = new Table<AcceptedRecord>();
  const answers = new Map<string, WeighedAnswer>();
  const silent = new Map<string, Set<number>>();
  for (const record of records) {
    const day = asOf ?? record.pack.asOf;
    const given = record.accepted.map((one) => accepted.add(one));
    const placed = record.subjects.map((subject) => subjects.add(subject.accepted === undefined ? subject : { ...subject, accepted: given[subject.accepted] }));
    const rules = new Map(record.rules.map((rule) => [rule.id, rule]));
    for (const answer of record.answers) {
      const rule = rules.get(answer.rule);
      if (!rule) continue;
      const { accepted: by, ...rest } = answer;
      const holds = by !== undefined && !hasExpired(record.accepted[by], day);
      const judged = { ...rest, ...expiryOf(record, answer, day), subject: placed[answer.subject]!, ...(holds ? { accepted: given[by]! } : {}) };
      const key = JSON.stringify([judged.rule, judged.answer, judged.subject, judged.location, judged.detail ?? '']);
      const known = answers.get(key);
      if (!known || known.accepted !== undefined) answers.set(key, { ...judged, weight: weightOf(judged.answer, rule, record.pack.unknownAs) });
    }
    for (const { rule, subjects: those } of record.notApplicable) {
      const found = silent.get(rule) ?? new Set();
      for (const subject of those) found.add(placed[subject]!);
      silent.set(rule, found);
    }
  }
  const days = [...new Set(records.map(({ pack }) => asOf ?? pack.asOf))];
  return {
    packs: records.map(({ pack }) => pack),
    ...(days.length === 1 && days[0] !== undefined ? { asOf: days[0] } : {}),
    libraries: librariesOf(records),
    plugins: distinct(records.flatMap(({ plugins }) => plugins)).sort(),
    limits: distinct(records.flatMap(({ limits }) => limits)),
    profiles: distinct(records.map(({ profile }) => profile)),
    frameworks: [...new Map(records.flatMap(({ profile }) => profile.frameworks).map((framework) => [framework.name, framework])).values()],
    rules: [...new Map(records.flatMap(({ rules }) => rules).map((rule) => [rule.id, rule])).values()],
    stacks: [...new Map(records.flatMap(({ stacks }) => stacks).map((stack) => [stack.template, stack])).values()],
    subjects: subjects.items,
    answers: [...answers.values()],
    notApplicable: [...silent].map(([rule, found]) => ({ rule, subjects: [...found].sort((a, b) => a - b) })).sort((a, b) => (a.rule < b.rule ? -1 : 1)),
    accepted: accepted.items,
    weakenings: distinct(records.flatMap(({ weakenings }) => weakenings)),
    privacy: distinct(records.flatMap(({ privacy }) => privacy)),
    choices: distinct(records.flatMap(({ choices }) => choices)),
    costs: distinct(records.flatMap(({ costs }) => costs)),
    flow: {
      nodes: [...new Map(records.flatMap(({ flow }) => flow.nodes).map((node) => [node.id, node])).values()],
      edges: distinct(records.flatMap(({ flow }) => flow.edges)),
    },
  };
}

function hasExpired(one: AcceptedRecord | undefined, day: string | undefined): boolean {
  return one?.expires !== undefined && day !== undefined && daysBetween(day, one.expires) < 0;
}

// what synth could not tell without a date, or told on an earlier one
function expiryOf(record: RawRecord, { rule, subject }: RawRecord['answers'][number], day: string | undefined): { answer?: Answer; detail?: string } {
  const one = record.accepted[record.subjects[subject]?.accepted ?? -1];
  if (rule !== `${record.pack.name}-WaiverExpiry` || !one?.expires || day === undefined || day === record.pack.asOf) return {};
  return hasExpired(one, day) ? { answer: Answer.NON_COMPLIANT, detail: `it ended on ${one.expires}` } : { answer: Answer.COMPLIANT, detail: undefined };
}

function librariesOf(records: readonly RawRecord[]): Record<string, string> {
  const versions = new Map<string, Set<string>>();
  for (const [name, version] of records.flatMap(({ libraries }) => Object.entries(libraries))) versions.set(name, (versions.get(name) ?? new Set()).add(version));
  return Object.fromEntries([...versions].map(([name, found]) => [name, [...found].sort().join(', ')]));
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** A list in which each item stands once. */
class Table<T> {
  public readonly items: T[] = [];
  private readonly indices = new Map<string, number>();

  /** Index of the item, which is added when it is new. */
  public add(item: T): number {
    const key = JSON.stringify(item);
    const known = this.indices.get(key);
    if (known !== undefined) return known;
    this.indices.set(key, this.items.length);
    return this.items.push(item) - 1;
  }
}
