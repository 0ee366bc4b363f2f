import { Answer } from '../../../../lib/policy';
import { judged, ruleNamed, template } from '../../support';
import { ruleTable } from '../../table';
import { around, CLOUD_KEY, KEY, OWN, PARAM } from './samples';

const cidrs = (...Cidrs: unknown[]) => ({ SourceIpConfig: { Cidrs } });
ruleTable('SageMakerWorkforceNetwork', {
  type: 'AWS::SageMaker::Workforce',
  around: { Vpc: { Type: 'AWS::EC2::VPC', Properties: {} } },
  compliant: [
    cidrs('203.0.113.0/24', '198.51.100.7'), cidrs('10.0.0.0/8', '2001:db8::/32'), { WorkforceVpcConfig: { VpcId: 'vpc-0a1b2c3d', Subnets: ['subnet-0a1b2c3d'] } },
    { ...cidrs('0.0.0.0/0'), WorkforceVpcConfig: { VpcId: { Ref: 'Vpc' } } },
  ],
  nonCompliant: [{}, cidrs(), cidrs('203.0.113.0/24', '0.0.0.0/0'), cidrs('::/0'), cidrs('0.0.0.0/1', '128.0.0.0/1'), cidrs('2000::/3'), { SourceIpConfig: { Cidrs: '::/0' } }, { WorkforceVpcConfig: {} }],
  unknown: [{ SourceIpConfig: PARAM }, cidrs(PARAM), { WorkforceVpcConfig: PARAM }],
  override: { path: 'SourceIpConfig.Cidrs', to: ['0.0.0.0/0'] },
});
const crowd = (kind: string) => `arn:aws:sagemaker:eu-central-1:123456789012:workteam/${kind}-crowd/reviewers`;
for (const [action, config] of [['createLabelingJob', 'HumanTaskConfig'], ['createFlowDefinition', 'HumanLoopConfig']] as const) {
  ruleTable('SageMakerPublicWorkforce', {
    action: `sagemaker:${action}`,
    around: { Team: { Type: 'AWS::SageMaker::Workteam', Properties: {} } },
    compliant: [
      { [config]: { WorkteamArn: crowd('private') } }, { [config]: { WorkteamArn: crowd('vendor') } }, { [config]: { WorkteamArn: { Ref: 'Team' } } },
      { [config]: { WorkteamArn: { 'Fn::Sub': 'arn:aws:sagemaker:${AWS::Region}:${AWS::AccountId}:workteam/private-crowd/x' } } },
    ],
    nonCompliant: [
      { [config]: { WorkteamArn: 'arn:aws:sagemaker:eu-central-1:394669845002:workteam/public-crowd/default' } },
      { [config]: { WorkteamArn: { 'Fn::Sub': 'arn:aws:sagemaker:${AWS::Region}:394669845002:workteam/public-crowd/default' } } },
    ],
    unknown: [{ [config]: { WorkteamArn: PARAM } }, { [config]: PARAM }],
    override: { path: `${config}.WorkteamArn`, to: crowd('public') },
  });
}
ruleTable('SageMakerPublicWorkforce', { step: 'Training', compliant: [], nonCompliant: [], unknown: [], notApplicable: [{}] });
const page = (Content: unknown) => ({ UiTemplate: { Content } });
const CROWD = '<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>';
ruleTable('SageMakerHumanTaskUiScripts', {
  type: 'AWS::SageMaker::HumanTaskUi',
  compliant: [page(`${CROWD}<crowd-form></crowd-form>`), page('<script>const a = 1;</script><img src="{{ task.input.url | grant_read_access }}">'), page('<p>no code</p>')],
  nonCompliant: [
    page(`${CROWD}<script src="https://cdn.example.com/x.js"></script>`), page('<script async\n src=//cdn.example.com/x.js></script>'), page('<IFRAME SRC="http://example.com/">'),
    page('<script src="https://assets.crowd.aws.example.com/x.js"></script>'), page('<object data="https://example.com/x.swf"></object>'),
  ],
  unknown: [page(PARAM), { UiTemplate: PARAM }],
  override: { path: 'UiTemplate.Content', to: '<script src="https://cdn.example.com/x.js"></script>' },
});
const app = 'AWS::SageMaker::PartnerApp';
ruleTable('SageMakerPartnerAppKey', {
  type: app, around, compliant: [{ KmsKeyId: OWN }, { KmsKeyId: KEY }], nonCompliant: [{}, { KmsKeyId: CLOUD_KEY }], unknown: [{ KmsKeyId: PARAM }],
  override: { path: 'KmsKeyId', to: '' },
});
ruleTable('SageMakerPartnerAppIdentity', {
  type: app, compliant: [{ EnableIamSessionBasedIdentity: true }], nonCompliant: [{}, { EnableIamSessionBasedIdentity: false }],
  unknown: [{ EnableIamSessionBasedIdentity: PARAM }],
  override: { path: 'EnableIamSessionBasedIdentity', to: false },
});
ruleTable('SageMakerPartnerAppUpgrade', {
  type: app, compliant: [{ EnableAutoMinorVersionUpgrade: true }], nonCompliant: [{}, { EnableAutoMinorVersionUpgrade: 'false' }],
  unknown: [{ EnableAutoMinorVersionUpgrade: PARAM }],
  override: { path: 'EnableAutoMinorVersionUpgrade', to: false },
});

test.each(['AWS::SageMaker::Device', 'AWS::SageMaker::DeviceFleet'])('SageMakerEdgeService: a %s belongs to a service that has ended, whatever it says', (Type) => {
  for (const Properties of [{}, { DeviceFleetName: 'wards' }, { DeviceFleetName: PARAM }, undefined]) {
    const found = judged([template({ Edge: { Type, Properties } }, { Parameters: { Param: { Type: 'String' } } })], [ruleNamed('SageMakerEdgeService')]);
    expect(found.map(({ finding }) => [finding.answer, finding.detail])).toEqual([[Answer.NON_COMPLIANT, `${Type} belongs to a service that has ended`]]);
  }
});
