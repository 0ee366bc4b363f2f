import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all } from '../../verdict';

export default rule({
  name: 'S3BucketPublicAccessBlock',
  title: 'S3 buckets block all public access',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['AWS::S3::Bucket'],
  why: 'one policy or ACL written by mistake is enough to publish a bucket',
  fix: 'set all four flags of PublicAccessBlockConfiguration',
  check: (bucket) => all(...['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets']
    .map((flag) => bucket.boolean(`PublicAccessBlockConfiguration.${flag}`))),
});
