import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'FirehoseDeliveryStreamKey',
  title: 'Delivery streams of ML data encrypt with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::KinesisFirehose::DeliveryStream'],
  why: 'records wait in the delivery stream, for a day where the destination does not answer',
  fix: 'set DeliveryStreamEncryptionConfigurationInput to CUSTOMER_MANAGED_CMK with KeyARN',
  properties: ['DeliveryStreamEncryptionConfigurationInput'],
  sources: ['Security Hub DataFirehose.1', 'AWS Config kinesis-firehose-delivery-stream-encrypted', 'cdk-nag KinesisDataFirehoseSSE', 'Checkov CKV_AWS_240', 'Checkov CKV_AWS_241', 'Prowler firehose_stream_encrypted_at_rest'],
  good: 'a delivery stream that a pipeline\'s function puts to, with CUSTOMER_MANAGED_CMK and a KeyARN',
  bad: 'a delivery stream to the bucket of a raw store, without DeliveryStreamEncryptionConfigurationInput',
  check: (stream) => {
    // what reads from a stream keeps nothing itself: the key is the stream's
    if (stream.at('DeliveryStreamType').texts.some((type) => type !== 'DirectPut')) return NOT_APPLICABLE;
    const encryption = stream.at('DeliveryStreamEncryptionConfigurationInput');
    return ofMlData(stream, () => all(
      encryption.at('KeyType').judge((type) => (type === 'CUSTOMER_MANAGED_CMK' ? COMPLIANT : nonCompliant(`KeyType is ${String(type ?? 'not set')}`))),
      stream.customerKey(encryption.at('KeyARN')),
    ));
  },
});
