import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ComplianceProfile } from '../../policy/profile';
import { protectedBucket } from './protected-bucket';
import { inRegulatoryPacks, waive } from './waivers';

/** A bucket that S3 writes the access logs of other buckets into, kept as long as the audit trail. */
export function accessLogBucket(scope: Construct, id: string, props: { readonly key: kms.IKey; readonly profile: ComplianceProfile }): s3.Bucket {
  const bucket = protectedBucket(scope, id, { key: props.key, expireAfterDays: props.profile.auditRetention.inDays, versionsForDays: 30 });
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'ServerAccessLogs', principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')], actions: ['s3:PutObject'], resources: [bucket.arnForObjects('*')],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
  }));
  waive(bucket, ['AwsSolutions::AwsSolutions-S1', ...inRegulatoryPacks('S3BucketLoggingEnabled')],
    'this bucket holds the access logs: logging its own access would write a log for each log');
  waive(bucket, inRegulatoryPacks('S3BucketReplicationEnabled'),
    'access logs are versioned and kept in three zones; a copy elsewhere could leave the residency');
  return bucket;
}
