import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import { rule } from '../../rule';
import type { Resource } from '../../resource';
import { ofMlData } from '../ml-data';
import { policiesByOwner, refusesPlainHttp } from '../policy/plain-http';

export default rule({
  name: 'SnsTopicTls',
  title: 'Topics that ML resources publish to refuse messages without TLS',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: ['AWS::SNS::Topic'],
  why: 'the service answers over plain HTTP as well, unless the topic\'s policy denies it: what a message says of a record can be read on the way',
  fix: 'add a policy that denies sns:Publish to everyone when aws:SecureTransport is false (enforceSSL)',
  properties: ['TopicPolicy'],
  sources: ['cdk-nag SNSTopicSSLPublishOnly', 'https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html'],
  good: 'a policy of the topic denies sns:Publish to * on the topic, under Bool aws:SecureTransport false',
  bad: 'a topic that a pipeline uses, without a policy',
  check: (topic) => ofMlData(topic, () => refusesPlainHttp(topic, topic.relations.once(policies).get(topic) ?? [], ACTIONS)),
});

const ACTIONS = ['sns:Publish'];
const POLICIES = { 'AWS::SNS::TopicPolicy': 'Topics', 'AWS::SNS::TopicInlinePolicy': 'TopicArn' };

function policies(relations: Relations): Map<Resource, Resource[]> {
  return policiesByOwner(relations, POLICIES, 'AWS::SNS::Topic', 'TopicName');
}
