import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import { rule } from '../../rule';
import { all, any, COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';
import { wholeBucket } from './lifecycle';

export default rule({
  name: 'S3BucketVersionsExpire',
  title: 'Old versions in S3 buckets of ML data are deleted in the end',
  severity: 'error',
  byDeclaration: true,
  control: Control.ERASURE,
  resources: ['AWS::S3::Bucket'],
  why: 'in a bucket with versions a deletion only hides an object: data of a person who asked for erasure stays as an old version for ever',
  fix: 'add a lifecycle rule for all of the bucket with NoncurrentVersionExpiration',
  properties: ['LifecycleConfiguration.Rules.NoncurrentVersionExpiration', 'LifecycleConfiguration.Rules.NoncurrentVersionExpirationInDays'],
  sources: ['Security Hub S3.10', 'AWS Config s3-version-lifecycle-policy-check'],
  good: { VersioningConfiguration: { Status: 'Enabled' }, LifecycleConfiguration: { Rules: [{ Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 30 } }] } },
  bad: { VersioningConfiguration: { Status: 'Enabled' }, LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 365 }] } },
  check: (bucket) => ofMlData(bucket, () => {
    const versioned = bucket.at('VersioningConfiguration.Status').judge((status) => (status === undefined || status === null ? nonCompliant('no versions') : COMPLIANT));
    if (versioned.answer === Answer.NON_COMPLIANT) return NOT_APPLICABLE;
    const expire = wholeBucket(bucket.at('LifecycleConfiguration.Rules'), (one) => any(
      one.at('NoncurrentVersionExpiration.NoncurrentDays').present(), one.at('NoncurrentVersionExpirationInDays').present(),
    ), 'no rule of the lifecycle expires old versions');
    // where it may have no versions, a finding would be a guess
    return versioned.answer === Answer.UNKNOWN && expire.answer === Answer.NON_COMPLIANT ? all(versioned, { ...expire, answer: Answer.UNKNOWN }) : expire;
  }),
});
