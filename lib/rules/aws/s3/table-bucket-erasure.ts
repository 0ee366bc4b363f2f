import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'S3TableBucketErasure',
  title: 'Buckets of tables remove files that no table refers to any more',
  severity: 'error',
  control: Control.ERASURE,
  resources: ['AWS::S3Tables::TableBucket'],
  why: 'a row that was deleted stays in the files of older snapshots, which lie there until they are removed',
  fix: 'leave UnreferencedFileRemoval out, which removes them, or set its Status to Enabled',
  properties: ['UnreferencedFileRemoval.Status'],
  sources: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-table-buckets-maintenance.html'],
  good: { TableBucketName: 'features' },
  bad: { TableBucketName: 'features', UnreferencedFileRemoval: { Status: 'Disabled' } },
  check: (bucket) => bucket.at('UnreferencedFileRemoval.Status').judge((status) => (status === 'Disabled' ? nonCompliant('UnreferencedFileRemoval is Disabled') : COMPLIANT)),
});
