import { daysBetween } from '../policy/day';
import { Answer, type Severity } from '../policy/finding';
import { answersOf, weightOf, type AcceptedRecord, type OneAnswer, type RawRecord, type Subject } from '../policy/record';

/** An answer with what it weighs under the choice of its own pack. */
export type WeighedAnswer = OneAnswer & { readonly weight: Severity };

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
  const given = records.map((record) => record.accepted.map((one) => accepted.add(one)));
  const placed = records.map((record, at) => record.subjects.map((subject) => (
    subjects.add(subject.accepted === undefined ? subject : { ...subject, accepted: given[at]![subject.accepted] }))));
  const answers: WeighedAnswer[] = [];
  const shared = new Map<string, number>();
  const silent = new Map<string, number[]>();
  for (const [at, record] of records.entries()) {
    const day = asOf ?? record.pack.asOf;
    const rules = new Map(record.rules.map((rule) => [rule.id, rule]));
    for (const answer of answersOf(record)) {
      const rule = rules.get(answer.rule);
      if (!rule) continue;
      const holds = answer.accepted !== undefined && !hasExpired(record.accepted[answer.accepted], day);
      const by = holds ? given[at]![answer.accepted!] : undefined;
      const today = { ...answer, ...expiryOf(record, answer, day) };
      const judged = weighed(today, placed[at]![answer.subject]!, by, weightOf(today.answer, rule, record.pack.unknownAs));
      // most subjects stand in one record, once
      const key = subjects.isShared(judged.subject) ? JSON.stringify([judged.rule, judged.answer, judged.subject, judged.location, judged.detail ?? '']) : undefined;
      const known = key === undefined ? undefined : shared.get(key);
      if (known === undefined) {
        if (key !== undefined) shared.set(key, answers.length);
        answers.push(judged);
      } else if (answers[known]!.accepted !== undefined) answers[known] = judged;
    }
    for (const { rule, subjects: those } of record.notApplicable) {
      const found = silent.get(rule) ?? [];
      for (const subject of those) found.push(placed[at]![subject]!);
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
    answers,
    notApplicable: [...silent].map(([rule, found]) => ({ rule, subjects: inOrder(found) })).sort((a, b) => (a.rule < b.rule ? -1 : 1)),
    accepted: accepted.items,
    weakenings: distinct(records.flatMap(({ weakenings }) => weakenings)),
    privacy: distinct(records.flatMap(({ privacy }) => privacy)),
    choices: distinct(records.flatMap(({ choices }) => choices)),
    costs: distinct(records.flatMap(({ costs }) => costs)),
    flow: flowOf(records),
  };
}

// a path tells a node from others of its app; two apps may have the same, and then the template says which is meant
function flowOf(records: readonly RawRecord[]): RawRecord['flow'] {
  const nodes = new Map<string, RawRecord['flow']['nodes'][number]>();
  const edges: RawRecord['flow']['edges'][number][] = [];
  for (const { flow, stacks } of records) {
    const isOther = flow.nodes.some((node) => nodes.has(node.id) && JSON.stringify(nodes.get(node.id)) !== JSON.stringify(node));
    const name = (id: string) => (isOther ? `${id} (${stacks[0]?.template ?? 'another app'})` : id);
    for (const node of flow.nodes) nodes.set(name(node.id), isOther ? { ...node, id: name(node.id) } : node);
    for (const edge of flow.edges) edges.push(isOther ? { ...edge, from: name(edge.from), to: name(edge.to) } : edge);
  }
  return { nodes: [...nodes.values()], edges: distinct(edges) };
}

// no spread: of a hundred stacks there are three hundred thousand of them
function weighed({ rule, answer, location, detail }: OneAnswer, subject: number, accepted: number | undefined, weight: Severity): WeighedAnswer {
  const judged: { -readonly [K in keyof WeighedAnswer]: WeighedAnswer[K] } = { rule, answer, subject, location, weight };
  if (detail !== undefined) judged.detail = detail;
  if (accepted !== undefined) judged.accepted = accepted;
  return judged;
}

function inOrder(numbers: number[]): number[] {
  return numbers.sort((a, b) => a - b).filter((number, index) => index === 0 || number !== numbers[index - 1]);
}

function hasExpired(one: AcceptedRecord | undefined, day: string | undefined): boolean {
  return one?.expires !== undefined && day !== undefined && daysBetween(day, one.expires) < 0;
}

// what synth could not tell without a date, or told on an earlier one
function expiryOf(record: RawRecord, { rule, subject }: OneAnswer, day: string | undefined): { answer?: Answer; detail?: string } {
  const one = record.accepted[record.subjects[subject]?.accepted ?? -1];
  if (rule !== `${record.pack.name}-WaiverExpiry` || !one?.expires || day === undefined || day === record.pack.asOf) return {};
  return hasExpired(one, day) ? { answer: Answer.NON_COMPLIANT, detail: `the waiver of '${one.id}' ended on ${one.expires}` } : { answer: Answer.COMPLIANT, detail: undefined };
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
  private readonly shared = new Set<number>();

  /** Whether the item was added more than once. */
  public isShared(index: number): boolean {
    return this.shared.has(index);
  }

  /** Index of the item, which is added when it is new. */
  public add(item: T): number {
    const key = JSON.stringify(item);
    const known = this.indices.get(key);
    if (known !== undefined) {
      this.shared.add(known);
      return known;
    }
    this.indices.set(key, this.items.length);
    return this.items.push(item) - 1;
  }
}
