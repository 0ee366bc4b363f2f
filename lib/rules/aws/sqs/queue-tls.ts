import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import { rule } from '../../rule';
import type { Resource } from '../../resource';
import { ofMlData } from '../ml-data';
import { policiesByOwner, refusesPlainHttp } from '../policy/plain-http';

export default rule({
  name: 'SqsQueueTls',
  title: 'Queues that ML resources use refuse requests without TLS',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: ['AWS::SQS::Queue'],
  why: 'the service answers over plain HTTP as well, unless the queue\'s policy denies it: what a message says of a record can be read on the way',
  fix: 'add a policy that denies sqs:SendMessage, sqs:ReceiveMessage to everyone when aws:SecureTransport is false (enforceSSL)',
  properties: ['QueuePolicy'],
  sources: ['cdk-nag SQSQueueSSLRequestsOnly', 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html'],
  good: 'a policy of the queue denies sqs:SendMessage and sqs:ReceiveMessage to * on the queue, under Bool aws:SecureTransport false',
  bad: 'a queue that a pipeline uses, without a policy',
  check: (queue) => ofMlData(queue, () => refusesPlainHttp(queue, queue.relations.once(policies).get(queue) ?? [], ACTIONS)),
});

const ACTIONS = ['sqs:SendMessage', 'sqs:ReceiveMessage'];
const POLICIES = { 'AWS::SQS::QueuePolicy': 'Queues', 'AWS::SQS::QueueInlinePolicy': 'Queue' };

function policies(relations: Relations): Map<Resource, Resource[]> {
  return policiesByOwner(relations, POLICIES, 'AWS::SQS::Queue', 'QueueName');
}
