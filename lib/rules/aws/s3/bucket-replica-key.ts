import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all, COMPLIANT, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';
import { replicating } from './replicating';

export default rule({
  name: 'S3BucketReplicaKey',
  title: 'Replicas of ML data are encrypted with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::S3::Bucket'],
  why: 'S3 leaves objects under a customer\'s key out of replication unless told, and a copy under another key is only as safe as that one',
  fix: 'set SourceSelectionCriteria.SseKmsEncryptedObjects.Status to Enabled and Destination.EncryptionConfiguration.ReplicaKmsKeyID to a key of your own',
  properties: ['ReplicationConfiguration.Rules.Destination.EncryptionConfiguration', 'ReplicationConfiguration.Rules.SourceSelectionCriteria'],
  sources: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html'],
  good: {
    ReplicationConfiguration: {
      Role: 'arn:aws:iam::123456789012:role/replication',
      Rules: [{
        Status: 'Enabled', SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
        Destination: { Bucket: 'arn:aws:s3:::copy', EncryptionConfiguration: { ReplicaKmsKeyID: 'arn:aws:kms:eu-central-1:123456789012:key/1' } },
      }],
    },
  },
  bad: { ReplicationConfiguration: { Role: 'arn:aws:iam::123456789012:role/replication', Rules: [{ Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::copy' } }] } },
  check: (bucket) => ofMlData(bucket, () => replicating(bucket).map((replication) => all(
    bucket.customerKey(replication.at('Destination.EncryptionConfiguration.ReplicaKmsKeyID')),
    replication.at('SourceSelectionCriteria.SseKmsEncryptedObjects.Status').judge((status) => (
      status === 'Enabled' ? COMPLIANT : nonCompliant('objects under a customer\'s key are not replicated'))),
  ))),
});
