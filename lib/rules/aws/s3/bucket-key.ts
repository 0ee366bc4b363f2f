import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'S3BucketKey',
  title: 'S3 buckets encrypt with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::S3::Bucket', 'AWS::S3Express::DirectoryBucket'],
  why: 'with S3\'s own keys whoever may read the bucket may decrypt it, and nobody sees that it happened',
  fix: 'set SSEAlgorithm to aws:kms and KMSMasterKeyID to a key of your own; only a target of access logs of S3 or of a load balancer has to do without',
  properties: ['BucketEncryption'],
  sources: ['Security Hub S3.17', 'AWS Config s3-default-encryption-kms', 'cdk-nag S3DefaultEncryptionKMS', 'Checkov CKV_AWS_19', 'Prowler s3_bucket_kms_encryption', 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html'],
  good: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:aws:kms:eu-central-1:123456789012:key/1' } }] } },
  bad: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] } },
  check: (bucket) => {
    if (bucket.ask(isAccessLogTarget)) return NOT_APPLICABLE;
    const rules = bucket.at('BucketEncryption.ServerSideEncryptionConfiguration');
    if (rules.isAbsent) return nonCompliant('BucketEncryption is not set', 'Properties.BucketEncryption');
    return all(...rules.items.map((encryption) => all(
      encryption.at('ServerSideEncryptionByDefault.SSEAlgorithm').judge((algorithm) => (
        typeof algorithm === 'string' && algorithm.startsWith('aws:kms') ? COMPLIANT : nonCompliant(`the algorithm is ${String(algorithm ?? 'not set')}`))),
      bucket.customerKey(encryption.at('ServerSideEncryptionByDefault.KMSMasterKeyID')),
    )));
  },
});

// S3 and most load balancers deliver access logs only to buckets that encrypt with S3's own keys
function isAccessLogTarget(bucket: Resource): boolean {
  return bucket.relations.accessLogTargets.has(bucket);
}
