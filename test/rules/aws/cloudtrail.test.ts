import { judged, ruleNamed, template } from '../support';
import { ruleTable } from '../table';
import { KEY, PARAM } from './around';

const MODEL = { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: { 'Fn::Sub': 's3://${Bucket}/m.tgz' } } } };
const around = { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } }, Audit: { Type: 'AWS::S3::Bucket', Properties: {} }, Model: MODEL };
const TRAIL = { type: 'AWS::CloudTrail::Trail', around };
const plain = (values: unknown, more: Record<string, unknown> = {}) => ({ EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: values }], ...more }] });
const field = (Field: string, operator: string, ...values: unknown[]) => ({ Field, [operator]: values });
const advanced = (...more: unknown[]) => ({ AdvancedEventSelectors: [{ FieldSelectors: [field('eventCategory', 'Equals', 'Data'), field('resources.type', 'Equals', 'AWS::S3::Object'), ...more] }] });
const both = (...trails: Record<string, unknown[]>[]) => Object.fromEntries(['EventSelectors', 'AdvancedEventSelectors'].map((name) => [name, trails.flatMap((trail) => trail[name] ?? [])]).filter(([, list]) => list.length > 0));
const TRAIL_ARN = { 'Fn::Sub': '${Audit.Arn}/' };
const ARN = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/']] };

ruleTable('CloudTrailDataEvents', {
  ...TRAIL,
  compliant: [
    plain(['arn:aws:s3']), plain(['arn:aws:s3:::']), plain([{ 'Fn::Sub': 'arn:${AWS::Partition}:s3:::' }]), plain(['arn:aws:s3:::data/']), plain([ARN]), plain([ARN], { ReadWriteType: 'All' }),
    plain(['arn:aws:s3:::da']), both(plain(['arn:aws:s3'], { ReadWriteType: 'ReadOnly' }), plain([ARN], { ReadWriteType: 'WriteOnly' })),
    both(advanced(field('readOnly', 'Equals', 'true')), advanced(field('readOnly', 'Equals', 'false'))), advanced(field('readOnly', 'Equals', 'true', 'false')),
    advanced(field('resources.ARN', 'NotStartsWith', 'arn:aws:s3:::trail/', TRAIL_ARN)), advanced(field('resources.ARN', 'NotEquals', 'arn:aws:s3:::trail/x')), advanced(field('resources.ARN', 'StartsWith', 'arn:aws:s3:::da')),
    advanced(), advanced(field('resources.ARN', 'StartsWith', ARN)), advanced(field('resources.ARN', 'StartsWith', 'arn:aws:s3:::other/', 'arn:aws:s3:::data/')),
  ],
  nonCompliant: [
    {}, both(plain(['arn:aws:s3'], { ReadWriteType: 'ReadOnly' }), plain([ARN], { ReadWriteType: 'ReadOnly' })), both(advanced(field('readOnly', 'Equals', 'true')), plain(['arn:aws:s3:::other/'])),
    ...['arn:aws:s3:::data/', 'arn:aws:s3:::d', 'arn:aws:s3:::data/admissions/', ARN].map((start) => advanced(field('resources.ARN', 'NotStartsWith', start))), advanced(field('resources.ARN', 'EndsWith', '.csv')),
    plain(['arn:aws:s3:::other/']), plain(['arn:aws:s3:::data/admissions/']), plain([ARN], { ReadWriteType: 'WriteOnly' }), advanced(field('resources.ARN', 'StartsWith', 'arn:aws:s3:::other/')),
    advanced(field('readOnly', 'Equals', 'false')), advanced(field('eventName', 'Equals', 'PutObject')), { ...plain(['arn:aws:s3']), IsLogging: false }, { ...plain(['arn:aws:s3']), IsLogging: 'False' },
    { EventSelectors: [{ DataResources: [{ Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda'] }] }] },
  ],
  unknown: [
    advanced(field('resources.ARN', 'NotStartsWith', PARAM)), advanced(field('readOnly', 'Equals', PARAM)),
    { EventSelectors: PARAM }, plain([PARAM]), plain([ARN], { ReadWriteType: PARAM }), { AdvancedEventSelectors: PARAM }, advanced(PARAM), advanced({ Field: PARAM, Equals: ['x'] }),
  ],
  override: { path: 'EventSelectors', to: [] },
});
ruleTable('CloudTrailLogValidation', {
  ...TRAIL,
  compliant: [{ EnableLogFileValidation: true }],
  nonCompliant: [{}, { EnableLogFileValidation: false }],
  unknown: [{ EnableLogFileValidation: PARAM }],
  override: { path: 'EnableLogFileValidation', to: false },
});
ruleTable('CloudTrailKey', {
  ...TRAIL,
  compliant: [{ KMSKeyId: KEY }],
  nonCompliant: [{}, { KMSKeyId: 'alias/aws/cloudtrail' }],
  unknown: [{ KMSKeyId: PARAM }],
  override: { path: 'KMSKeyId', to: '' },
});
ruleTable('CloudTrailKey', { type: 'AWS::CloudTrail::EventDataStore', around, compliant: [{ KmsKeyId: KEY }], nonCompliant: [{}], unknown: [{ KmsKeyId: PARAM }] });
ruleTable('CloudTrailRegions', {
  ...TRAIL,
  compliant: [{ IsMultiRegionTrail: true }],
  nonCompliant: [{}, { IsMultiRegionTrail: false }],
  unknown: [{ IsMultiRegionTrail: PARAM }],
  override: { path: 'IsMultiRegionTrail', to: false },
});
ruleTable('CloudTrailRegions', {
  ...TRAIL, around: { ...around, Other: { Type: 'AWS::CloudTrail::Trail', Properties: { IsMultiRegionTrail: true } } },
  compliant: [{}, { IsMultiRegionTrail: false }], nonCompliant: [], unknown: [],
});
ruleTable('CloudTrailLogging', {
  ...TRAIL,
  compliant: [{ IsLogging: true }],
  nonCompliant: [{}, { IsLogging: false }],
  unknown: [{ IsLogging: PARAM }],
  override: { path: 'IsLogging', to: false },
});
ruleTable('CloudTrailLogging', { type: 'AWS::CloudTrail::EventDataStore', around, compliant: [{}, { IngestionEnabled: true }], nonCompliant: [{ IngestionEnabled: false }], unknown: [{ IngestionEnabled: PARAM }] });
const audit = (...rules: unknown[]) => ({ Type: 'AWS::S3::Bucket', Properties: { BucketName: 'audit', LifecycleConfiguration: { Rules: rules } } });
// HIPAA: six years
ruleTable('CloudTrailRetention', {
  ...TRAIL, around: {
    ...around, Long: audit({ Status: 'Enabled', ExpirationInDays: 2200 }), Short: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'short', LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 90 }] } } },
    Off: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'off', LifecycleConfiguration: { Rules: [{ Status: 'Disabled', ExpirationInDays: 90 }] } } },
    Open: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'open', LifecycleConfiguration: PARAM } }, Ever: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'ever' } },
    Dated: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'dated', LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationDate: '2040-01-01T00:00:00Z' }] } } },
  },
  compliant: [{ S3BucketName: 'audit' }, { S3BucketName: { Ref: 'Long' } }, { S3BucketName: 'off' }, { S3BucketName: 'ever' }],
  nonCompliant: [{ S3BucketName: 'short' }, { S3BucketName: { Ref: 'Short' } }, { S3BucketName: 'dated' }],
  unknown: [{}, { S3BucketName: 'elsewhere' }, { S3BucketName: PARAM }, { S3BucketName: 'open' }],
  override: { path: 'S3BucketName', to: 'short' },
});
ruleTable('CloudTrailRetention', { type: 'AWS::CloudTrail::EventDataStore', around, compliant: [{ RetentionPeriod: 2557 }], nonCompliant: [{}, { RetentionPeriod: 366 }], unknown: [{ RetentionPeriod: PARAM }] });

test('a trail of one region does not record a bucket of another', () => {
  const away = { ...template({ Bucket: around.Bucket, Model: MODEL }), region: 'eu-west-1', stackName: 'Away', path: 'Away' };
  const answers = (several: boolean) => judged([template({ Subject: { Type: 'AWS::CloudTrail::Trail', Properties: { ...plain(['arn:aws:s3']), IsMultiRegionTrail: several } } }), away], [ruleNamed('CloudTrailDataEvents')]).map(({ finding }) => finding.answer);
  expect(answers(false)).toEqual(['non-compliant']);
  expect(answers(true)).toEqual(['compliant']);
});

test.each(['CloudTrailDataEvents', 'CloudTrailLogValidation', 'CloudTrailKey', 'CloudTrailRegions', 'CloudTrailLogging', 'CloudTrailRetention'])('%s: a trail of an app without machine learning is not judged', (name) => {
  expect(judged([template({ Subject: { Type: 'AWS::CloudTrail::Trail', Properties: {} }, Bucket: around.Bucket })], [ruleNamed(name)])).toEqual([]);
});
