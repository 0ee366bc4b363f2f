import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { encryptedExecutions } from './execution-key';
import type { ServiceRole } from './service-role';

/** What a workflow about people is made from. */
export interface PrivateWorkflowProps {
  readonly definition: string;
  readonly role: ServiceRole;
  readonly logGroup: logs.ILogGroup;
  /** Encrypts executions; its policy must admit the delivery of logs. */
  readonly key: kms.IKey;
  readonly region: string;
}

/** A state machine whose executions name people: they are encrypted, traced, and logged without what they hold. */
export function privateWorkflow(scope: Construct, id: string, { definition, role, logGroup, key, region }: PrivateWorkflowProps): sfn.CfnStateMachine {
  const encryptionConfiguration = encryptedExecutions(role, key, region);
  role.allow(new iam.PolicyStatement({
    actions: [
      'logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
      'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups',
    ],
    resources: ['*'],
  }), 'CloudWatch Logs knows no resource for the actions that deliver logs of a service, X-Ray none for those that write a trace');
  role.allow(new iam.PolicyStatement({
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'], resources: ['*'],
  }));
  const machine = new sfn.CfnStateMachine(scope, id, {
    roleArn: role.role.roleArn,
    definitionString: definition,
    loggingConfiguration: { level: 'ALL', includeExecutionData: false, destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup.logGroupArn } }] },
    tracingConfiguration: { enabled: true },
    encryptionConfiguration,
  });
  machine.node.addDependency(role);
  return machine;
}

/** Has the policy of a key admit the delivery of logs, which a workflow's encrypted executions need. */
export function admitLogDelivery(scope: Construct, key: kms.IKey): void {
  key.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'LogDelivery', principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')], actions: ['kms:Decrypt'], resources: ['*'],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  }), true);
}
