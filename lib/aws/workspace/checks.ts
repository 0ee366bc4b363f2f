import { IResource, Token } from 'aws-cdk-lib';
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
  const wrong = administrators.find((arn) => !Token.isUnresolved(arn) && !/^arn:[a-z-]+:(iam|sts)::[0-9]{12}:.+/.test(arn));
  if (wrong !== undefined) {
    throw new Error(`administrator '${wrong}' of workspace '${workspace.node.path}' is no ARN of a principal: give one such as 'arn:aws:iam::111122223333:role/DataSteward', '*' may stand for a part of the name`);
  }
}

/**
 * The isolated subnets of a network.
 *
 * @throws an error when it has none
 */
export function isolatedSubnets(scope: Construct, vpc: ec2.IVpc): ec2.SubnetSelection {
  if (vpc.isolatedSubnets.length === 0) {
    throw new Error(`the network of workspace '${scope.node.path}' has no isolated subnets: give subnets, best such without a route to the internet`);
  }
  return { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
}
