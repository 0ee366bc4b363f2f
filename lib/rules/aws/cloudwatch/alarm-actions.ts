import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, COMPLIANT } from '../../verdict';
import { inMlApp } from '../ml-data';

export default rule({
  name: 'CloudWatchAlarmActions',
  title: 'Alarms of apps with machine learning tell somebody when they go off',
  severity: 'error',
  control: Control.INCIDENT_ALERTING,
  resources: ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'],
  why: 'an alarm without an action turns red where nobody looks, and a breach that nobody hears of is told to nobody in time',
  fix: 'set AlarmActions to a topic that people read (addAlarmAction), and leave ActionsEnabled on',
  properties: ['AlarmActions', 'ActionsEnabled'],
  sources: [
    'Security Hub CloudWatch.15', 'Security Hub CloudWatch.17', 'AWS Config cloudwatch-alarm-action-check', 'AWS Config cloudwatch-alarm-action-enabled-check',
    'cdk-nag CloudWatchAlarmAction', 'Checkov CKV_AWS_319', 'Prowler cloudwatch_alarm_actions_alarm_state_configured', 'Prowler cloudwatch_alarm_actions_enabled',
  ],
  good: { Namespace: 'AWS/SageMaker', MetricName: 'Invocation5XXErrors', AlarmActions: ['arn:aws:sns:eu-central-1:123456789012:on-call'] },
  bad: { Namespace: 'AWS/SageMaker', MetricName: 'Invocation5XXErrors' },
  check: (alarm) => inMlApp(alarm, () => (alarm.ask(isHeard) ? COMPLIANT : all(alarm.at('ActionsEnabled').boolean(true, true), alarm.at('AlarmActions').present()))),
});

// another alarm goes off by it, or a deployment is called back: these tell
function isHeard(alarm: Resource): boolean {
  return alarm.relations.once(heard).has(alarm);
}

const ALARMS = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];

function heard(relations: Relations): Set<Resource> {
  const found = new Set<Resource>();
  const hear = (value: Value, names: readonly string[]) => {
    for (const target of relations.targets(value)) found.add(target);
    for (const type of ALARMS) for (const name of names) for (const target of relations.called(name, type, 'AlarmName')) found.add(target);
  };
  for (const composite of relations.ofType('AWS::CloudWatch::CompositeAlarm')) {
    const condition = composite.at('AlarmRule');
    hear(condition, condition.texts.flatMap((text) => [...text.matchAll(/ALARM\(\s*"?(?:arn:[^)"]*:alarm:)?([^)"]+?)"?\s*\)/g)].map(([, name]) => name!)));
  }
  for (const endpoint of relations.ofType('AWS::SageMaker::Endpoint')) {
    for (const one of endpoint.at('DeploymentConfig.AutoRollbackConfiguration.Alarms').items) hear(one.at('AlarmName'), one.at('AlarmName').texts);
  }
  return found;
}
