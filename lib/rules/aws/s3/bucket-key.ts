import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { scalarText, type Value } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';

export default rule({
  name: 'S3BucketKey',
  title: 'S3 buckets encrypt with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::S3::Bucket', 'AWS::S3Express::DirectoryBucket'],
  why: 'with S3\'s own keys whoever may read the bucket may decrypt it, and nobody sees that it happened',
  fix: 'set SSEAlgorithm to aws:kms and KMSMasterKeyID to a key of your own, and the same of the tables of S3 Metadata; only a target of access logs of S3 or of a load balancer has to do without',
  properties: [
    'BucketEncryption', 'MetadataConfiguration.JournalTableConfiguration.EncryptionConfiguration', 'MetadataConfiguration.InventoryTableConfiguration.EncryptionConfiguration',
    'MetadataConfiguration.AnnotationTableConfiguration.EncryptionConfiguration',
  ],
  sources: ['Security Hub S3.17', 'AWS Config s3-default-encryption-kms', 'cdk-nag S3DefaultEncryptionKMS', 'Checkov CKV_AWS_19', 'Prowler s3_bucket_kms_encryption', 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html'],
  good: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:aws:kms:eu-central-1:123456789012:key/1' } }] } },
  bad: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] } },
  check: (bucket) => {
    if (bucket.ask(isAccessLogTarget)) return NOT_APPLICABLE;
    const rules = bucket.at('BucketEncryption.ServerSideEncryptionConfiguration');
    const own = rules.isAbsent
      ? nonCompliant('BucketEncryption is not set', 'Properties.BucketEncryption')
      : all(rules.present(), ...rules.items.map((encryption) => keyed(bucket, encryption.at('ServerSideEncryptionByDefault'), ['SSEAlgorithm', 'KMSMasterKeyID'])));
    return [own, ...TABLES.map((name) => bucket.at(`MetadataConfiguration.${name}`)).filter((table) => !table.given.isAbsent && !isOff(table)).map((table) => (
      keyed(bucket, table.given.at('EncryptionConfiguration'), ['SseAlgorithm', 'KmsKeyArn'])))];
  },
});

// S3 keeps what it tells of objects in tables of its own, which are encrypted by themselves
const TABLES = ['JournalTableConfiguration', 'InventoryTableConfiguration', 'AnnotationTableConfiguration'];

function isOff(table: Value): boolean {
  const state = table.given.at('ConfigurationState');
  return state.unknowns.length === 0 && !state.isAbsent && state.texts.every((one) => one === 'DISABLED');
}

function keyed(bucket: Resource, encryption: Value, [algorithm, key]: readonly [algorithm: string, key: string]): Verdict {
  return all(
    encryption.at(algorithm).judge((one) => (typeof one === 'string' && one.startsWith('aws:kms') ? COMPLIANT : nonCompliant(`the algorithm is ${scalarText(one) || 'not set'}`))),
    bucket.customerKey(encryption.at(key)),
  );
}

// S3 and most load balancers deliver access logs only to buckets that encrypt with S3's own keys
function isAccessLogTarget(bucket: Resource): boolean {
  return bucket.relations.accessLogTargets.has(bucket);
}
