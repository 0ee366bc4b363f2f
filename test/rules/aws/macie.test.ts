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

// CloudFormation has no type for a job and for automated discovery, so templates ask for both by the API
const call = (action: string, parameters: unknown, more: Record<string, unknown> = {}) => ({ Type: 'Custom::AWS', Properties: { Create: JSON.stringify({ service: 'Macie2', action, parameters, ...more }) } });
const term = (key: string, comparator: string, ...values: unknown[]) => ({ simpleScopeTerm: { key, comparator, values } });
const below = (...values: unknown[]) => ({ and: [term('OBJECT_KEY', 'STARTS_WITH', ...values)] });
const criterion = (key: string, comparator: string, ...values: unknown[]) => ({ and: [{ simpleCriterion: { key, comparator, values } }] });
const chosen = (name: string, bucketCriteria: unknown): [string, unknown] => [name, call('createClassificationJob', { s3JobDefinition: { bucketCriteria } })];
const scoped = (scoping: unknown, buckets: unknown = ['other']) => call('CreateClassificationJobCommand', { s3JobDefinition: { bucketDefinitions: [{ accountId: ENV.account, buckets }], scoping } }, { service: '@aws-sdk/client-macie2' });
describe('of what a capture is written to', () => {
  const answer = (Job: unknown, place: unknown = 's3://other/cap') => judged([template(
    { Other: LOOKED.Other, Job, Config: { Type: 'AWS::SageMaker::EndpointConfig', Properties: captured(place) } }, { Parameters: { Param: { Type: 'String' } } },
  )], [ruleNamed('MacieCapture')]).map(({ finding }) => finding.answer).join();

  test.each<[string, string, unknown]>([
    ['compliant', 'no scope', scoped(undefined)],
    ['compliant', 'its folder', scoped({ includes: below('x/', 'cap/') })],
    ['compliant', 'a folder above', scoped({ includes: below('cap') })],
    ['compliant', 'all but another folder', scoped({ excludes: below('logs/', 'cape/') })],
    ['compliant', 'all but what has two properties, of which it has not one', scoped({ excludes: { and: [term('OBJECT_EXTENSION', 'EQ', 'zip'), term('OBJECT_KEY', 'STARTS_WITH', 'logs/')] } })],
    ['non-compliant', 'another folder', scoped({ includes: below('logs/') })],
    ['non-compliant', 'all but its folder', scoped({ excludes: below('cap/') })],
    ['non-compliant', 'a folder above, without its folder', scoped({ includes: below('c'), excludes: below('ca') })],
    ['unknown', 'a folder below', scoped({ includes: below('cap/eu/') })],
    ['unknown', 'all but a folder below', scoped({ excludes: below('cap/test/') })],
    ['unknown', 'a property that there is none', scoped({ includes: { and: [term('constructor', 'constructor', 'x')] } })],
    ['unknown', 'objects of a kind', scoped({ includes: { and: [term('OBJECT_EXTENSION', 'EQ', 'csv')] } })],
    ['unknown', 'objects with a tag', scoped({ includes: { and: [{ tagScopeTerm: { comparator: 'EQ', key: 'TAG', tagValues: [{ key: 'a', value: 'b' }] } }] } })],
    ['compliant', 'prefixes of this library', { Type: 'Custom::MacieClassificationJob', Properties: { Buckets: ['other'], Prefixes: ['cap/'] } }],
    ['non-compliant', 'other prefixes of this library', { Type: 'Custom::MacieClassificationJob', Properties: { Buckets: ['other'], Prefixes: ['admissions/'] } }],
    ['unknown', 'prefixes that are a token', { Type: 'Custom::MacieClassificationJob', Properties: { Buckets: ['other'], Prefixes: PARAM } }],
    ['compliant', 'automated discovery', call('updateAutomatedDiscoveryConfiguration', { status: 'ENABLED' })],
    ['compliant', 'automated discovery, by another name of the call', { ...call('UpdateAutomatedDiscoveryConfigurationCommand', { status: 'ENABLED' }, { service: '@aws-sdk/client-macie2' }), Type: 'Custom::Macie' }],
    ['non-compliant', 'automated discovery of another region', call('updateAutomatedDiscoveryConfiguration', { status: 'ENABLED' }, { region: 'eu-west-1' })],
    ['non-compliant', 'automated discovery that is switched off', call('updateAutomatedDiscoveryConfiguration', { status: 'DISABLED' })],
    ['non-compliant', 'automated discovery that the next update switches off', { Type: 'Custom::AWS', Properties: { ...call('updateAutomatedDiscoveryConfiguration', { status: 'ENABLED' }).Properties, Update: call('updateAutomatedDiscoveryConfiguration', { status: 'DISABLED' }).Properties.Create } }],
    ['unknown', 'automated discovery that a parameter decides', { Type: 'Custom::AWS', Properties: { Create: { 'Fn::Sub': '{"service":"Macie2","action":"updateAutomatedDiscoveryConfiguration","parameters":{"status":"${Param}"}}' } } }],
    ['unknown', 'a switch of this library that a parameter decides', { Type: 'Custom::MacieSettings', Properties: { AutomatedDiscovery: PARAM } }],
    ['non-compliant', 'Macie alone', call('enableMacie', {})],
    ['', 'another service', { Type: 'Custom::AWS', Properties: { Create: JSON.stringify({ service: 'S3', action: 'updateAutomatedDiscoveryConfiguration', parameters: { status: 'ENABLED' } }) } }],
  ])('it is %s: %s', (expected, _what, job) => {
    expect(answer(job)).toBe(expected);
  });
  test.each<[string, string, unknown]>([
    ['compliant', ...chosen('nothing', {})],
    ['compliant', ...chosen('empty criteria', { includes: { and: [] } })],
    ['compliant', ...chosen('its name', { includes: criterion('S3_BUCKET_NAME', 'EQ', 'x', 'other') })],
    ['compliant', ...chosen('how its name begins, without another', { includes: criterion('S3_BUCKET_NAME', 'STARTS_WITH', 'oth'), excludes: criterion('S3_BUCKET_NAME', 'CONTAINS', 'logs') })],
    ['non-compliant', ...chosen('another name', { includes: criterion('S3_BUCKET_NAME', 'NE', 'other') })],
    ['unknown', ...chosen('what is shared', { includes: criterion('S3_BUCKET_SHARED_ACCESS', 'EQ', 'EXTERNAL') })],
    ['unknown', ...chosen('a comparison of another kind', { includes: criterion('S3_BUCKET_NAME', 'GT', 'a') })],
  ])('it is %s where a job chooses buckets by %s', (expected, _what, job) => {
    expect(answer(job)).toBe(expected);
  });
  test('an address with gaps is known up to the first', () => {
    const place = { 'Fn::Join': ['', ['s3://', { Ref: 'Other' }, '/cap/', PARAM]] };
    expect([answer(scoped({ excludes: below('cap/') }), place), answer(scoped({ includes: below('cap/eu') }), place), answer(scoped({ includes: below('ca') }), place)]).toEqual(['non-compliant', 'unknown', 'compliant']);
  });
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
