import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { ofMlLogs } from './of-ml';

export default rule({
  name: 'LogGroupKey',
  title: 'Logs of what handles ML data are encrypted with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::Logs::LogGroup'],
  why: 'containers and functions print what they read when they fail',
  fix: 'set KmsKeyId to a key of your own that admits CloudWatch Logs',
  properties: ['KmsKeyId'],
  sources: ['AWS Config cloudwatch-log-group-encrypted', 'cdk-nag CloudWatchLogGroupEncrypted', 'Checkov CKV_AWS_158', 'Prowler cloudwatch_log_group_kms_encryption_enabled'],
  good: { LogGroupName: '/aws/sagemaker/TrainingJobs', KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' },
  bad: { LogGroupName: '/aws/sagemaker/TrainingJobs' },
  check: (group) => ofMlLogs(group, () => group.key('KmsKeyId')),
});
