import { append, type Relations } from '../../relations';
import type { Resource } from '../../resource';
import { NOT_APPLICABLE, type Verdict } from '../../verdict';
import { doubted, MlData, rolesOf } from '../ml-data';
import { each } from '../policy/statements';

/** Types that hold permissions: roles with inline policies, and policies attached to roles. */
export const PERMISSIONS = ['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'];

/** Judges a role that machine learning uses, or a policy that is attached to one. */
export function ofMlRole(resource: Resource, judge: () => Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
  const data = MlData.of(resource.relations);
  if (!data.isPresent) return NOT_APPLICABLE;
  const roles = resource.type === 'AWS::IAM::Role' ? [resource] : rolesOf(resource);
  if (roles.some((role) => data.has(role)) || attachedTo(resource).some((role) => data.has(role))) return judge();
  const doubt = doubtOf(resource);
  return doubt === undefined ? NOT_APPLICABLE : doubted(judge(), doubt);
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
  const places = resource.type === 'AWS::IAM::Role' ? each(resource.at('AssumeRolePolicyDocument')) : resource.type === 'AWS::IAM::RolePolicy' ? [resource.at('RoleName')] : each(resource.at('Roles'));
  const open = places.flatMap(({ unknowns }) => unknowns).find((one) => resource.relations.target(one) === undefined);
  if (!open) return undefined;
  return resource.type === 'AWS::IAM::Role' ? `who may assume the role is ${open.reason}` : `the role that it is attached to is ${open.reason}`;
}
