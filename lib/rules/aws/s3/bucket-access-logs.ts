import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import { rule } from '../../rule';
import { nonCompliant } from '../../verdict';
import { recordedBy } from '../cloudtrail/selectors';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'S3BucketAccessLogs',
  title: 'Who reads and writes ML data in S3 is recorded',
  severity: 'error',
  control: Control.AUDIT_LOGGING,
  resources: ['AWS::S3::Bucket'],
  why: 'after a leak somebody has to say whose data was read, when, and by whom',
  fix: 'set LoggingConfiguration, or have a trail of this app record data events of the bucket (AccountBaseline.addStore)',
  properties: ['LoggingConfiguration'],
  sources: ['Security Hub S3.9', 'AWS Config s3-bucket-logging-enabled', 'cdk-nag S3BucketLoggingEnabled', 'Checkov CKV_AWS_18', 'Prowler s3_bucket_server_access_logging_enabled'],
  good: { LoggingConfiguration: { DestinationBucketName: 'access-logs', LogFilePrefix: 'raw/' } },
  bad: {},
  check: (bucket) => ofMlData(bucket, () => {
    const logs = bucket.at('LoggingConfiguration').present();
    if (logs.answer === Answer.COMPLIANT) return logs;
    const events = bucket.ask(recordedBy);
    if (events.answer !== Answer.NON_COMPLIANT) return events;
    return logs.answer === Answer.NON_COMPLIANT ? nonCompliant(`the bucket has no access logs, and ${events.detail}`, logs.location) : logs;
  }),
});
