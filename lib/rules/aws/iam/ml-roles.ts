import { append, type Relations } from '../../relations';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { scalarText, type Value } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, type Verdict } from '../../verdict';
import { doubted, ML_SERVICES, MlData, namesMlService, rolesOf } from '../ml-data';
import { canMean } from '../policy/arn';
import { managedPoliciesOf, reachesMlData, usesMl } from '../policy/managed';
import { actionsOf, admits, allowing, documentsOf, each, isEverything, statementsOf, unreadable } from '../policy/statements';
import { ActionList, DECRYPTING, ESCALATING, READING } from './data-actions';

/** Users and groups, and what only they can have. */
const PEOPLE = ['AWS::IAM::Group', 'AWS::IAM::GroupPolicy', 'AWS::IAM::User', 'AWS::IAM::UserPolicy'];
/** Types that hold permissions: roles, users and groups with inline policies, and policies attached to them. */
export const PERMISSIONS = ['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy', ...PEOPLE];

/** Judges a role that machine learning uses, or that may reach its data. */
export function ofMlRole(role: Resource, judge: () => Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
  const used = role.ask(usedByMl);
  if (used === true || role.ask(reachesIt)) return judge();
  return used === undefined ? NOT_APPLICABLE : doubted(judge(), used);
}

/** Judges what a resource allows, statement by statement: all of it where machine learning uses the role, and what lets others at its data. */
export function ofMlStatements(resource: Resource, judge: (statement: Value) => Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
  return partByPart(resource, allowing(documentsOf(resource)), reachingStatements, judge);
}

/** The same of the managed policies of AWS's own that a resource names. */
export function ofMlManagedPolicies(resource: Resource, judge: (arn: Value) => Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
  return partByPart(resource, each(resource.at('ManagedPolicyArns')), reachingManaged, judge);
}

function partByPart(
  resource: Resource, parts: readonly Value[], reachingOf: (resource: Resource) => string, judge: (part: Value) => Verdict | readonly Verdict[],
): Verdict | readonly Verdict[] {
  const used = resource.ask(usedByMl);
  if (used === true) return [COMPLIANT, ...parts.flatMap(judge)];
  const numbers = resource.ask(reachingOf).split(' ');
  const isReaching = (_part: Value, index: number) => numbers.includes(String(index));
  const reaching = parts.filter(isReaching).flatMap(judge);
  if (used !== undefined) return [COMPLIANT, ...reaching, ...doubted(parts.filter((part, index) => !isReaching(part, index)).flatMap(judge), used)];
  return reaching.length === 0 ? NOT_APPLICABLE : [COMPLIANT, ...reaching];
}

// true, or why it cannot be told
function usedByMl(resource: Resource): true | string | undefined {
  const data = MlData.of(resource.relations);
  const isOfPeople = PEOPLE.includes(resource.type);
  const roles = resource.type === 'AWS::IAM::Role' ? [resource] : isOfPeople ? [] : rolesOf(resource);
  if (roles.some((role) => data.has(role)) || attachedTo(resource).some((role) => data.has(role))) return true;
  if ((isOfPeople || ['Users', 'Groups'].some((property) => !resource.at(property).isAbsent)) && mayReachData(resource)) return true;
  return isOfPeople || !data.isPresent ? undefined : doubtOf(resource);
}

/** Whether what a user, a group or their policy may do includes reading data of machine learning, or making jobs that do. What cannot be read may. */
export function mayReachData(resource: Resource): boolean {
  return each(resource.at('ManagedPolicyArns')).some(({ unknowns }) => unknowns.some(isNowhere)) || isKnownToReach(resource);
}

// it may be any policy of the cloud's own
function isNowhere({ target, pattern }: Unknown): boolean {
  return target === undefined && pattern === '?';
}

function isKnownToReach(resource: Resource): boolean {
  return resource.ask(reachingManaged) !== '' || resource.ask(reachingStatements) !== '';
}

// by itself, or by policies that are attached to it
function reachesIt(role: Resource): boolean {
  return isKnownToReach(role) || MlData.of(role.relations).permissionsOf(role).some((statement) => reaches(statement, MlData.of(role.relations)));
}

// in words, since what a question is answered with is compared
function reachingStatements(resource: Resource): string {
  const known = resource.relations.once(reachingByResource);
  let found = known.get(resource);
  if (found === undefined) {
    const data = MlData.of(resource.relations);
    known.set(resource, found = isAttached(resource) ? numbersOf(allowing(documentsOf(resource)), (statement) => reaches(statement, data)) : '');
  }
  return found;
}

function reachingByResource(): Map<Resource, string> {
  return new Map();
}

function reachingManaged(resource: Resource): string {
  const isReaching = MlData.of(resource.relations).isPresent ? reachesMlData : usesMl;
  return numbersOf(each(resource.at('ManagedPolicyArns')), (arn) => managedPoliciesOf(arn).some(({ name }) => isReaching(name)));
}

function numbersOf(values: readonly Value[], holds: (value: Value) => boolean): string {
  return values.flatMap((value, index) => (holds(value) ? [index] : [])).join(' ');
}

function isAttached(policy: Resource): boolean {
  return policy.type !== 'AWS::IAM::ManagedPolicy' || ['Users', 'Groups', 'Roles'].some((property) => !policy.at(property).isAbsent) || attachedTo(policy).length > 0;
}

/** Actions that read data where it is stored, open it, or hand it to whoever else may. */
const REACHING = new ActionList([
  ...READING.filter((action) => /^(?:s3|dynamodb|kinesis|secretsmanager):(?!List)/.test(action)), ...DECRYPTING, ...ESCALATING.filter((action) => /^(?:iam|sts):/.test(action)), 'iam:PassRole',
]);

// where nothing else has to do with machine learning, only what names its services
function reaches(statement: Value, data: MlData): boolean {
  if (namesMlService(statement)) return true;
  if (!data.isPresent) return false;
  const actions = actionsOf(statement);
  if (unreadable(statement) || !statement.at('NotAction').isAbsent || actions.some((action) => ML_SERVICES.some((service) => admits(action.split(':')[0]!, service)))) return true;
  const reading = REACHING.namedBy(statement);
  if (reading.length === 0) return false;
  if (!statement.at('NotResource').isAbsent) return true;
  return each(statement.at('Resource')).some((place) => data.isMeantBy(place) || place.alternatives.some((one) => {
    if (one instanceof Unknown && one.pattern === '?') return true;
    const written = one instanceof Unknown ? one : scalarText(one);
    return isEverything(written) && reading.some((action) => canMean(action, written));
  }));
}

// a role can name the managed policy, instead of the other way round
function attachedTo(policy: Resource): readonly Resource[] {
  if (policy.type !== 'AWS::IAM::ManagedPolicy') return [];
  return policy.relations.once(namers).get(policy) ?? [];
}

function namers(relations: Relations): Map<Resource, Resource[]> {
  const found = new Map<Resource, Resource[]>();
  for (const role of relations.ofType('AWS::IAM::Role')) {
    for (const policy of each(role.at('ManagedPolicyArns')).flatMap((arn) => relations.targets(arn))) append(found, policy, role);
  }
  return found;
}

function doubtOf(resource: Resource): string | undefined {
  if (resource.type === 'AWS::IAM::Role') return trustDoubtOf(resource);
  const places = resource.type === 'AWS::IAM::RolePolicy' ? [resource.at('RoleName')] : each(resource.at('Roles'));
  const open = places.flatMap(({ unknowns }) => unknowns).find((one) => resource.relations.target(one) === undefined);
  return open && `the role that it is attached to is ${open.reason}`;
}

// a text that begins with what is known names no service of machine learning, or was seen to
function trustDoubtOf(role: Resource): string | undefined {
  const statements = statementsOf(role.at('AssumeRolePolicyDocument'));
  const places = statements.flatMap((statement) => [statement, statement.at('Principal'), ...each(statement.at('Principal.Service'))]);
  const open = places.flatMap(({ unknowns }) => unknowns).find(({ pattern }) => pattern.startsWith('?'));
  return open && `who may assume the role is ${open.reason}`;
}
