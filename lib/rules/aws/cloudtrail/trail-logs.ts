import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { inMlApp } from '../ml-data';
import { stated } from '../sagemaker/stated';

export default rule({
  name: 'CloudTrailLogs',
  title: 'Trails go to CloudWatch Logs too',
  severity: 'error',
  control: Control.AUDIT_LOGGING,
  resources: ['AWS::CloudTrail::Trail'],
  why: 'an alarm reads a log group within minutes; files in a bucket are read when it is too late',
  fix: 'set CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn (AccountBaseline does)',
  properties: ['CloudWatchLogsLogGroupArn'],
  sources: ['Security Hub CloudTrail.5', 'AWS Config cloud-trail-cloud-watch-logs-enabled', 'cdk-nag CloudTrailCloudWatchLogsEnabled', 'Checkov CKV2_AWS_10', 'Prowler cloudtrail_cloudwatch_logging_enabled'],
  good: { IsLogging: true, S3BucketName: 'audit', CloudWatchLogsLogGroupArn: 'arn:aws:logs:eu-central-1:123456789012:log-group:trail:*' },
  bad: { IsLogging: true, S3BucketName: 'audit' },
  check: (trail) => inMlApp(trail, () => stated(trail.at('CloudWatchLogsLogGroupArn'))),
});
