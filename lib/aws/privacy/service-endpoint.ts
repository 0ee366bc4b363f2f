import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { IWorkspace } from '../workspace/workspace';

const ENDPOINTS = new WeakMap<ec2.IVpc, Map<string, ec2.InterfaceVpcEndpoint>>();

/**
 * Lets functions in the workspace's network do something with a service that its network has no endpoint for by default, and nothing else: one endpoint
 * a service and network. A network that has one already, or says so, is left as it is.
 *
 * @param service such as `athena`
 */
export function admitService(scope: Construct, workspace: IWorkspace, service: string, actions: string[], resources: string[]): void {
  if (workspace.endpointServices?.includes(service)) return;
  const known = ENDPOINTS.get(workspace.vpc) ?? new Map<string, ec2.InterfaceVpcEndpoint>();
  ENDPOINTS.set(workspace.vpc, known);
  const endpoint = known.get(service) ?? newEndpoint(scope, workspace, service);
  known.set(service, endpoint);
  endpoint.addToPolicy(new iam.PolicyStatement({
    principals: [new iam.StarPrincipal()], actions, resources, conditions: { StringEquals: { 'aws:PrincipalAccount': Stack.of(scope).account } },
  }));
}

function newEndpoint(scope: Construct, { vpc, subnets, securityGroup }: IWorkspace, service: string): ec2.InterfaceVpcEndpoint {
  const id = service.replace(/(^|[.-])(\w)/g, (_, __, letter: string) => letter.toUpperCase());
  const group = new ec2.SecurityGroup(scope, `${id}EndpointSecurity`, { vpc, description: `Endpoint of ${service}, for erasers`, allowAllOutbound: false });
  group.connections.allowFrom(securityGroup, ec2.Port.tcp(443), 'functions of the workspace');
  return new ec2.InterfaceVpcEndpoint(scope, `${id}Endpoint`, {
    vpc, subnets, service: new ec2.InterfaceVpcEndpointAwsService(service), securityGroups: [group], open: false, privateDnsEnabled: true,
  });
}
