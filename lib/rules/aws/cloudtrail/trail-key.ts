import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { inMlApp } from '../ml-data';

export default rule({
  name: 'CloudTrailKey',
  title: 'Trails encrypt their records with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::CloudTrail::Trail', 'AWS::CloudTrail::EventDataStore'],
  why: 'keys of objects, names of endpoints and parameters of jobs stand in the records, and can name people',
  fix: 'set KMSKeyId, of an event data store KmsKeyId, to a key of your own',
  properties: ['KMSKeyId', 'KmsKeyId'],
  sources: ['Security Hub CloudTrail.2', 'AWS Config cloud-trail-encryption-enabled', 'cdk-nag CloudTrailEncryptionEnabled', 'Checkov CKV_AWS_35', 'Prowler cloudtrail_kms_encryption_enabled'],
  good: { IsLogging: true, S3BucketName: 'audit', KMSKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' },
  bad: { IsLogging: true, S3BucketName: 'audit' },
  check: (trail) => inMlApp(trail, () => trail.key(trail.type === 'AWS::CloudTrail::Trail' ? 'KMSKeyId' : 'KmsKeyId')),
});
