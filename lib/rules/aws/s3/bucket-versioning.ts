import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'S3BucketVersioning',
  title: 'S3 buckets of ML data keep versions',
  severity: 'error',
  control: Control.AVAILABILITY,
  resources: ['AWS::S3::Bucket'],
  why: 'a job that writes the wrong thing to the right place destroys data or a model that nobody can bring back',
  fix: 'set VersioningConfiguration.Status to Enabled, with a lifecycle rule that expires old versions',
  properties: ['VersioningConfiguration'],
  sources: ['Security Hub S3.14', 'AWS Config s3-bucket-versioning-enabled', 'cdk-nag S3BucketVersioningEnabled', 'Checkov CKV_AWS_21', 'Prowler s3_bucket_object_versioning'],
  good: { VersioningConfiguration: { Status: 'Enabled' } },
  bad: { VersioningConfiguration: { Status: 'Suspended' } },
  check: (bucket) => ofMlData(bucket, () => bucket.at('VersioningConfiguration.Status').judge((status) => (
    status === 'Enabled' ? COMPLIANT : nonCompliant(`versioning is ${String(status ?? 'not set')}`)))),
});
