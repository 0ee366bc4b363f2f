import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import type { IWorkspace } from '../workspace/workspace';

/**
 * Passes when the workspace's network has endpoints for these services. What an imported network has is unknown unless it says.
 *
 * @param services such as `sagemaker.api`
 * @param what who needs them, for the message, such as `endpoint 'Prod/Endpoint'`
 * @throws an error that names what is missing
 */
export function requireServices(workspace: IWorkspace, services: readonly string[], what: string): void {
  const known = workspace.endpointServices;
  if (!known) return;
  const missing = services.filter((service) => !known.includes(service));
  if (missing.length > 0) {
    throw new Error(`${what} needs endpoints of ${missing.map((service) => `'${service}'`).join(', ')} in the network of workspace '${workspace.node.path}', which has ${known.length > 0 ? known.join(', ') : 'none'}: add them to endpointServices`);
  }
}

/**
 * What must stand before a function in the workspace's network can answer CloudFormation, and stay until it has: the endpoints and
 * the rules that admit it. Without them a deployment or a deletion would hang for an hour.
 */
export function wayOut(workspace: IWorkspace): IConstruct[] {
  const rules = workspace.node.findAll().filter((node) => node instanceof ec2.CfnSecurityGroupIngress || node instanceof ec2.CfnSecurityGroupEgress);
  return [workspace.vpc, ...rules];
}
