import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ComplianceProfile } from '../../policy/profile';
import { protectedBucket } from './protected-bucket';
import { inRegulatoryPacks, waive } from './waivers';

/**
 * A bucket that S3 writes the access logs of other buckets into, kept as long as the audit trail.
 *
 * Encrypted with keys of S3: 'Default server-side encryption with AWS KMS keys (SSE-KMS) is not supported' for the target of access logs, says the
 * vendor. Deliveries to a key of the customer's have been seen to work once its policy admits logging.s3.amazonaws.com
 * (https://github.com/aws/aws-cdk/pull/25350), and to stop without a word (https://github.com/aws/aws-cdk/pull/23385): a log that may be missing is
 * no audit log. It holds names of objects and of who asked for them, none of their content.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
export function accessLogBucket(scope: Construct, id: string, props: { readonly profile: ComplianceProfile }): s3.Bucket {
  const bucket = protectedBucket(scope, id, { expireAfterDays: props.profile.auditRetention.inDays, versionsForDays: 30 });
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'ServerAccessLogs', principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')], actions: ['s3:PutObject'], resources: [bucket.arnForObjects('*')],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  }));
  waive(bucket, ['AwsSolutions::AwsSolutions-S1', ...inRegulatoryPacks('S3BucketLoggingEnabled')],
    'this bucket holds the access logs: logging its own access would write a log for each log');
  waive(bucket, inRegulatoryPacks('S3DefaultEncryptionKMS'),
    'S3 delivers access logs only to buckets that it encrypts with its own keys (AES-256); they hold names and no content of objects');
  waive(bucket, inRegulatoryPacks('S3BucketReplicationEnabled'),
    'access logs are versioned and kept in three zones; a copy elsewhere could leave the residency');
  return bucket;
}
