import { Answer } from '../../../policy/finding';
import { parseDeployed } from '../../deployed-json';
import { isObject, Unknown } from '../../resolve';
import { Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';

/** Keys that say who calls, or from where; `kms:ViaService` says neither: anybody may call through a service. */
const WHO = new Set([
  'aws:principalaccount', 'aws:principalarn', 'aws:principalorgid', 'aws:principalorgpaths', 'aws:sourceaccount', 'aws:sourcearn', 'aws:sourceip', 'aws:sourceorgid',
  'aws:sourceorgpaths', 'aws:sourceowner', 'aws:sourcevpc', 'aws:sourcevpce', 'aws:userid', 'aws:vpcsourceip', 'kms:calleraccount', 's3:dataaccesspointaccount',
]);
// IfExists holds for who has no such key, ForAllValues for an empty list
const NARROWS = /^(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like)|IpAddress)$/;

/** Whether statements of a resource's policy let everybody in: an Allow for any principal that no condition narrows to somebody. Some types take it as a text. */
export function closed(document: Value): Verdict[] {
  return document.alternatives.flatMap((one) => {
    if (typeof one === 'string' || (one instanceof Unknown && one.parts)) return closedText(one, document.location);
    if (one instanceof Unknown) return unknown(`the policy is ${one.reason}`, document.location);
    return [COMPLIANT, ...Value.of(one, document.location).at('Statement').items.map(closedStatement)];
  });
}

function closedText(text: string | Unknown, location: string): Verdict | Verdict[] {
  const read = parseDeployed(text);
  return 'value' in read && isObject(read.value) ? closed(Value.of(read.value, location)) : unknown('the policy is a text that is no JSON', location);
}

function closedStatement(statement: Value): Verdict {
  if (statement.unknowns.length > 0) return unknown(`a statement of the policy is ${statement.unknowns[0]!.reason}`, statement.location);
  if (!statement.at('Effect').texts.includes('Allow')) return COMPLIANT;
  const who = principalOf(statement);
  if (who.answer === Answer.COMPLIANT || narrowed(statement.at('Condition'))) return COMPLIANT;
  return who;
}

function principalOf(statement: Value): Verdict {
  if (!statement.at('NotPrincipal').isAbsent) return nonCompliant('a statement allows everybody but some (NotPrincipal)', statement.location);
  const listed = [statement.at('Principal'), statement.at('Principal.AWS')].flatMap((principal) => [...principal.alternatives, ...principal.items.flatMap(({ alternatives }) => alternatives)]);
  if (listed.includes('*')) return nonCompliant('a statement allows everybody (Principal *), and no condition says who', statement.location);
  const open = listed.find((one): one is Unknown => one instanceof Unknown && !one.parts && !one.target);
  return open ? unknown(`whom a statement allows is ${open.reason}`, statement.location) : COMPLIANT;
}

function narrowed(condition: Value): boolean {
  return isNarrowedBy(condition, (key) => WHO.has(key.toLowerCase()));
}

/** Whether a condition, in every alternative of it, holds a request to some values of such a key. */
export function isNarrowedBy(condition: Value, isKey: (key: string) => boolean): boolean {
  return condition.alternatives.length === 1 && condition.entries
    .some(([operator, keys]) => NARROWS.test(operator) && keys.entries.some(([key, value]) => isKey(key) && !admitsAll(value)));
}

function admitsAll(value: Value): boolean {
  const texts = [...value.texts, ...value.items.flatMap((item) => item.texts)];
  return texts.some((text) => /^[*?]*$/.test(text) || /^(?:0\.0\.0\.0|::)\/0$/.test(text) || /^arn:[*?]?[^:]*:[*?]$/.test(text)) || (texts.length === 0 && value.unknowns.length === 0 && value.items.length === 0);
}
