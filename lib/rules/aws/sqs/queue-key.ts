import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'SqsQueueKey',
  title: 'Queues that ML resources use encrypt with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SQS::Queue'],
  why: 'a callback, or an event that could not be handled, waits in a queue for days with what it says',
  fix: 'set KmsMasterKeyId to a key of your own',
  properties: ['KmsMasterKeyId'],
  sources: ['Security Hub SQS.1', 'Checkov CKV_AWS_27', 'cdk-nag SQSQueueSSE', 'Prowler sqs_queues_server_side_encryption_enabled'],
  good: { KmsMasterKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' },
  bad: { SqsManagedSseEnabled: true },
  check: (queue) => ofMlData(queue, () => queue.key('KmsMasterKeyId')),
});
