import { append, type Relations } from '../../relations';
import { Unknown } from '../../resolve';
import type { Resource } from '../../resource';
import { scalarText, type Value } from '../../value';
import { NOT_APPLICABLE, type Verdict } from '../../verdict';
import { doubted, MlData, rolesOf } from '../ml-data';
import { actionsOf, admits, allowing, documentsOf, each, isEverything, statementsOf, unreadable } from '../policy/statements';

/** Users and groups, and what only they can have. */
const PEOPLE = ['AWS::IAM::Group', 'AWS::IAM::GroupPolicy', 'AWS::IAM::User', 'AWS::IAM::UserPolicy'];
/** Types that hold permissions: roles, users and groups with inline policies, and policies attached to them. */
export const PERMISSIONS = ['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy', ...PEOPLE];

/** Judges a role that machine learning uses or a policy attached to one, and what lets a user or a group at its data. */
export function ofMlRole(resource: Resource, judge: () => Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
  const concerns = resource.ask(concernsMl);
  if (concerns === true) return judge();
  return concerns === undefined ? NOT_APPLICABLE : doubted(judge(), concerns);
}

// true, or why it cannot be told
function concernsMl(resource: Resource): true | string | undefined {
  const data = MlData.of(resource.relations);
  if (!data.isPresent) return undefined;
  const isOfPeople = PEOPLE.includes(resource.type);
  const roles = resource.type === 'AWS::IAM::Role' ? [resource] : isOfPeople ? [] : rolesOf(resource);
  if (roles.some((role) => data.has(role)) || attachedTo(resource).some((role) => data.has(role))) return true;
  if ((isOfPeople || ['Users', 'Groups'].some((property) => !resource.at(property).isAbsent)) && mayReachData(resource)) return true;
  return isOfPeople ? undefined : doubtOf(resource);
}

/** Whether what a user, a group or their policy may do includes reading data of machine learning, or making jobs that do. What cannot be read may. */
export function mayReachData(resource: Resource): boolean {
  const managed = each(resource.at('ManagedPolicyArns')).flatMap(({ alternatives }) => alternatives);
  return managed.some((one) => (one instanceof Unknown ? isNowhere(one) || BROAD.test(one.pattern) : BROAD.test(scalarText(one))))
    || allowing(documentsOf(resource)).some((statement) => reaches(statement, MlData.of(resource.relations)));
}

// it may be any policy of the cloud's own
function isNowhere({ target, pattern }: Unknown): boolean {
  return target === undefined && pattern === '?';
}

const BROAD = /:policy\/(?:.*\/)?(?:AdministratorAccess|PowerUserAccess|ReadOnlyAccess|DataScientist|IAMFullAccess|\w*(?:S3|SageMaker|Bedrock|Glue|KMS|KeyManagement|DynamoDB|SecretsManager)\w*)$/;
/** Actions that read data, open it, or hand it to whoever else may. */
const REACHING = ['s3:GetObject', 'dynamodb:GetItem', 'kinesis:GetRecords', 'kms:Decrypt', 'secretsmanager:GetSecretValue', 'iam:PassRole', 'sts:AssumeRole'];
const OF_ML = ['bedrock', 'cleanrooms', 'cleanrooms-ml', 'emr-serverless', 'glue', 'lakeformation', 'sagemaker'];

function reaches(statement: Value, data: MlData): boolean {
  const actions = actionsOf(statement);
  if (unreadable(statement) || !statement.at('NotAction').isAbsent || actions.some((action) => OF_ML.some((service) => admits(action.split(':')[0]!, service)))) return true;
  if (!REACHING.some((action) => actions.some((written) => admits(written, action)))) return false;
  if (!statement.at('NotResource').isAbsent) return true;
  return each(statement.at('Resource')).some((place) => data.isMeantBy(place) || place.alternatives.some((one) => {
    if (one instanceof Unknown && one.pattern === '?') return true;
    return isEverything(one instanceof Unknown ? one : scalarText(one));
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
