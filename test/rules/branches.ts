import { Answer } from '../../lib/policy';
import type { Rule } from '../../lib/rules/rule';
import { judged, template } from './support';
import { subjectOf, type Table } from './table';

type Properties = Record<string, unknown>;
type Path = readonly (string | number)[];

const BADNESS = [undefined, Answer.NOT_APPLICABLE, Answer.COMPLIANT, Answer.UNKNOWN, Answer.NON_COMPLIANT];
// examples hang on `Cond` themselves; what is written alike turns out alike
const CONDITIONS = { Parameters: { Param: { Type: 'String' } }, Conditions: { Cond: {}, Branch: { 'Fn::Equals': [{ Ref: 'Other' }, 'yes'] } } };

/** What a condition is tried on. */
export interface Branching {
  /** Properties of which the rule finds nothing wrong. */
  readonly kept: readonly Properties[];
  readonly broken: readonly Properties[];
  readonly answer: (properties: Properties) => Answer | undefined;
  /** A value that is one or the other, by a condition that is not known; undefined is none. */
  readonly chosen: (one: unknown, other: unknown) => unknown;
}

/**
 * Where a rule says better of a condition than of the worse of what it decides between: at each place of what keeps the rule, between what stands there and
 * nothing, or what stands there in what breaks it, in both orders.
 */
export function betterThanBranch({ kept, broken, answer, chosen }: Branching): string[] {
  const found: string[] = [];
  // the same change of each of thirty cases says little more, and takes five times as long
  const tried = new Set<string>();
  for (const own of kept) {
    for (const path of pathsIn(own)) {
      const here = at(own, path);
      for (const instead of [undefined, ...broken.map((one) => at(one, path))]) {
        const what = `${path.filter((key) => typeof key === 'string').join('.')} ${JSON.stringify(instead)}`;
        if (tried.has(what) || JSON.stringify(here) === JSON.stringify(instead)) continue;
        tried.add(what);
        const alone = answer(withAt(own, path, instead));
        if (!isWrong(alone)) continue;
        for (const value of [chosen(here, instead), chosen(instead, here)]) {
          const said = answer(withAt(own, path, value));
          if (isBetter(said, alone)) found.push(`${what}: ${said ?? 'nothing'} and not ${alone ?? 'nothing'}, of ${JSON.stringify(own)}`);
        }
      }
    }
  }
  return found;
}

/** The same of the cases of tables. */
export function betterInTables(rule: Rule, tables: readonly Table[]): string[] {
  const given = (value: unknown) => (value === undefined ? { Ref: 'AWS::NoValue' } : value);
  return tables.flatMap((table) => betterThanBranch({
    kept: [...table.compliant, ...table.notApplicable ?? []], broken: table.nonCompliant,
    answer: (properties) => answerOf(rule, table, { Subject: subjectOf(table, properties) }),
    chosen: (one, other) => ({ 'Fn::If': ['Branch', given(one), given(other)] }),
  }));
}

/** Where a rule says better of a resource beside one that hangs on a condition than of the same without that one. What something refers to cannot be left out. */
export function betterThanAlone(rule: Rule, tables: readonly Table[]): string[] {
  const found: string[] = [];
  for (const table of tables) {
    for (const kept of table.compliant) {
      const all = { ...table.around, Subject: subjectOf(table, kept) };
      for (const [id, companion] of Object.entries(table.around ?? {})) {
        const others = Object.fromEntries(Object.entries(all).filter(([other]) => other !== id));
        if (new RegExp(`["{]${id}\\b`).test(JSON.stringify(others))) continue;
        const without = answerOf(rule, { ...table, around: {} }, others);
        if (!isWrong(without)) continue;
        const said = answerOf(rule, table, { [id]: { ...companion as object, Condition: 'Branch' }, Subject: all.Subject! });
        if (isBetter(said, without)) found.push(`${id}: ${said ?? 'nothing'} and not ${without ?? 'nothing'}, of ${JSON.stringify(kept)}`);
      }
    }
  }
  return found;
}

function answerOf(rule: Rule, { around, profile }: Table, resources: Properties): Answer | undefined {
  const found = judged([template({ ...around, ...resources }, CONDITIONS)], [rule], profile).filter(({ resource }) => resource.logicalId === 'Subject').map(({ answer }) => answer);
  return [...BADNESS].reverse().find((answer) => answer !== undefined && found.includes(answer));
}

function isWrong(answer: Answer | undefined): boolean {
  return answer === Answer.NON_COMPLIANT || answer === Answer.UNKNOWN;
}

function isBetter(said: Answer | undefined, alone: Answer | undefined): boolean {
  return BADNESS.indexOf(said) < BADNESS.indexOf(alone);
}

// an intrinsic is one value, whatever it is written with
function pathsIn(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  if (keys.length === 1 && /^(Ref|Fn::.*)$/.test(String(keys[0]))) return [];
  return keys.flatMap((key) => [[key], ...pathsIn(at(value, [key])).map((path) => [key, ...path])]);
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((object, key) => (typeof object === 'object' && object !== null ? (object as Properties)[key] : undefined), value);
}

// nothing is what a list has one item less by
function withAt(value: unknown, [key, ...rest]: Path, instead: unknown): Properties {
  const copy = (Array.isArray(value) ? [...value as unknown[]] : { ...value as Properties }) as Properties;
  if (rest.length > 0) copy[key!] = withAt(copy[key!], rest, instead);
  else if (instead !== undefined) copy[key!] = instead;
  else if (Array.isArray(copy)) copy.splice(key as number, 1);
  else delete copy[key!];
  return copy;
}
