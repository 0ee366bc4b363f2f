import { Annotations, IResource, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { checkSameRegion } from '../private/region';
import type { IWorkspace } from './workspace';

/**
 * Passes when what was given stands in the workspace's region.
 *
 * @throws an error that names both regions
 */
export function checkRegions(workspace: IWorkspace, given: [string, IResource | undefined][]): void {
  for (const [what, resource] of given) checkSameRegion(what, resource, `workspace '${workspace.node.path}'`, workspace.region);
}

/**
 * Passes when the stores stand inside the residency.
 *
 * @throws an error with the store, its region and the allowed ones
 */
export function checkStores(workspace: IWorkspace): void {
  for (const store of [workspace.outputs, workspace.models]) {
    workspace.profile.residency.check(store.region, `store '${store.node.path}' of workspace '${workspace.node.path}'`);
  }
}

/**
 * Passes for ARNs of principals.
 *
 * @throws an error that names the one that is none
 */
export function checkAdministrators(workspace: Construct, administrators: string[]): void {
  if (!Array.isArray(administrators)) {
    throw new Error(`the administrators of workspace '${workspace.node.path}' are no list: give ARNs such as ['arn:aws:iam::111122223333:role/DataSteward']`);
  }
  const wrong = administrators.find((arn) => !Token.isUnresolved(arn) && !/^arn:[a-z-]+:(iam|sts)::[0-9]{12}:.+/.test(arn));
  if (wrong !== undefined) {
    throw new Error(`administrator '${wrong}' of workspace '${workspace.node.path}' is no ARN of a principal: give one such as 'arn:aws:iam::111122223333:role/DataSteward', '*' may stand for a part of the name`);
  }
  const session = administrators.find((arn) => !Token.isUnresolved(arn) && arn.includes(':assumed-role/'));
  if (session !== undefined) {
    throw new Error(`administrator '${session}' of workspace '${workspace.node.path}' is a session, and IAM compares with its role: give the role, such as 'arn:aws:iam::111122223333:role/Admin', or 'role/*Admin' for one with a path`);
  }
  const everybody = administrators.find((arn) => !Token.isUnresolved(arn) && /:(root|\*|role\/\*|user\/\*)$/.test(arn));
  if (everybody !== undefined) {
    throw new Error(`administrator '${everybody}' of workspace '${workspace.node.path}' is ${everybody.endsWith(':root') ? 'the root user alone, not the account' : 'everybody'}: name the roles of those who look after the data, such as 'arn:aws:iam::111122223333:role/DataSteward'`);
  }
}

/**
 * The subnets that jobs run in: those given, or the isolated ones. Subnets from which the internet can be reached get a warning.
 *
 * @throws an error when a given one is public, or when none is given and none is isolated
 */
export function jobSubnets(scope: Construct, vpc: ec2.IVpc, given?: ec2.SubnetSelection): ec2.SubnetSelection {
  // a network that is looked up stands for itself, with made-up subnets, until the CLI has asked
  const isPending = vpc.selectSubnets({ subnets: [] }).isPendingLookup ?? false;
  const subnets = given ?? isolatedSubnets(scope, vpc, isPending);
  if (isPending) return subnets;
  const selected = vpc.selectSubnets(subnets).subnets;
  const among = (known: ec2.ISubnet[]) => selected.filter((subnet) => known.some(({ subnetId }) => subnetId === subnet.subnetId));
  const open = [...among(vpc.publicSubnets), ...selected.filter((subnet) => subnet instanceof ec2.PublicSubnet)];
  if (open.length > 0) {
    throw new Error(`subnet '${nameOf(open[0])}' of workspace '${scope.node.path}' is public: give subnets without a route to the internet, such as { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }`);
  }
  const egress = among(vpc.privateSubnets);
  if (egress.length > 0) {
    Annotations.of(scope).addWarningV2('cdk-regulated-ml:subnets-with-egress',
      `subnets ${egress.map(nameOf).join(', ')} of workspace '${scope.node.path}' have a route out: a job that runs without network isolation could send data to the internet from there. Give isolated subnets with endpoints, or acknowledge this where a firewall decides what leaves`);
  }
  return subnets;
}

function nameOf(subnet: ec2.ISubnet): string {
  return Token.isUnresolved(subnet.subnetId) ? subnet.node.path : subnet.subnetId;
}

function isolatedSubnets(scope: Construct, vpc: ec2.IVpc, isPending: boolean): ec2.SubnetSelection {
  if (vpc.isolatedSubnets.length === 0 && !isPending) {
    throw new Error(`the network of workspace '${scope.node.path}' has no isolated subnets: give subnets, best such without a route to the internet`);
  }
  return { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
}
