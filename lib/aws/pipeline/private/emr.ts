import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ServiceRole } from '../../private/service-role';
import type { IWorkspace } from '../../workspace/workspace';

/**
 * Lets Pipelines keep the rule by which EMR tells it how its steps do.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol-pipelines.html
 */
export function allowStatusRule(role: ServiceRole, workspace: IWorkspace): void {
  const { partition, account } = Stack.of(role);
  role.allow(new iam.PolicyStatement({
    actions: ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'],
    resources: ['EMRStepStatusUpdateRule', 'EMRClusterStatusUpdateRule', 'EMRServerlessJobRunStatusUpdateRule']
      .map((name) => `arn:${partition}:events:${workspace.region}:${account}:rule/SageMakerPipelineExecution${name}`),
  }));
}
