import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Residency } from '../../policy/residency';
import { ServiceRole } from './service-role';

/**
 * Has a state machine encrypt its executions with a key, whose policy must admit the delivery of logs.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
 */
export function encryptedExecutions(role: ServiceRole, key: kms.IKey, region: string): sfn.CfnStateMachine.EncryptionConfigurationProperty {
  const ours = (service: string, resource: string) => `arn:${Residency.partitionOf(region)}:${service}:${region}:${Stack.of(role).account}:${resource}`;
  role.allow(new iam.PolicyStatement({
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn],
    conditions: { StringLike: { 'kms:EncryptionContext:aws:states:stateMachineArn': ours('states', 'stateMachine:*') } },
  }));
  role.allow(new iam.PolicyStatement({
    actions: ['kms:GenerateDataKey'], resources: [key.keyArn],
    conditions: { StringLike: { 'kms:EncryptionContext:SourceArn': ours('logs', '*') } },
  }));
  return { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: key.keyArn, kmsDataKeyReusePeriodSeconds: 300 };
}
