import type { Resource } from '../../resource';
import { Value } from '../../value';
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

/** Statements of documents that allow, or may: what cannot be read is among them. */
export function allowing(documents: readonly Value[]): Value[] {
  return documents.flatMap((document) => {
    const statements = each(document.at('Statement')).filter((statement) => statement.unknowns.length > 0 || !statement.at('Effect').texts.includes('Deny'));
    return document.unknowns.length > 0 ? [Value.of(document.unknowns[0], document.location), ...statements] : statements;
  });
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

/** Whether a resource as a policy writes it is every resource, or every one of its kind. */
export function isEverything(text: string): boolean {
  return /^\*+$/.test(text) || EVERY_BUCKET.test(text) || EVERY_OTHER.test(text);
}

// what stands before the slash is a bucket in S3, and the kind of the resource elsewhere
const EVERY_BUCKET = /^arn:[^:]*:s3:[^:]*:[^:]*:\*(?:\/\*)?$/;
const EVERY_OTHER = /^arn:[^:]*:(?!s3:)[^:]*:[^:]*:[^:]*:(?:[a-z-]+[/:])?\*(?:\/\*)?$/;
