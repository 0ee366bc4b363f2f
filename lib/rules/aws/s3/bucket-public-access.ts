import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { inParts, nonCompliant } from '../../verdict';

export default rule({
  name: 'S3BucketPublicAccessBlock',
  title: 'S3 buckets block all public access',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['AWS::S3::Bucket'],
  why: 'one policy or ACL written by mistake is enough to publish a bucket',
  fix: 'set all four flags of PublicAccessBlockConfiguration',
  properties: ['PublicAccessBlockConfiguration'],
  sources: ['Security Hub S3.8', 'AWS Config s3-bucket-level-public-access-prohibited', 'cdk-nag S3BucketLevelPublicAccessProhibited', 'Checkov CKV_AWS_53', 'Checkov CKV_AWS_54', 'Checkov CKV_AWS_55', 'Checkov CKV_AWS_56', 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html'],
  good: { PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true } },
  bad: { PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: false, IgnorePublicAcls: true, RestrictPublicBuckets: true } },
  check: (bucket) => {
    const block = bucket.at('PublicAccessBlockConfiguration');
    if (block.isAbsent) return nonCompliant(`${block.name} is not set: S3 blocks public access to buckets made since April 2023, until somebody takes the block off, and to older ones not at all`, block.location);
    return inParts(block, ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].map((flag) => block.at(flag).boolean()));
  },
});
