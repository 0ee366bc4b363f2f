import { isJsonObject, type Json, type JsonObject } from '../definition';
import { objectAt, objectsAt } from '../execute';
import { StepFailure, type StepKind } from '../step-kind';

/** Decides which branch is taken: all of its conditions must hold. */
export const condition: StepKind = {
  run: async ({ arguments: args, raw }) => {
    const names = objectsAt(raw, 'Conditions');
    const answers = objectsAt(args, 'Conditions').map((given, index) => ({ text: said(given, names[index] ?? {}), holds: holds(given) }));
    return { properties: { Outcome: answers.every((one) => one.holds) ? 'True' : 'False' }, notes: answers.map(({ text, holds: yes }) => `${text}: ${yes ? 'holds' : 'does not hold'}`) };
  },
};

const SIGNS: Readonly<Record<string, string>> = { Equals: '=', GreaterThan: '>', GreaterThanOrEqualTo: '≥', LessThan: '<', LessThanOrEqualTo: '≤' };

/** A condition in words, with the names of what it compares. */
function said(given: JsonObject, raw: JsonObject): string {
  const side = (key: string) => `${nameOf(raw[key])}${JSON.stringify(given[key] ?? null)}`;
  const type = String(given.Type);
  if (Object.hasOwn(SIGNS, type)) return `${side('LeftValue')} ${SIGNS[type]} ${side('RightValue')}`;
  if (type === 'Not') return `not (${said(objectAt(given, 'Condition'), objectAt(raw, 'Condition'))})`;
  if (type === 'Or') return objectsAt(given, 'Conditions').map((one, index) => said(one, objectsAt(raw, 'Conditions')[index] ?? {})).join(' or ');
  return `${side('QueryValue')} is one of ${JSON.stringify(given.Values ?? [])}`;
}

function nameOf(raw: Json): string {
  if (!isJsonObject(raw)) return '';
  const name = isJsonObject(raw['Std:JsonGet']) ? raw['Std:JsonGet'].Path : raw.Get;
  return typeof name === 'string' ? `${name} ` : '';
}

type Compare = (left: number, right: number) => boolean;

const COMPARISONS: Readonly<Record<string, Compare>> = {
  GreaterThan: (left, right) => left > right,
  GreaterThanOrEqualTo: (left, right) => left >= right,
  LessThan: (left, right) => left < right,
  LessThanOrEqualTo: (left, right) => left <= right,
};

function holds(given: JsonObject): boolean {
  const type = String(given.Type);
  if (type === 'Not') return !holds(objectAt(given, 'Condition'));
  if (type === 'Or') return objectsAt(given, 'Conditions').some(holds);
  if (type === 'Equals') return given.LeftValue === given.RightValue;
  if (type === 'In') return Array.isArray(given.Values) && given.Values.includes(given.QueryValue);
  const compare = Object.hasOwn(COMPARISONS, type) ? COMPARISONS[type] : undefined;
  if (!compare) throw new StepFailure(`compares by '${type}', which is not known here`);
  return compare(number(given.LeftValue, type), number(given.RightValue, type));
}

function number(value: Json, type: string): number {
  if (typeof value === 'number') return value;
  throw new StepFailure(`compares (${type}) ${isJsonObject(value) || Array.isArray(value) ? 'a list or an object' : `'${String(value)}'`}, which is no number: see what the step before it has written`);
}
