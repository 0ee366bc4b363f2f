import { isRecord, shown } from '../../policy/given';
import { ComplianceProfile } from '../../policy/profile';
import { AWS_REGIONS } from '../../policy/regions/aws';
import { wholeSeconds } from '../private/whole';
import type { Limits } from './guard';
import type { GuardrailOptions } from './guardrail-options';

/** What an account adds to them. */
export interface AccountLimits {
  readonly subnets?: readonly string[];
  readonly securityGroups?: readonly string[];
  readonly keys?: readonly string[];
  readonly boundary?: string;
}

/** Roles that deploy. Service-linked roles are reached by none of these policies. */
const DEPLOYERS = ['arn:*:iam::*:role/AWSControlTowerExecution', 'arn:*:iam::*:role/cdk-*-cfn-exec-role-*', 'arn:*:iam::*:role/stacksets-exec-*'];

const REGION_NAMES = new Set(AWS_REGIONS.map(({ name }) => name));
const LISTS = ['administrators', 'approvers', 'breakGlass', 'clarifyRoles', 'regions', 'serverlessRoles', 'trustedAccounts'] as const;

/**
 * Options with all their defaults.
 *
 * @throws an error when a region is outside the residency, or something is no ARN, account or organisation
 */
export function limitsOf(profile: ComplianceProfile, options: GuardrailOptions = {}, account: AccountLimits = {}): Limits {
  if (!isRecord(profile) || !isRecord(profile.residency)) {
    throw new Error(`guardrails are made from a profile, not from ${shown(profile)}: give one, such as ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) })`);
  }
  for (const list of LISTS) {
    if (options[list] !== undefined && !Array.isArray(options[list])) throw new Error(`${list} of the guardrails is ${shown(options[list])}: give a list, or leave it out`);
  }
  for (const list of ['administrators', 'approvers', 'breakGlass', 'clarifyRoles', 'serverlessRoles'] as const) options[list]?.forEach((arn) => checkArn(list, arn));
  for (const account of options.trustedAccounts ?? []) {
    if (!/^\d{12}$/.test(account)) throw new Error(`trusted account ${shown(account)} is none: give its twelve digits, such as '111122223333'`);
  }
  if (options.organizationId !== undefined && !/^o-[a-z0-9]{10,32}$/.test(options.organizationId)) {
    throw new Error(`organisation ${shown(options.organizationId)} is none: give its id, such as 'o-a1b2c3d4e5'`);
  }
  const residency = profile.residency.allowedRegions.filter((region) => REGION_NAMES.has(region));
  if (residency.length === 0) throw new Error(`the residency (${profile.residency.describe()}) has no region of AWS: there is nothing to guard there`);
  const regions = options.regions ?? residency;
  if (regions.length === 0) throw new Error('the guardrails would allow no region: name one, or leave regions out');
  for (const region of regions) profile.residency.check(region, 'a region of the guardrails');
  return {
    regions: [...regions].sort(), residency,
    deployers: [...DEPLOYERS, ...(options.administrators ?? [])],
    breakGlass: options.breakGlass ?? [],
    approvers: options.approvers ?? [],
    clarifyRoles: options.clarifyRoles ?? [],
    serverlessRoles: options.serverlessRoles ?? [],
    maximumRuntime: options.maximumRuntime && wholeSeconds(options.maximumRuntime, 'the maximum runtime of the guardrails'),
    organizationId: options.organizationId,
    trustedAccounts: options.trustedAccounts ?? [],
    subnets: account.subnets ?? [], securityGroups: account.securityGroups ?? [], keys: account.keys ?? [], boundary: account.boundary,
  };
}

// a pattern such as `*` would take the guardrail from everybody; of a session IAM compares the ARN of its role, so that its own would let in nobody
function checkArn(list: string, arn: string): void {
  if (typeof arn !== 'string' || !/^arn:[^:]*:iam::[^:]*:(role|user)\/[^*].*$/.test(arn)) {
    throw new Error(`${list} of the guardrails lists ${shown(arn)}: give the ARN of a role (not of a session of it) or user, such as 'arn:aws:iam::111122223333:role/Steward', with wildcards in all but the beginning of its name`);
  }
}
