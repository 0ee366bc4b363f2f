import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'S3BucketObjectOwnership',
  title: 'S3 buckets of ML data have no ACLs',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::S3::Bucket'],
  why: 'an ACL lets whoever wrote an object decide who reads it, beside and unseen by the bucket\'s policy',
  fix: 'leave OwnershipControls out, or set ObjectOwnership to BucketOwnerEnforced, and leave AccessControl out: new buckets have no ACLs',
  properties: ['OwnershipControls', 'AccessControl'],
  sources: ['Security Hub S3.12', 'AWS Config s3-bucket-acl-prohibited', 'Prowler s3_bucket_acl_prohibited', 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html'],
  good: { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
  bad: { OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } },
  check: (bucket) => ofMlData(bucket, () => [
    COMPLIANT,
    ...bucket.at('OwnershipControls.Rules').items.map((owned) => owned.at('ObjectOwnership').judge((ownership) => (
      ownership === 'BucketOwnerEnforced' ? COMPLIANT : nonCompliant(`ObjectOwnership is ${String(ownership ?? 'not set')}, which keeps ACLs on`)))),
    bucket.at('AccessControl').judge((acl) => (acl === undefined || acl === null || acl === 'Private' ? COMPLIANT : nonCompliant(`AccessControl is ${String(acl)}`))),
  ]),
});
