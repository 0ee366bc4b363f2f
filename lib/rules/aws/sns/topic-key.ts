import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'SnsTopicKey',
  title: 'Topics that ML resources publish to encrypt with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SNS::Topic'],
  why: 'an asynchronous answer, an alarm about a record, the place of an object: messages repeat what data says',
  fix: 'set KmsMasterKeyId to a key of your own',
  properties: ['KmsMasterKeyId'],
  sources: ['Security Hub SNS.1', 'AWS Config sns-encrypted-kms', 'cdk-nag SNSEncryptedKMS', 'Checkov CKV_AWS_26', 'Prowler sns_topics_kms_encryption_at_rest_enabled'],
  good: { KmsMasterKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' },
  bad: {},
  check: (topic) => ofMlData(topic, () => topic.key('KmsMasterKeyId')),
});
