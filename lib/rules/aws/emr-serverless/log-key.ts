import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT } from '../../verdict';
import { unlessOff } from '../sagemaker/option';

export default rule({
  name: 'EmrServerlessLogKey',
  title: 'EMR Serverless applications encrypt their logs with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::EMRServerless::Application'],
  why: 'drivers and executors print rows; unless told otherwise EMR keeps what they print, under a key of its own',
  fix: 'set EncryptionKeyArn wherever MonitoringConfiguration keeps logs, and give ManagedPersistenceMonitoringConfiguration a key or switch it off',
  properties: ['MonitoringConfiguration'],
  sources: ['https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/jobs-log-encryption.html'],
  good: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0', MonitoringConfiguration: { ManagedPersistenceMonitoringConfiguration: { Enabled: true, EncryptionKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1' } } },
  bad: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0', MonitoringConfiguration: { S3MonitoringConfiguration: { LogUri: 's3://logs/emr/' } } },
  check: (application) => {
    const monitoring = application.at('MonitoringConfiguration');
    const managed = monitoring.at('ManagedPersistenceMonitoringConfiguration');
    const kept = ['S3MonitoringConfiguration', 'CloudWatchLoggingConfiguration'].map((name) => monitoring.at(name)).filter((place) => !place.isAbsent);
    return [COMPLIANT, ...[managed, ...kept].map((place) => unlessOff(place.at('Enabled').boolean(false, true), application.customerKey(place.at('EncryptionKeyArn'))))];
  },
});
