import { Answer } from '../../../policy/finding';
import { Unknown } from '../../resolve';
import type { Value } from '../../value';
import { all, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { documentAt, each, GAP, isEverything, statementsOf, textWithGaps } from './statements';

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

/** Whether a resource's policy lets everybody in: an Allow for any principal that no condition narrows to somebody. */
export function closed(policy: Value): Verdict {
  const document = documentAt(policy);
  return all(COMPLIANT, ...document.unknowns.map(({ reason }) => unknown(`the policy is ${reason}`, document.location)), ...statementsOf(document).map(closedStatement));
}

function closedStatement(statement: Value): Verdict {
  if (statement.unknowns.length > 0) return unknown(`a statement of the policy is ${statement.unknowns[0]!.reason}`, statement.location);
  const effect = statement.at('Effect');
  if (effect.unknowns.length === 0 && !effect.texts.includes('Allow')) return COMPLIANT;
  const who = principalOf(statement);
  if (who.answer === Answer.COMPLIANT || isNarrowedBy(statement.at('Condition'), (key) => WHO.has(key.toLowerCase()))) return COMPLIANT;
  return effect.unknowns.length === 0 ? who : unknown(`whether a statement allows or denies is ${effect.unknowns[0]!.reason}`, statement.location);
}

function principalOf(statement: Value): Verdict {
  if (!statement.at('NotPrincipal').isAbsent) return nonCompliant('a statement allows everybody but some (NotPrincipal)', statement.location);
  const listed = [statement.at('Principal'), statement.at('Principal.AWS')].flatMap((principal) => [...principal.alternatives, ...principal.items.flatMap(({ alternatives }) => alternatives)]);
  if (listed.includes('*')) return nonCompliant('a statement allows everybody (Principal *), and no condition says who', statement.location);
  const open = listed.find((one): one is Unknown => one instanceof Unknown && !one.parts && !one.target);
  return open ? unknown(`whom a statement allows is ${open.reason}`, statement.location) : COMPLIANT;
}

/** Whether a condition, in every alternative of it, holds a request to some values of such a key. */
export function isNarrowedBy(condition: Value, isKey: (key: string, value: Value) => boolean): boolean {
  return holdsAlways(condition, (operator, keys) => NARROWS.test(operator) && holdsAlways(keys, (key, value) => isKey(key, value) && !admitsAll(key.toLowerCase(), value)));
}

function holdsAlways(value: Value, holds: (name: string, value: Value) => boolean): boolean {
  const { options } = value;
  return options.length > 0 && options.every(({ entries }) => entries.some(([name, one]) => holds(name, one)));
}

function admitsAll(key: string, value: Value): boolean {
  const isOpen = OPEN.find(([keys]) => keys.test(key))![1];
  return value.options.some((one) => {
    const listed = each(one).flatMap(({ alternatives }) => alternatives);
    return listed.length === 0 || listed.some((text) => (text instanceof Unknown ? text.parts !== undefined && isOpen(textWithGaps(text)) : isOpen(String(text))));
  });
}

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
  [/^iam:passedtoservice$/, (text) => varies(text.split('.')[0]!)],
  [/^/, (text) => isEverything(text) || /^[*?:/.]*$/.test(text)],
];

// a wildcard, or a variable, which can be whatever the request brings
function varies(text: string): boolean {
  return text === '' || /[*?]|\$\{/.test(text);
}

// more than an organisation has
function isWideRange(text: string): boolean {
  const [address = '', length] = text.split('/');
  return varies(address) || (length !== undefined && Number(length) < (address.includes(':') ? 32 : 8));
}

// what has no account in its ARN has a name of its own, such as a bucket
function isOpenArn(text: string): boolean {
  if (text.startsWith(GAP)) return false;
  const [, , , , account = '*', ...resource] = text.split(':');
  return varies(account === '' ? resource.join(':').replace(/^\/[a-z-]+\//, '').split('/')[0]! : account);
}
