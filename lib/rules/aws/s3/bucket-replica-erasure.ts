import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';
import { replicating } from './replicating';

export default rule({
  name: 'S3BucketReplicaErasure',
  title: 'Deletions of ML data reach its replicas',
  severity: 'error',
  byDeclaration: true,
  control: Control.ERASURE,
  resources: ['AWS::S3::Bucket'],
  why: 'with a filter, S3 replicates no deletion unless told: what a person had erased stays in the copy',
  fix: 'set DeleteMarkerReplication.Status to Enabled in each rule of the replication, and expire versions in the copy too',
  properties: ['ReplicationConfiguration.Rules.DeleteMarkerReplication'],
  sources: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-marker-replication.html'],
  good: { ReplicationConfiguration: { Role: 'arn:aws:iam::123456789012:role/replication', Rules: [{ Status: 'Enabled', Filter: { Prefix: '' }, DeleteMarkerReplication: { Status: 'Enabled' }, Destination: { Bucket: 'arn:aws:s3:::copy' } }] } },
  bad: { ReplicationConfiguration: { Role: 'arn:aws:iam::123456789012:role/replication', Rules: [{ Status: 'Enabled', Filter: { Prefix: '' }, Destination: { Bucket: 'arn:aws:s3:::copy' } }] } },
  check: (bucket, profile) => (profile.erasureDuty ? ofMlData(bucket, () => replicating(bucket).map((replication) => {
    // rules of the first version, which have no filter, replicate deletions by themselves
    if (replication.at('Filter').isAbsent) return COMPLIANT;
    return replication.at('DeleteMarkerReplication.Status').judge((status) => (status === 'Enabled' ? COMPLIANT : nonCompliant('deletions are not replicated')));
  })) : NOT_APPLICABLE),
});
