import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'S3TableBucketKey',
  title: 'Buckets of tables, and buckets and indexes of vectors, encrypt with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::S3Tables::TableBucket', 'AWS::S3Vectors::VectorBucket', 'AWS::S3Vectors::Index'],
  why: 'a table of features and a vector of a record are as personal as the record',
  fix: 'set EncryptionConfiguration to aws:kms with KmsKeyArn, a key of your own',
  properties: ['EncryptionConfiguration'],
  sources: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-kms-encryption.html', 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-data-encryption.html'],
  good: { TableBucketName: 'features', EncryptionConfiguration: { SSEAlgorithm: 'aws:kms', KMSKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1' } },
  bad: { TableBucketName: 'features' },
  check: (bucket) => {
    // an index without its own takes that of its bucket
    if (bucket.type === 'AWS::S3Vectors::Index' && bucket.at('EncryptionConfiguration').isAbsent) return NOT_APPLICABLE;
    const [algorithm, key] = bucket.type.startsWith('AWS::S3Vectors::') ? ['SseType', 'KmsKeyArn'] : ['SSEAlgorithm', 'KMSKeyArn'];
    return all(
      bucket.at(`EncryptionConfiguration.${algorithm}`).judge((value) => (value === 'aws:kms' ? COMPLIANT : nonCompliant(`the algorithm is ${String(value ?? 'not set')}`))),
      bucket.key(`EncryptionConfiguration.${key}`),
    );
  },
});
