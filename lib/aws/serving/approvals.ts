import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';

/** Matches the approval of a version of a group. */
export function approvalPattern(groupName: string, account?: string): Record<string, unknown> {
  return {
    'source': ['aws.sagemaker'],
    'detail-type': ['SageMaker Model Package State Change'],
    ...(account === undefined ? {} : { account: [account] }),
    'detail': { ModelPackageGroupName: [groupName], ModelApprovalStatus: ['Approved'] },
  };
}

/** The account of a group, by its ARN. */
export function accountOf(groupArn: string): string {
  const account = /:sagemaker:[^:]*:([^:]+):model-package-group\//.exec(groupArn)?.[1];
  if (!account) throw new Error(`the ARN of the model package group, '${groupArn}', is not known at synth: write it out, such as 'arn:aws:sagemaker:eu-central-1:123456789012:model-package-group/readmission'`);
  return account;
}

/** Lets the account of a group that is not ours send its approvals here. */
export function acceptApprovals(scope: Construct, groupArn: string): void {
  const stack = Stack.of(scope);
  const account = accountOf(groupArn);
  if (account === stack.account) return;
  new events.CfnEventBusPolicy(scope, 'AcceptApprovals', {
    statementId: `Approvals-${scope.node.addr.slice(-16)}`,
    statement: {
      Effect: 'Allow',
      Principal: { AWS: stack.formatArn({ service: 'iam', region: '', account, resource: 'root' }) },
      Action: 'events:PutEvents',
      Resource: stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' }),
      // both keys hold several values, which StringEquals alone does not match
      Condition: { 'ForAllValues:StringEquals': { 'events:source': 'aws.sagemaker', 'events:detail-type': 'SageMaker Model Package State Change' } },
    },
  });
}
