import { ruleTable } from '../table';
import { PARAM, USES } from './around';

const ACTIONS = { AlarmActions: ['arn:aws:sns:eu-central-1:123456789012:on-call'] };
const HEARING = {
  ...USES,
  Any: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { ...ACTIONS, AlarmRule: 'ALARM(plain) OR ALARM("quoted alarm") OR ALARM("arn:aws:cloudwatch:eu-central-1:123456789012:alarm:by-arn")' } },
  Endpoint: { Type: 'AWS::SageMaker::Endpoint', Properties: { EndpointConfigName: 'risk', DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'rolls-back' }] } } } },
};

ruleTable('CloudWatchAlarmActions', {
  type: 'AWS::CloudWatch::Alarm', around: HEARING,
  compliant: [
    { ...ACTIONS, ActionsEnabled: true }, ACTIONS, { ...ACTIONS, ActionsEnabled: 'true' }, { AlarmActions: [PARAM] },
    ...['plain', 'quoted alarm', 'by-arn', 'rolls-back'].map((AlarmName) => ({ AlarmName })),
  ],
  nonCompliant: [
    {}, { AlarmActions: [] }, { ...ACTIONS, ActionsEnabled: false }, { OKActions: ACTIONS.AlarmActions }, { InsufficientDataActions: ACTIONS.AlarmActions },
    { AlarmActions: { 'Fn::If': ['Cond', ACTIONS.AlarmActions, { Ref: 'AWS::NoValue' }] } }, { AlarmName: 'plain alarm' },
  ],
  unknown: [{ ...ACTIONS, ActionsEnabled: PARAM }, { AlarmActions: PARAM }],
  override: { path: 'ActionsEnabled', to: false },
});
ruleTable('CloudWatchAlarmActions', {
  type: 'AWS::CloudWatch::CompositeAlarm', around: USES,
  compliant: [{ AlarmRule: 'ALARM(plain)', ...ACTIONS }],
  nonCompliant: [{ AlarmRule: 'ALARM(plain)' }],
  unknown: [],
});
ruleTable('CloudWatchAlarmActions', {
  type: 'AWS::CloudWatch::Alarm',
  around: {
    ...USES,
    Any: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { ...ACTIONS, AlarmRule: { 'Fn::Join': ['', ['ALARM("', { 'Fn::GetAtt': ['Subject', 'Arn'] }, '")']] } } },
    Endpoint: { Type: 'AWS::SageMaker::Endpoint', Properties: { DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [{ AlarmName: { Ref: 'Other' } }] } } } },
  },
  compliant: [{}], nonCompliant: [], unknown: [],
});
ruleTable('CloudWatchAlarmActions', { type: 'AWS::CloudWatch::Alarm', compliant: [], nonCompliant: [], unknown: [], notApplicable: [{}] });
