import { Answer } from '../../lib/policy';
import type { Rule } from '../../lib/rules/rule';
import { judged, template } from './support';
import { subjectOf, type Table } from './table';

type Properties = Record<string, unknown>;
type Path = readonly (string | number)[];

const BADNESS = [undefined, Answer.NOT_APPLICABLE, Answer.COMPLIANT, Answer.UNKNOWN, Answer.NON_COMPLIANT];
const CONDITIONS = { Parameters: { Param: { Type: 'String' } }, Conditions: { Cond: { 'Fn::Equals': [{ Ref: 'Param' }, 'x'] } } };

/**
 * Where a rule says better of `Fn::If` than of the worse of what it decides between: at each place of each case that keeps the rule, between what stands there
 * and nothing, or what stands there in a case that breaks it, in both orders.
 */
export function betterThanBranch(rule: Rule, tables: readonly Table[]): string[] {
  const found: string[] = [];
  for (const table of tables) {
    const tried = new Set<string>();
    for (const kept of [...table.compliant, ...table.notApplicable ?? []]) {
      for (const path of pathsIn(kept)) {
        const here = at(kept, path);
        for (const instead of [undefined, ...table.nonCompliant.map((broken) => at(broken, path))]) {
          const what = `${path.filter((key) => typeof key === 'string').join('.')} ${JSON.stringify(instead)}`;
          if (tried.has(what) || JSON.stringify(here) === JSON.stringify(instead)) continue;
          tried.add(what);
          const alone = answerOf(rule, table, { Subject: subjectOf(table, withAt(kept, path, instead)) });
          if (!isWrong(alone)) continue;
          const given = instead === undefined ? { Ref: 'AWS::NoValue' } : instead;
          for (const options of [[here, given], [given, here]]) {
            const said = answerOf(rule, table, { Subject: subjectOf(table, withAt(kept, path, { 'Fn::If': ['Cond', ...options] })) });
            if (isBetter(said, alone)) found.push(`${what}: ${said ?? 'nothing'} and not ${alone ?? 'nothing'}, of ${JSON.stringify(kept)}`);
          }
        }
      }
    }
  }
  return found;
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
        const said = answerOf(rule, table, { [id]: { ...companion as object, Condition: 'Cond' }, Subject: all.Subject! });
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
