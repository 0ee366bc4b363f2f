import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all, COMPLIANT, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'KinesisStreamKey',
  title: 'Streams of ML data encrypt with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::Kinesis::Stream'],
  why: 'a stream keeps each record for a day to a year, in clear text unless it is told otherwise',
  fix: 'set StreamEncryption to KMS with a KeyId of your own',
  properties: ['StreamEncryption'],
  sources: ['Security Hub Kinesis.1', 'AWS Config kinesis-stream-encrypted', 'cdk-nag KinesisDataStreamSSE', 'Checkov CKV_AWS_43', 'Checkov CKV_AWS_185', 'Prowler kinesis_stream_encrypted_at_rest'],
  good: { StreamEncryption: { EncryptionType: 'KMS', KeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' } },
  bad: { StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' } },
  check: (stream) => ofMlData(stream, () => all(
    stream.at('StreamEncryption.EncryptionType').judge((type) => (type === 'KMS' ? COMPLIANT : nonCompliant(`StreamEncryption is ${String(type ?? 'not set')}`))),
    stream.key('StreamEncryption.KeyId'),
  )),
});
