import { Answer } from '../../../policy/finding';
import { Unknown } from '../../resolved';
import { scalarText, type Alternative, type Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { documentAt, each, GAP, isEverything, principalsOf, statementsOf, textWithGaps } from './statements';

/**
 * Keys that say who calls, or from where. `kms:ViaService` says neither: anybody may call through a service; nor does `aws:VpcSourceIp`: anybody has a
 * network with such addresses.
 */
const WHO = new Set([
  'aws:principalaccount', 'aws:principalarn', 'aws:principalorgid', 'aws:principalorgpaths', 'aws:sourceaccount', 'aws:sourcearn', 'aws:sourceip', 'aws:sourceorgid',
  'aws:sourceorgpaths', 'aws:sourceowner', 'aws:sourcevpc', 'aws:sourcevpce', 'aws:userid', 'kms:calleraccount', 's3:dataaccesspointaccount',
]);
// IfExists holds for who has no such key, ForAllValues for an empty list
const NARROWS = /^(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like)|IpAddress)$/;

/** Whether statements of a resource's policy let everybody in: an Allow for any principal that no condition narrows to somebody. */
export function closed(policy: Value): Verdict[] {
  const document = documentAt(policy);
  return [COMPLIANT, ...document.unknowns.map(({ reason }) => unknown(`the policy is ${reason}`, document.location)), ...statementsOf(document).map(closedStatement)];
}

function closedStatement(statement: Value): Verdict {
  if (statement.unknowns.length > 0) return unknown(`a statement of the policy is ${statement.unknowns[0]!.reason}`, statement.location);
  const effect = statement.at('Effect');
  if (effect.unknowns.length === 0 && !effect.texts.includes('Allow')) return COMPLIANT;
  const who = unlessNarrowed(statement.at('Condition'), (key) => WHO.has(key.toLowerCase()), () => principalOf(statement));
  return effect.unknowns.length === 0 || who.answer === Answer.COMPLIANT ? who : unknown(`whether a statement allows or denies is ${effect.unknowns[0]!.reason}`, statement.location);
}

function principalOf(statement: Value): Verdict {
  if (!statement.at('NotPrincipal').isAbsent) return nonCompliant('a statement allows everybody but some (NotPrincipal)', statement.location);
  const listed = principalsOf(statement);
  if (listed.includes('*')) return nonCompliant('a statement allows everybody (Principal *), and no condition says who', statement.location);
  const open = listed.find((one): one is Unknown => one instanceof Unknown && !one.parts && !one.target && one.kind !== 'execution');
  return open ? unknown(`whom a statement allows is ${open.reason}`, statement.location) : COMPLIANT;
}

/** Judges what a condition does not narrow; where it cannot be told whether it does, what would be a finding is unknown. */
export function unlessNarrowed(condition: Value, isKey: (key: string) => boolean, judge: () => Verdict): Verdict {
  return eachUnlessNarrowed(condition, isKey, () => [judge()])[0]!;
}

/** The same where several things can be wrong. */
export function eachUnlessNarrowed(condition: Value, isKey: (key: string) => boolean, judge: () => Verdict[]): Verdict[] {
  return unless(narrowing(condition, isKey), judge);
}

/** The same of properties that hold a request as a condition on these keys would. */
export function unlessHeld(properties: readonly (readonly [key: string, value: Value])[], judge: () => Verdict): Verdict {
  const held = best(properties.map(([key, value]) => (value.options.some(({ isAbsent }) => isAbsent) ? false : isLimited(key, value, true))));
  return unless(held, () => [judge()])[0]!;
}

function unless(narrowed: boolean | Unknown, judge: () => Verdict[]): Verdict[] {
  if (narrowed === true) return [COMPLIANT];
  return judge().map((verdict) => (narrowed instanceof Unknown && verdict.answer === Answer.NON_COMPLIANT
    ? unknown(`${verdict.detail}, unless a condition prevents it that is ${narrowed.reason}`, verdict.location)
    : verdict));
}

/** Whether a condition surely holds a request to some values of such a key. */
export function isNarrowedBy(condition: Value, isKey: (key: string, value: Value) => boolean): boolean {
  return narrowing(condition, isKey) === true;
}

/** The same, or what it hangs on that is not known. */
function narrowing(condition: Value, isKey: (key: string, value: Value) => boolean): boolean | Unknown {
  return inAll(condition, (operator, keys) => NARROWS.test(operator) && inAll(keys, (key, value) => isKey(key, value) && isLimited(key.toLowerCase(), value, !/StringEquals/.test(operator))));
}

// in every alternative there must be an entry of which it holds
function inAll(value: Value, holds: (name: string, value: Value) => boolean | Unknown): boolean | Unknown {
  const found = value.options.map((one): boolean | Unknown => one.unknowns[0] ?? best(one.entries.map(([name, inner]) => holds(name, inner))));
  return found.length > 0 && !found.includes(false) && (found.find((one) => one instanceof Unknown) ?? true);
}

function best(found: readonly (boolean | Unknown)[]): boolean | Unknown {
  return found.includes(true) || (found.find((one) => one instanceof Unknown) ?? false);
}

function isLimited(key: string, value: Value, takesWildcards: boolean): boolean | Unknown {
  const isOpen = OPEN.find(([keys]) => keys.test(key))![1];
  const listed = value.options.map((one) => each(one).flatMap(({ alternatives }) => alternatives));
  const admitsAll = (one: Alternative) => (one instanceof Unknown ? one.parts !== undefined && isOpen(textWithGaps(one)) : isOpen(scalarText(one)));
  if (listed.some((all) => all.length === 0 || all.some(admitsAll))) return false;
  const unclear = listed.flat().find((one): one is Unknown => one instanceof Unknown && !one.parts && !one.target && one.kind !== 'execution');
  return (takesWildcards ? unclear : undefined) ?? true;
}

// what a token of a provider says: whose it is stands first, or after its kind, as in `repo:owner/name:ref:…`
const CLAIM = /^[a-z0-9-]+\.[a-z0-9./-]+:/;

/**
 * By keys, which of their values admit anybody. What names an account, an organisation or a network must name it whole: others have such names too.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
const OPEN: readonly (readonly [keys: RegExp, isOpen: (text: string) => boolean])[] = [
  [/^aws:sourceip$/, isWideRange],
  [/^aws:(?:principal|source)arn$/, isOpenArn],
  [/^aws:userid$/, (text) => varies(text.split(':')[0]!)],
  [/^aws:(?:principal|source)orgpaths$/, (text) => varies(text.split('/')[0]!)],
  [/^(?:aws:(?:principal|source)(?:account|orgid)|aws:source(?:owner|vpce?)|kms:calleraccount|s3:dataaccesspointaccount)$/, varies],
  [CLAIM, (text) => varies(text.replace(/^[a-z_]+:/, '').split(/[:/]/)[0]!)],
  [/^iam:passedtoservice$/, (text) => varies(text.split('.')[0]!)],
  [/^/, (text) => isEverything(text) || /^[*?:/.]*$/.test(text)],
];

// a wildcard, or a variable, which can be whatever the request brings
function varies(text: string): boolean {
  return text === '' || /[*?]|\$\{/.test(text);
}

/** Whether a range of addresses is more than an organisation has. */
export function isWideRange(text: string): boolean {
  const [address = '', length] = text.split('/');
  return varies(address) || (length !== undefined && Number(length) < (address.includes(':') ? 32 : 8));
}

// what has no account in its ARN has a name of its own, such as a bucket
function isOpenArn(text: string): boolean {
  if (text.startsWith(GAP)) return false;
  const [, , , , account = '*', ...resource] = text.split(':');
  return varies(account === '' ? resource.join(':').replace(/^\/[a-z-]+\//, '').split('/')[0]! : account);
}
