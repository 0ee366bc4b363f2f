import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { inMlApp } from '../ml-data';

export default rule({
  name: 'CloudTrailLogValidation',
  title: 'Trails write digests that prove their records unchanged',
  severity: 'error',
  control: Control.AUDIT_LOGGING,
  resources: ['AWS::CloudTrail::Trail'],
  why: 'a record that somebody could have changed proves nothing about who read what',
  fix: 'set EnableLogFileValidation',
  properties: ['EnableLogFileValidation'],
  sources: ['Security Hub CloudTrail.4', 'AWS Config cloud-trail-log-file-validation-enabled', 'cdk-nag CloudTrailLogFileValidationEnabled', 'Checkov CKV_AWS_36', 'Prowler cloudtrail_log_file_validation_enabled'],
  good: { IsLogging: true, S3BucketName: 'audit', EnableLogFileValidation: true },
  bad: { IsLogging: true, S3BucketName: 'audit' },
  check: (trail) => inMlApp(trail, () => trail.boolean('EnableLogFileValidation')),
});
