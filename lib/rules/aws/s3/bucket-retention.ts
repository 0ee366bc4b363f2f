import { Control } from '../../../policy/control';
import type { ComplianceProfile } from '../../../policy/profile';
import type { Retention } from '../../../policy/retention';
import { Answer } from '../../../policy/finding';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { any, NOT_APPLICABLE, type Verdict } from '../../verdict';
import { declaredStoreOf, ofMlData } from '../ml-data';
import { wholeBucket } from './lifecycle';

export default rule({
  name: 'S3BucketRetention',
  title: 'S3 buckets delete ML data when the profile\'s retention ends',
  severity: 'error',
  byDeclaration: true,
  control: Control.RETENTION_LIMIT,
  resources: ['AWS::S3::Bucket', 'AWS::S3Express::DirectoryBucket'],
  why: 'personal data may be kept for as long as its purpose needs it, and somebody has to say how long that is',
  fix: 'add a lifecycle rule for all of the bucket with ExpirationInDays no longer than the retention of the profile; where the profile states none, an end of your own will do, and no end is unknown',
  properties: ['LifecycleConfiguration.Rules.ExpirationInDays', 'LifecycleConfiguration.Rules.ExpirationDate'],
  sources: ['Security Hub S3.13', 'Security Hub S3.25', 'AWS Config s3-lifecycle-policy-check', 'Prowler s3_bucket_lifecycle_enabled'],
  good: { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 365 }] } },
  bad: 'a bucket of a pipeline that keeps objects for 4,000 days, or for ever, under a profile whose data retention is ten years',
  check: (bucket, profile) => {
    const store = bucket.ask(declaredStoreOf);
    if (store?.classification && !store.classification.isPersonal) return NOT_APPLICABLE;
    return ofMlData(bucket, () => kept(bucket, retentionOf(store?.detail, profile)));
  },
});

function retentionOf(zone: string | undefined, profile: ComplianceProfile): Retention | undefined {
  return zone === 'captures' ? profile.captureRetention : profile.dataRetention;
}

function kept(bucket: Resource, retention: Retention | undefined): Verdict {
  const expires = wholeBucket(bucket.at('LifecycleConfiguration.Rules'), (one) => ends(one, retention),
    retention ? `no rule of the lifecycle deletes within ${retention}, which the profile says` : 'neither the bucket\'s lifecycle nor the profile says how long data is kept');
  // without a number of the profile's, something else may delete in time
  return retention || expires.answer !== Answer.NON_COMPLIANT ? expires : { ...expires, answer: Answer.UNKNOWN };
}

function ends(one: Value, retention: Retention | undefined): Verdict {
  if (!retention) return any(one.at('ExpirationInDays').present(), one.at('ExpirationDate').present());
  return one.at('ExpirationInDays').number((days) => days <= retention.inDays, `${retention} or less`);
}
