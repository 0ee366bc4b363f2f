import { parseDeployed } from '../../deployed-json';
import { Choice, isObject, Unknown, type Resolved, type ResolvedObject } from '../../resolved';
import type { Resource } from '../../resource';
import { Value, type Alternative } from '../../value';
import { unknown, type Verdict } from '../../verdict';

/** Items of a list, or the one value that stands in a list's place; what is absent is none. */
export function each(value: Value): Value[] {
  return value.alternatives.flatMap((one) => {
    if (one === undefined || one === null) return [];
    return Array.isArray(one) ? one.map((item, index) => Value.of(item, `${value.location}.${index}`)) : [Value.of(one, value.location)];
  });
}

const HOLDERS = new Set(['AWS::IAM::Group', 'AWS::IAM::Role', 'AWS::IAM::User']);

/** The documents of permissions that a role, a user, a group or a policy of IAM holds. */
export function documentsOf(resource: Resource): Value[] {
  return HOLDERS.has(resource.type) ? resource.at('Policies').items.map((policy) => policy.at('PolicyDocument')) : [resource.at('PolicyDocument')];
}

/** A policy as a document: CloudFormation takes one as an object and as JSON. What is neither is unknown. */
export function documentAt(policy: Value): Value {
  return policy.alternatives.every(isDocument) ? policy : new Value(policy.alternatives.map((one) => (isDocument(one) ? one : read(one))), policy.location);
}

function isDocument(one: Alternative): boolean {
  return one === undefined || one === null || isObject(one) || (one instanceof Unknown && !one.parts);
}

function read(policy: Alternative): Alternative {
  if (typeof policy !== 'string' && !(policy instanceof Unknown)) return new Unknown('opaque', 'no policy');
  const found = parseDeployed(policy);
  return 'value' in found && isObject(found.value) ? (found.value as ResolvedObject) : new Unknown('opaque', 'a text that is no JSON');
}

/** Statements of a policy, each as often as it can be deployed otherwise; a document that is not known is one that is not known. */
export function statementsOf(policy: Value): Value[] {
  return each(documentAt(policy).at('Statement')).flatMap(waysOf);
}

/**
 * A statement in each of the ways in which it can be deployed: what `Fn::If` decides inside of it is decided in all of them. Cases do so for all rules, but combine
 * two conditions only where there are more than three: what effect, action and resource do by three of them, as they often hang on in a statement, is found here.
 */
export function waysOf(statement: Value): Value[] {
  return statement.given.alternatives.flatMap((one) => {
    const many = countOf(one);
    return (many > 1 && many <= MOST_WAYS ? decided(one) : [one]).map((way) => Value.of(way, statement.location));
  });
}

/** Whether nothing inside of a value is left for `Fn::If` to decide. */
export function isDecided({ alternatives }: Value): boolean {
  return alternatives.length === 1 && countOf(alternatives[0]) === 1;
}

const MOST_WAYS = 64;
// of an object that many rules ask about
const COUNTED = new WeakMap<object, number>();

function countOf(value: Resolved): number {
  if (typeof value !== 'object' || value === null || value instanceof Unknown) return 1;
  let count = COUNTED.get(value);
  if (count === undefined) {
    count = value instanceof Choice
      ? value.options.reduce<number>((sum, option) => sum + countOf(option), 0)
      : Object.values(value).reduce<number>((product, part) => product * countOf(part as Resolved), 1);
    COUNTED.set(value, count);
  }
  return count;
}

function decided(value: Resolved): Resolved[] {
  if (value instanceof Choice) return value.options.flatMap(decided);
  if (countOf(value) === 1) return [value];
  if (Array.isArray(value)) return value.reduce<Resolved[][]>((lists, item) => extended(lists, item, (list, one) => [...list, one]), [[]]);
  return Object.entries(value as ResolvedObject).reduce<ResolvedObject[]>((objects, [key, part]) => extended(objects, part, (object, one) => ({ ...object, [key]: one })), [{}]);
}

/** What was begun, with each of the ways of what comes next; `AWS::NoValue` adds nothing. */
function extended<T>(begun: readonly T[], next: Resolved, add: (one: T, value: Resolved) => T): T[] {
  const ways = decided(next);
  return begun.flatMap((one) => ways.map((way) => (way === undefined ? one : add(one, way))));
}

/** Statements of documents that allow, or may: what cannot be read is among them. */
export function allowing(documents: readonly Value[]): Value[] {
  return documents.map(documentAt).flatMap((document) => {
    const statements = statementsOf(document).filter((statement) => statement.unknowns.length > 0 || !statement.at('Effect').texts.includes('Deny'));
    return document.unknowns.length > 0 ? [Value.of(document.unknowns[0], document.location), ...statements] : statements;
  });
}

/** A text of a policy that has gaps, with something in each of them that is no wildcard. */
export function textWithGaps(one: string | Unknown): string {
  if (typeof one === 'string') return one;
  return one.parts ? one.parts.map(textWithGaps).join('') : GAP;
}

export const GAP = '\uFFFD';

/** Whom a statement of a resource's policy names, with what is not known of them: `*` is everybody, as it stands and as an account. */
export function principalsOf(statement: Value): Alternative[] {
  return [statement.at('Principal'), statement.at('Principal.AWS')].flatMap((principal) => [...principal.alternatives, ...principal.items.flatMap(({ alternatives }) => alternatives)]);
}

/** Actions that a statement names, wildcards as written. */
export function actionsOf(statement: Value): string[] {
  return each(statement.at('Action')).flatMap((action) => action.texts);
}

/** Whether a statement is about an action: it names it, or names others that it leaves out. */
export function isAbout(statement: Value, action: string): boolean {
  return aboutOf(statement)(action);
}

/** The same for many actions, for which the statement is read once. */
export function aboutOf(statement: Value): (action: string) => boolean {
  const left = statement.at('NotAction').given;
  if (statement.unknowns.length > 0 || left.isAbsent) {
    const written = actionsOf(statement);
    return (action) => written.some((one) => admits(one, action));
  }
  const kept = each(left);
  const isOpen = kept.some(({ unknowns }) => unknowns.length > 0);
  const written = kept.flatMap(({ texts }) => texts);
  return (action) => !isOpen && !written.some((one) => admits(one, action));
}

/** Why it cannot be told what a statement allows: unknown is no pass, whichever rule asks; undefined where it can. */
export function unreadable(statement: Value): Verdict | undefined {
  const [reference] = [statement, ...each(statement.at('Action')), ...each(statement.at('NotAction'))].flatMap(({ unknowns }) => unknowns);
  return reference && unknown(`what a statement allows is ${reference.reason}`, statement.location);
}

/** Whether an action as a policy writes it, with `*` and `?`, admits this one. */
export function admits(written: string, action: string): boolean {
  if (!/[*?]/.test(written)) return written.toLowerCase() === action.toLowerCase();
  const pattern = written.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${pattern}$`, 'i').test(action);
}

/** Whether a resource as a policy writes it is every resource, or every one of its kind: `?*` is a wildcard like `*`. */
export function isEverything(one: string | Unknown): boolean {
  const text = textWithGaps(one).replace(/[*?]*\*[*?]*/g, '*');
  return EVERYTHING.test(text) || CUT_SHORT.test(text) || KIND_CUT_SHORT.test(text) || EVERY_BUCKET.test(text) || EVERY_OTHER.test(text);
}

const EVERYTHING = /^\*(?:[:/]\*)*$/;
// a wildcard does not stop at a colon
const CUT_SHORT = /^(?:ar?|arn(?::[^:]*){0,4})\*$/;
// of these services a resource begins with its kind
const KIND_CUT_SHORT = /^[^:]*:[^:]*:(?:dynamodb|iam|kinesis|kms|sagemaker):[^:]*:[^:]*:[a-z-]*\*$/;
// what stands before the slash is a bucket in S3, and the kind of the resource elsewhere
const EVERY_BUCKET = /^[^:]*:[^:]*:s3:[^:]*:[^:]*:\*(?:\/\*)*$/;
const EVERY_OTHER = /^[^:]*:[^:]*:(?!s3:)[^:]*:[^:]*:[^:]*:(?:[a-z-]+[/:])?\*(?:[/:]\*)*$/;
