import type { CHECKERS, Rule } from './rule';

/** A public checker, as far as it judges what a catalogue of ours does. */
export interface Checker {
  readonly name: (typeof CHECKERS)[number];
  /** What was read, and when. */
  readonly version: string;
  readonly url: string;
  /** Its checks by id, in our own words. A rule that does the same names the id among its sources. */
  readonly checks: Readonly<Record<string, string>>;
  /** Why no rule names a check. */
  readonly without: Readonly<Record<string, string>>;
  /** What else it has, and why that is not here. */
  readonly rest: string;
}

/** A check of a checker beside the rules that do the same. */
export interface Compared {
  readonly id: string;
  /** What it asks; undefined for a check that only a rule speaks of. */
  readonly what?: string;
  readonly rules: readonly string[];
  /** Why no rule does the same. */
  readonly without?: string;
}

/** Every check of a checker, those too that a rule names and the list does not. */
export function compare({ name, checks, without }: Checker, rules: readonly Rule[]): Compared[] {
  const named = new Map<string, string[]>();
  for (const rule of rules) {
    for (const source of rule.sources) {
      if (!source.startsWith(`${name} `)) continue;
      const id = source.slice(name.length + 1);
      named.set(id, [...(named.get(id) ?? []), rule.name]);
    }
  }
  return [...new Set([...Object.keys(checks), ...named.keys()])].map((id) => ({
    id, rules: named.get(id) ?? [], ...(checks[id] === undefined ? {} : { what: checks[id] }), ...(without[id] === undefined ? {} : { without: without[id] }),
  }));
}

/** What is wrong with a comparison, one line each: checks that nothing answers, reasons that answer nothing. */
export function flawsOfComparison(checkers: readonly Checker[], rules: readonly Rule[]): string[] {
  return checkers.flatMap((checker) => [
    ...compare(checker, rules).flatMap(({ id, rules: named, without }) => {
      if (named.length > 0) return without === undefined ? [] : [`reason beside a rule: ${checker.name} ${id}`];
      return without === undefined ? [`no rule and no reason: ${checker.name} ${id}`] : [];
    }),
    ...Object.keys(checker.without).filter((id) => !(id in checker.checks)).map((id) => `reason for no check: ${checker.name} ${id}`),
  ]).sort();
}
