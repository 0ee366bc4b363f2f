import { App, CfnResource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Classification } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { readApp } from '../../../lib/rules/aws/tree';
import { judged, judgementsOf, PROFILE, ruleNamed, stackIn, template } from '../support';
import { ruleTable } from '../table';
import { KEY, PARAM } from './around';

const custom = (more: Record<string, unknown> = {}) => ({ AnalysisRules: [{ Type: 'CUSTOM', Policy: { V1: { Custom: { AllowedAnalyses: [], ...more } } } }] });
const DP = { DifferentialPrivacy: { Columns: [{ Name: 'patient' }] } };
const ASSOCIATION = { type: 'AWS::CleanRoomsML::ConfiguredModelAlgorithmAssociation' };
const trained = (part: Record<string, unknown>) => ({ PrivacyConfiguration: { Policies: { TrainedModels: part } } });

ruleTable('CleanRoomsLogs', {
  type: 'AWS::CleanRooms::Collaboration',
  compliant: [{ QueryLogStatus: 'ENABLED' }, { QueryLogStatus: 'ENABLED', JobLogStatus: 'ENABLED' }],
  nonCompliant: [{}, { QueryLogStatus: 'DISABLED' }, { QueryLogStatus: 'ENABLED', JobLogStatus: 'DISABLED' }],
  unknown: [{ QueryLogStatus: PARAM }],
  override: { path: 'QueryLogStatus', to: 'DISABLED' },
});
ruleTable('CleanRoomsAllowedAnalyses', {
  type: 'AWS::CleanRooms::ConfiguredTable',
  around: { Template: { Type: 'AWS::CleanRooms::AnalysisTemplate', Properties: {} } },
  compliant: [custom({ AllowedAnalyses: ['arn:aws:cleanrooms:eu-central-1:123456789012:membership/m/analysistemplate/t'] }), custom({ AllowedAnalyses: [{ 'Fn::GetAtt': ['Template', 'Arn'] }] }), custom()],
  nonCompliant: [custom({ AllowedAnalyses: ['ANY_QUERY'] }), custom({ AllowedAnalyses: [{ 'Fn::GetAtt': ['Template', 'Arn'] }, 'ANY_JOB'] })],
  unknown: [custom({ AllowedAnalyses: [PARAM] })],
  notApplicable: [{}, { AnalysisRules: [{ Type: 'AGGREGATION', Policy: { V1: { Aggregation: {} } } }] }],
  override: { path: 'AnalysisRules', to: custom({ AllowedAnalyses: ['ANY_QUERY'] }).AnalysisRules },
});
ruleTable('CleanRoomsBudgetRefresh', {
  type: 'AWS::CleanRooms::PrivacyBudgetTemplate',
  compliant: [{ PrivacyBudgetType: 'DIFFERENTIAL_PRIVACY', AutoRefresh: 'NONE' }],
  nonCompliant: [{}, { PrivacyBudgetType: 'DIFFERENTIAL_PRIVACY', AutoRefresh: 'CALENDAR_MONTH' }],
  unknown: [{ PrivacyBudgetType: 'DIFFERENTIAL_PRIVACY', AutoRefresh: PARAM }],
  notApplicable: [{ PrivacyBudgetType: 'ACCESS_BUDGET', AutoRefresh: 'CALENDAR_MONTH' }],
  override: { path: 'AutoRefresh', to: 'CALENDAR_MONTH' },
});
ruleTable('CleanRoomsMlNoise', {
  ...ASSOCIATION,
  compliant: [trained({ ContainerMetrics: { NoiseLevel: 'HIGH' } }), trained({ ContainerMetrics: { NoiseLevel: 'LOW' } })],
  nonCompliant: [trained({ ContainerMetrics: { NoiseLevel: 'NONE' } }), trained({ ContainerMetrics: {} })],
  unknown: [trained({ ContainerMetrics: { NoiseLevel: PARAM } }), { PrivacyConfiguration: PARAM }],
  notApplicable: [{}, trained({})],
  override: { path: 'PrivacyConfiguration.Policies.TrainedModels.ContainerMetrics.NoiseLevel', to: 'NONE' },
});
const log = (more: Record<string, unknown> = {}) => trained({ ContainerLogs: [{ AllowedAccountIds: ['210987654321'], ...more }] });
const redacted = (...entities: unknown[]) => ({ LogRedactionConfiguration: { EntitiesToRedact: entities } });
ruleTable('CleanRoomsMlLogRedaction', {
  ...ASSOCIATION,
  compliant: [log(redacted('ALL_PERSONALLY_IDENTIFIABLE_INFORMATION')), log({ LogType: 'ERROR_SUMMARY' }), log(redacted('NUMBERS', 'ALL_PERSONALLY_IDENTIFIABLE_INFORMATION'))],
  nonCompliant: [log(), log(redacted('NUMBERS')), { PrivacyConfiguration: { Policies: { TrainedModelInferenceJobs: { ContainerLogs: [{ AllowedAccountIds: ['210987654321'] }] } } } }],
  unknown: [log({ LogType: PARAM }), log({ LogRedactionConfiguration: PARAM })],
  notApplicable: [{}],
  override: { path: 'PrivacyConfiguration.Policies.TrainedModels.ContainerLogs', to: [{ AllowedAccountIds: ['210987654321'] }] },
  tokenAnswer: 'unknown',
});
ruleTable('CleanRoomsKey', {
  type: 'AWS::CleanRoomsML::ConfiguredModelAlgorithm',
  compliant: [{ KmsKeyArn: KEY }],
  nonCompliant: [{}, { KmsKeyArn: '' }],
  unknown: [{ KmsKeyArn: PARAM }],
  override: { path: 'KmsKeyArn', to: '' },
});
const synthetic = (score: unknown) => ({ SyntheticDataParameters: { MlSyntheticDataParameters: { Epsilon: 3, MaxMembershipInferenceAttackScore: score } } });
ruleTable('CleanRoomsSyntheticData', {
  type: 'AWS::CleanRooms::AnalysisTemplate',
  compliant: [synthetic(0.6)],
  nonCompliant: [synthetic(1), synthetic(undefined)],
  unknown: [synthetic(PARAM), { SyntheticDataParameters: PARAM }],
  notApplicable: [{}],
  override: { path: 'SyntheticDataParameters.MlSyntheticDataParameters.MaxMembershipInferenceAttackScore', to: 1 },
});
ruleTable('CleanRoomsDifferentialPrivacy', {
  type: 'AWS::CleanRooms::ConfiguredTable',
  compliant: [custom(DP)],
  nonCompliant: [],
  // whether it holds data of people is said nowhere
  unknown: [custom(), { AnalysisRules: [{ Type: 'LIST', Policy: { V1: { List: {} } } }] }, { AnalysisRules: PARAM }],
  notApplicable: [{}, { AnalysisRules: [] }],
});

describe('CleanRoomsDifferentialPrivacy of a table whose store is declared', () => {
  function found(classification: Classification, rules: object): string[] {
    const app = new App();
    const stack = stackIn(app);
    new CfnResource(new Construct(stack, 'Raw'), 'Resource', { type: 'AWS::S3::Bucket', properties: { BucketName: 'admissions' } });
    DataFlow.of(app).add({ id: 'Test/Raw', kind: 'store', name: 'Raw', detail: 'raw', classification });
    new CfnResource(stack, 'Table', { type: 'AWS::Glue::Table', properties: { TableInput: { Name: 'admissions', StorageDescriptor: { Location: 's3://admissions/all/' } } } });
    new CfnResource(stack, 'Configured', { type: 'AWS::CleanRooms::ConfiguredTable', properties: { TableReference: { Glue: { DatabaseName: 'lake', TableName: 'admissions' } }, ...rules } });
    return judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed('CleanRoomsDifferentialPrivacy')], profile: PROFILE, pack: 'R' }).map(({ finding }) => finding.answer);
  }
  test('personal data answers under differential privacy only', () => {
    expect(found(Classification.PHI, custom())).toEqual(['non-compliant']);
    expect(found(Classification.PSEUDONYMISED, custom(DP))).toEqual(['compliant']);
  });
  test('data about nobody may answer as it is', () => {
    expect(found(Classification.INTERNAL, custom())).toEqual([]);
  });
});

describe('CleanRoomsPrivacyBudget', () => {
  const answers = (more: Record<string, unknown>, rules: object = custom(DP)) => judged([template({
    Subject: { Type: 'AWS::CleanRooms::Membership', Properties: {} },
    Table: { Type: 'AWS::CleanRooms::ConfiguredTable', Properties: rules },
    Association: { Type: 'AWS::CleanRooms::ConfiguredTableAssociation', Properties: { ConfiguredTableIdentifier: { Ref: 'Table' }, MembershipIdentifier: { Ref: 'Subject' } } },
    ...more,
  }, { Parameters: { Param: { Type: 'String' } } })], [ruleNamed('CleanRoomsPrivacyBudget')]).map(({ finding }) => finding.answer);
  const budget = (membership: unknown, type = 'DIFFERENTIAL_PRIVACY') => ({ Budget: { Type: 'AWS::CleanRooms::PrivacyBudgetTemplate', Properties: { MembershipIdentifier: membership, PrivacyBudgetType: type } } });

  test('a membership with a table under differential privacy needs a budget of its own', () => {
    expect(answers({})).toEqual(['non-compliant']);
    expect(answers(budget({ Ref: 'Subject' }))).toEqual(['compliant']);
    expect(answers(budget({ Ref: 'Subject' }, 'ACCESS_BUDGET'))).toEqual(['non-compliant']);
  });
  test('a budget of whom it is not known leaves it unknown', () => {
    expect(answers(budget(PARAM))).toEqual(['unknown']);
  });
  test('without such a table there is nothing to spend', () => {
    expect(answers({}, custom())).toEqual([]);
  });
});
