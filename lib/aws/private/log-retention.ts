import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Retention } from '../../policy/retention';

const ALLOWED_DAYS = Object.values(logs.RetentionDays)
  .filter((value): value is number => typeof value === 'number' && value !== logs.RetentionDays.INFINITE)
  .sort((a, b) => a - b);

/** The shortest retention that CloudWatch Logs offers and that is no shorter than asked for. */
export function logRetentionOf(retention: Retention): logs.RetentionDays {
  return ALLOWED_DAYS.find((days) => days >= retention.inDays) ?? logs.RetentionDays.INFINITE;
}

/** A log group that is encrypted, kept for a stated time, and survives its stack. */
export function encryptedLogGroup(
  scope: Construct, id: string,
  props: { readonly key: kms.IKey; readonly retention: logs.RetentionDays; readonly name?: string },
): logs.LogGroup {
  return new logs.LogGroup(scope, id, {
    encryptionKey: props.key,
    retention: props.retention,
    logGroupName: props.name,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
