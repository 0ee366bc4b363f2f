import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import type { IWorkspace } from '../workspace/workspace';

/** Who needs which services, for each workspace whose network is in the app and says nothing itself. */
const NEEDS = new WeakMap<IWorkspace, Map<string, Set<string>>>();

/**
 * Passes when the workspace's network has endpoints for these services. A network of the same app shows its endpoints, but only when all of
 * the app is there: what it lacks is reported at synth, for all who need something in one message. What an imported network has is unknown
 * unless it says.
 *
 * @param services such as `sagemaker.api`
 * @param what who needs them, for the message, such as `endpoint 'Prod/Endpoint'`
 * @throws an error that names what is missing
 */
export function requireServices(workspace: IWorkspace, services: readonly string[], what: string): void {
  const known = workspace.endpointServices;
  if (!known) return requireAtSynth(workspace, services, what);
  const missing = services.filter((service) => !known.includes(service));
  if (missing.length > 0) {
    throw new Error(`${what} needs endpoints of ${missing.map((service) => `'${service}'`).join(', ')} in the network of workspace '${workspace.node.path}', which has ${known.length > 0 ? known.join(', ') : 'none'}: add them to endpointServices`);
  }
}

/** What to say of a network that lacks endpoints. */
export function missingServices(workspace: IConstruct, missing: readonly string[]): string {
  return `the network of workspace '${workspace.node.path}' has no endpoint for ${missing.join(', ')}, and jobs in it have no other way out: add the endpoints, or name them in endpointServices`;
}

function requireAtSynth(workspace: IWorkspace, services: readonly string[], what: string): void {
  const { vpc } = workspace;
  if (!(vpc instanceof ec2.Vpc)) return;
  const needs = NEEDS.get(workspace) ?? new Map<string, Set<string>>();
  if (!NEEDS.has(workspace)) {
    NEEDS.set(workspace, needs);
    workspace.node.addValidation({
      validate: () => {
        const found = endpointsOf(vpc);
        const missing = [...needs].filter(([service]) => !found.some((name) => name.includes(`.${service}"`)));
        return missing.length > 0 ? [missingServices(workspace, missing.map(([service, users]) => `${service} (for ${[...users].join(', ')})`))] : [];
      },
    });
  }
  for (const service of services) needs.set(service, (needs.get(service) ?? new Set()).add(what));
}

/** The names of the services that a network of the app has endpoints for, in JSON: parts of them may be resolved at deployment only. */
function endpointsOf(vpc: ec2.Vpc): string[] {
  const here = Stack.of(vpc);
  const ours = JSON.stringify(here.resolve(vpc.vpcId));
  return vpc.node.root.node.findAll()
    .filter((node): node is ec2.CfnVPCEndpoint => node instanceof ec2.CfnVPCEndpoint)
    // an endpoint of another stack refers by an import, and had the same token before
    .filter((endpoint) => endpoint.vpcId === vpc.vpcId || (Stack.of(endpoint) === here && JSON.stringify(here.resolve(endpoint.vpcId)) === ours))
    .map((endpoint) => JSON.stringify(Stack.of(endpoint).resolve(endpoint.serviceName)));
}

/**
 * What must stand before a function in the workspace's network can answer CloudFormation, and stay until it has: the endpoints and
 * the rules that admit it. Without them a deployment or a deletion would hang for an hour.
 */
export function wayOut(workspace: IWorkspace): IConstruct[] {
  const rules = workspace.node.findAll().filter((node) => node instanceof ec2.CfnSecurityGroupIngress || node instanceof ec2.CfnSecurityGroupEgress);
  return [workspace.vpc, ...rules];
}
