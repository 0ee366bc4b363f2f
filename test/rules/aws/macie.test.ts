import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as cr from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { Classification } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { readApp } from '../../../lib/rules/aws/tree';
import { ENV, judged, judgementsOf, PROFILE, ruleNamed, stackIn, template } from '../support';
import { ruleTable } from '../table';
import { KEY, PARAM } from './around';

ruleTable('MacieSession', {
  type: 'AWS::Macie::Session',
  compliant: [{ Status: 'ENABLED' }, {}],
  nonCompliant: [{ Status: 'PAUSED' }],
  unknown: [{ Status: PARAM }],
  override: { path: 'Status', to: 'PAUSED' },
});
ruleTable('MacieAutomatedDiscovery', {
  type: 'Custom::MacieSettings',
  compliant: [{ AutomatedDiscovery: 'ENABLED' }],
  nonCompliant: [{ AutomatedDiscovery: 'DISABLED' }],
  unknown: [{}, { AutomatedDiscovery: PARAM }],
  override: { path: 'AutomatedDiscovery', to: 'DISABLED' },
});
ruleTable('MacieExportKey', {
  type: 'Custom::MacieSettings',
  around: { Bucket: { Type: 'AWS::S3::Bucket', Properties: {} } },
  compliant: [{ ResultsBucket: 'results', ResultsKeyArn: KEY }, { ResultsBucket: { Ref: 'Bucket' }, ResultsKeyArn: KEY }],
  nonCompliant: [{}, { ResultsBucket: 'results' }, { ResultsKeyArn: KEY }, { ResultsBucket: 'results', ResultsKeyArn: 'alias/aws/s3' }],
  unknown: [{ ResultsBucket: PARAM, ResultsKeyArn: KEY }, { ResultsBucket: 'results', ResultsKeyArn: PARAM }],
  override: { path: 'ResultsKeyArn', to: '' },
});
const archive = (criterion: unknown) => ({ Action: 'ARCHIVE', FindingCriteria: { Criterion: criterion } });
ruleTable('MacieFindingsFilter', {
  type: 'AWS::Macie::FindingsFilter',
  compliant: [archive({ 'resourcesAffected.s3Bucket.name': { eq: ['test'] } }), archive({ type: { eq: ['Policy:IAMUser/S3BucketSharedExternally'] } }), archive({ 'classificationDetails.result.sensitiveData.category': { eq: ['PERSONAL_INFORMATION'] } })],
  nonCompliant: [archive({}), archive({ 'severity.description': { eq: ['High'] } }), { Action: 'ARCHIVE' }],
  unknown: [archive(PARAM), { Action: PARAM, FindingCriteria: {} }],
  notApplicable: [{ Action: 'NOOP' }, {}],
  override: { path: 'FindingCriteria.Criterion', to: '' },
});

const captured = (DestinationS3Uri: unknown, EnableCapture: unknown = true) => ({ DataCaptureConfig: { EnableCapture, InitialSamplingPercentage: 100, DestinationS3Uri, CaptureOptions: [{ CaptureMode: 'Input' }] } });
const uri = (bucket: unknown) => ({ 'Fn::Join': ['', ['s3://', bucket, '/captures/']] });
const LOOKED = {
  Captures: { Type: 'AWS::S3::Bucket', Properties: {} }, Other: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'other' } },
  Job: { Type: 'Custom::MacieClassificationJob', Properties: { Buckets: [{ Ref: 'Captures' }] } },
};
ruleTable('MacieCapture', {
  type: 'AWS::SageMaker::EndpointConfig', around: LOOKED,
  compliant: [captured(uri({ Ref: 'Captures' })), captured(uri({ Ref: 'Captures' }), PARAM)],
  nonCompliant: [captured(uri({ Ref: 'Other' })), captured('s3://other/x'), captured({ 'Fn::If': ['Cond', uri({ Ref: 'Captures' }), 's3://other/x'] })],
  unknown: [captured(PARAM), captured('s3://elsewhere/x')],
  notApplicable: [{}, captured('s3://other/x', false)],
  override: { path: 'DataCaptureConfig.DestinationS3Uri', to: 's3://other/x' },
});
ruleTable('MacieCapture', {
  type: 'AWS::SageMaker::InferenceExperiment', around: { ...LOOKED, Job: { Type: 'Custom::MacieSettings', Properties: { AutomatedDiscovery: 'DISABLED' } } },
  compliant: [], nonCompliant: [{ DataStorageConfig: { Destination: uri({ Ref: 'Captures' }) } }], unknown: [{ DataStorageConfig: { Destination: PARAM } }], notApplicable: [{}],
});

describe('MacieCapture', () => {
  const asked = (resources: Record<string, unknown>) => judged([template({ ...resources, Config: { Type: 'AWS::SageMaker::EndpointConfig', Properties: captured('s3://other/x') } })], [ruleNamed('MacieCapture')]).map(({ finding }) => [finding.answer, finding.detail]);
  test('names the property, and why', () => {
    expect(asked(LOOKED)).toEqual([['non-compliant', 'DataCaptureConfig.DestinationS3Uri: no job of Macie looks at it, and automated discovery is not switched on here']]);
  });
  test('an app that holds nothing of Macie leaves it unassessed', () => {
    expect(asked({ Other: LOOKED.Other })).toEqual([]);
  });
  test('automated discovery looks at buckets of its own region and account', () => {
    const at = (region: string, account = ENV.account) => judged([
      template({ Other: LOOKED.Other, Config: { Type: 'AWS::SageMaker::EndpointConfig', Properties: captured('s3://other/x') } }),
      { ...template({ Settings: { Type: 'Custom::MacieSettings', Properties: { AutomatedDiscovery: 'ENABLED' } } }), stackName: 'Account', path: 'Account', template: 'Account.json', region, account },
    ], [ruleNamed('MacieCapture')]).map(({ finding }) => finding.answer);
    expect(at(ENV.region)).toEqual(['compliant']);
    expect(at('eu-west-1')).toEqual(['non-compliant']);
    expect(at(ENV.region, '210987654321')).toEqual(['non-compliant']);
  });
  test('a store that the flow declares is judged there', () => {
    const app = new App();
    const stack = stackIn(app);
    new CfnResource(new Construct(stack, 'Captures'), 'Resource', { type: 'AWS::S3::Bucket' }).overrideLogicalId('Other');
    DataFlow.of(app).add({ id: 'Test/Captures', kind: 'store', name: 'Captures', detail: 'captures', classification: Classification.PHI });
    new CfnResource(stack, 'Macie', { type: 'AWS::Macie::Session' });
    new CfnResource(stack, 'Config', { type: 'AWS::SageMaker::EndpointConfig', properties: captured(uri({ Ref: 'Other' })) });
    const answers = (name: string) => judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed(name)], profile: PROFILE, pack: 'R' }).map(({ finding }) => finding.answer);
    expect([answers('MacieCapture'), answers('FlowStoreDiscovery')]).toEqual([[], ['non-compliant']]);
  });
});

describe('FlowStoreDiscovery', () => {
  function found(build: (stack: Stack, raw: CfnResource) => void, kind: { readonly zone?: string; readonly classification?: Classification } = {}): [string, string | undefined][] {
    const app = new App();
    const stack = stackIn(app);
    const raw = new CfnResource(new Construct(stack, 'Raw'), 'Resource', { type: 'AWS::S3::Bucket' });
    DataFlow.of(app).add({ id: 'Test/Raw', kind: 'store', name: 'Raw', detail: kind.zone ?? 'raw', classification: kind.classification ?? Classification.PHI });
    build(stack, raw);
    return judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed('FlowStoreDiscovery')], profile: PROFILE, pack: 'R' }).map(({ finding }) => [finding.answer, finding.detail]);
  }
  const job = (stack: Stack, bucket: unknown) => new CfnResource(stack, 'Job', { type: 'Custom::MacieClassificationJob', properties: { Buckets: [bucket] } });
  const settings = (stack: Stack, status: string) => new CfnResource(stack, 'Settings', { type: 'Custom::MacieSettings', properties: { AutomatedDiscovery: status } });

  test('a job that names the bucket of the store covers it', () => {
    expect(found((stack, raw) => void job(stack, raw.ref))).toEqual([['compliant', undefined]]);
  });
  test('a job over another bucket does not, nor does Macie alone', () => {
    const detail = "'Raw': no job of Macie looks at it, and automated discovery is not switched on here";
    expect(found((stack) => void job(stack, 'another'))).toEqual([['non-compliant', detail]]);
    expect(found((stack) => void new CfnResource(stack, 'Macie', { type: 'AWS::Macie::Session' }))).toEqual([['non-compliant', detail]]);
    expect(found((stack) => void settings(stack, 'DISABLED'))).toEqual([['non-compliant', detail]]);
  });
  test('automated discovery looks at every bucket', () => {
    expect(found((stack) => void settings(stack, 'ENABLED'))).toEqual([['compliant', undefined]]);
  });
  test('a job over a bucket that is a token is unknown', () => {
    expect(found((stack) => void job(stack, { 'Fn::ImportValue': 'elsewhere' })).map(([answer]) => answer)).toEqual(['unknown']);
  });
  test('a job that an AwsCustomResource makes is read', () => {
    expect(found((stack, raw) => void new cr.AwsCustomResource(stack, 'Call', {
      onCreate: {
        service: 'Macie2', action: 'createClassificationJob', physicalResourceId: cr.PhysicalResourceId.of('job'),
        parameters: { jobType: 'ONE_TIME', s3JobDefinition: { bucketDefinitions: [{ accountId: '123456789012', buckets: [raw.ref] }] } },
      },
      policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: cr.AwsCustomResourcePolicy.ANY_RESOURCE }),
    }))).toEqual([['compliant', undefined]]);
  });
  test('what holds nothing about people, and what is neither raw nor captured, needs no job', () => {
    expect(found((stack) => void job(stack, 'another'), { classification: Classification.INTERNAL })).toEqual([]);
    expect(found((stack) => void job(stack, 'another'), { zone: 'curated' })).toEqual([]);
    expect(found((stack) => void job(stack, 'another'), { zone: 'captures', classification: Classification.PSEUDONYMISED }).map(([answer]) => answer)).toEqual(['non-compliant']);
  });
  test('an app that holds nothing of Macie leaves it unassessed', () => {
    expect(found(() => undefined)).toEqual([]);
  });
});
