import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { IWorkspace } from '../workspace/workspace';

const ENDPOINTS = new WeakMap<ec2.IVpc, ec2.InterfaceVpcEndpoint>();

/** Lets jobs in the workspace's network invoke functions, by their ARNs, and no others: one endpoint of Lambda a network, for all vaults of the app. */
export function admitInvocations(scope: Construct, workspace: IWorkspace, functionArns: string[]): void {
  const endpoint = ENDPOINTS.get(workspace.vpc) ?? newEndpoint(scope, workspace);
  ENDPOINTS.set(workspace.vpc, endpoint);
  endpoint.addToPolicy(new iam.PolicyStatement({
    principals: [new iam.StarPrincipal()], actions: ['lambda:InvokeFunction'], resources: functionArns,
    conditions: { StringEquals: { 'aws:PrincipalAccount': Stack.of(scope).account } },
  }));
}

function newEndpoint(scope: Construct, { vpc, subnets, securityGroup }: IWorkspace): ec2.InterfaceVpcEndpoint {
  const group = new ec2.SecurityGroup(scope, 'EndpointSecurity', { vpc, description: 'Endpoint of Lambda, for jobs that tokenize', allowAllOutbound: false });
  group.connections.allowFrom(securityGroup, ec2.Port.tcp(443), 'jobs of the workspace');
  return new ec2.InterfaceVpcEndpoint(scope, 'Endpoint', {
    vpc, subnets, service: ec2.InterfaceVpcEndpointAwsService.LAMBDA, securityGroups: [group], open: false, privateDnsEnabled: true,
  });
}
