import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ServiceRole } from '../private/service-role';
import type { IWorkspace } from '../workspace/workspace';

/** The role that the containers of an endpoint have: it reads the artifact, pulls the image, writes its log and its captures. */
export function endpointRole(scope: Construct, workspace: IWorkspace, endpointName: string, inNetwork: boolean): ServiceRole {
  const role = new ServiceRole(scope, 'Role', { service: 'sagemaker.amazonaws.com', description: `Serves the model of ${scope.node.path}` });
  const stack = Stack.of(scope);
  if (inNetwork) role.allowVpcJob(workspace);
  const logs = `arn:${stack.partition}:logs:${workspace.region}:${stack.account}:log-group:/aws/sagemaker/Endpoints/${endpointName}`;
  role.allow(new iam.PolicyStatement({
    actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    resources: [logs, `${logs}:log-stream:*`],
  }), 'SageMaker names the log streams after its instances');
  role.allow(new iam.PolicyStatement({
    actions: ['cloudwatch:PutMetricData'],
    resources: ['*'],
    conditions: { StringLike: { 'cloudwatch:namespace': ['AWS/SageMaker', '/aws/sagemaker/*'] } },
  }), 'CloudWatch knows no resource for PutMetricData; a condition holds it to the namespaces of SageMaker');
  role.explainWildcard(/^\*$/, 'ECR knows no resource for the token of its registry');
  role.explainWildcard(/\/\*$|\/[^*]+\*$/, 'the role reads artifacts and writes captures below prefixes of their own');
  return role;
}
