import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, COMPLIANT, inParts, nonCompliant, type Verdict } from '../../verdict';

export default rule({
  name: 'GlueSecurityConfiguration',
  title: 'Security configurations of Glue encrypt output, logs and bookmarks with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::Glue::SecurityConfiguration'],
  why: 'a job writes what it prepares to S3, what its code prints to CloudWatch, and where it stopped to a bookmark: each can hold records',
  fix: 'set all three encryptions to KMS (SSE-KMS, SSE-KMS, CSE-KMS) with a key of your own',
  properties: ['EncryptionConfiguration'],
  sources: ['Checkov CKV_AWS_99', 'cdk-nag GlueEncryptedCloudWatchLogs', 'cdk-nag GlueJobBookmarkEncrypted', 'Prowler glue_etl_jobs_amazon_s3_encryption_enabled'],
  good: {
    Name: 'ml',
    EncryptionConfiguration: {
      S3Encryptions: [{ S3EncryptionMode: 'SSE-KMS', KmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1' }],
      CloudWatchEncryption: { CloudWatchEncryptionMode: 'SSE-KMS', KmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1' },
      JobBookmarksEncryption: { JobBookmarksEncryptionMode: 'CSE-KMS', KmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1' },
    },
  },
  bad: { Name: 'ml', EncryptionConfiguration: { S3Encryptions: [{ S3EncryptionMode: 'SSE-S3' }] } },
  check: (configuration) => {
    const encryption = configuration.at('EncryptionConfiguration');
    const keyed = (part: Value, mode: string, demand: string) => all(is(part.at(mode), demand), configuration.customerKey(part.at('KmsKeyArn')));
    const outputs = encryption.at('S3Encryptions');
    return inParts(encryption, [
      outputs.some(() => COMPLIANT, nonCompliant('S3Encryptions is not set', outputs.location)),
      ...outputs.items.map((output) => keyed(output, 'S3EncryptionMode', 'SSE-KMS')),
      keyed(encryption.at('CloudWatchEncryption'), 'CloudWatchEncryptionMode', 'SSE-KMS'),
      keyed(encryption.at('JobBookmarksEncryption'), 'JobBookmarksEncryptionMode', 'CSE-KMS'),
    ]);
  },
});

function is(mode: Value, demand: string): Verdict {
  return mode.judge((value) => (value === demand ? COMPLIANT : nonCompliant(`${mode.name} is ${String(value ?? 'not set')}`)));
}
