import type { CHECKERS, Rule } from './rule';

/** A public checker, as far as it judges what a catalogue of ours does. */
export interface Checker {
  readonly name: (typeof CHECKERS)[number];
  /** What was read, and when. */
  readonly version: string;
  readonly url: string;
  /**
   * Its checks by id, in our own words. A rule that asks the same names the id among its sources; where it asks the very same its title says so,
   * and the id need not stand here.
   */
  readonly checks: Readonly<Record<string, string>>;
  /** Why no rule names a check. */
  readonly without: Readonly<Record<string, string>>;
  /** Which part of a check the rules ask that name it, and why no more. */
  readonly partly?: Readonly<Record<string, string>>;
  /** Which rule asks the opposite of a check, and why; it is no source of that rule. */
  readonly contrary?: Readonly<Record<string, string>>;
  /** What else it has, and why that is not here. */
  readonly rest: string;
}

/** How far a check is asked here. */
export type Asked = 'same' | 'partly' | 'contrary' | 'not' | 'open';

/** A check of a checker beside the rules that name it. */
export interface Compared {
  readonly id: string;
  readonly asked: Asked;
  /** What it asks. */
  readonly what: string;
  readonly rules: readonly string[];
  /** Which part is asked, or why the opposite or nothing is. */
  readonly because?: string;
}

/** Every check of a checker, those too that a rule names and the list does not. */
export function compare({ name, checks, without, partly = {}, contrary = {} }: Checker, rules: readonly Rule[]): Compared[] {
  const named = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const source of rule.sources) {
      if (!source.startsWith(`${name} `)) continue;
      const id = source.slice(name.length + 1);
      named.set(id, [...(named.get(id) ?? []), rule]);
    }
  }
  return [...new Set([...Object.keys(checks), ...named.keys()])].map((id): Compared => {
    const own = named.get(id) ?? [];
    const because = partly[id] ?? contrary[id] ?? without[id];
    return {
      id, what: checks[id] ?? own.map(({ title }) => title).join('; '), rules: own.map(({ name: one }) => one),
      asked: contrary[id] !== undefined ? 'contrary' : own.length > 0 ? (partly[id] === undefined ? 'same' : 'partly') : without[id] === undefined ? 'open' : 'not',
      ...(because === undefined ? {} : { because }),
    };
  });
}

/** What is wrong with a comparison, one line each: checks that nothing answers, what is said of none, sources that ask the opposite. */
export function flawsOfComparison(checkers: readonly Checker[], rules: readonly Rule[]): string[] {
  return checkers.flatMap((checker) => {
    const { name, checks, without, partly = {}, contrary = {} } = checker;
    const rows = new Map(compare(checker, rules).map((row) => [row.id, row]));
    const said = [...Object.keys(without), ...Object.keys(partly), ...Object.keys(contrary)];
    return [
      ...[...rows.values()].filter(({ asked }) => asked === 'open').map(({ id }) => `no rule and no reason: ${name} ${id}`),
      ...[...rows.values()].filter(({ id, rules: named }) => id in without && named.length > 0).map(({ id }) => `reason beside a rule: ${name} ${id}`),
      ...Object.keys(partly).filter((id) => !rows.get(id)?.rules.length).map((id) => `part of what no rule asks: ${name} ${id}`),
      ...Object.keys(contrary).filter((id) => rows.get(id)?.rules.length).map((id) => `source that asks the opposite: ${name} ${id}`),
      ...Object.entries(contrary).filter(([, text]) => !rules.some((rule) => text.startsWith(`${rule.name} `))).map(([id]) => `opposite of no rule: ${name} ${id}`),
      ...said.filter((id) => !(id in checks)).map((id) => `reason for no check: ${name} ${id}`),
      ...said.filter((id, index) => said.indexOf(id) !== index).map((id) => `two things said of one check: ${name} ${id}`),
    ];
  }).sort();
}
