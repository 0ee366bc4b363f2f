import { App, CfnResource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Residency, Retention } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { readApp } from '../../../lib/rules/aws/tree';
import { judgementsOf, ruleNamed, stackIn } from '../support';
import { ruleTable } from '../table';
import { KEY, PARAM, USES } from './around';

const BUCKET = { type: 'AWS::S3::Bucket', around: USES };
const kept = ComplianceProfile.of({
  frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.days(365), captures: Retention.days(30) },
});
const rules = (...list: unknown[]) => ({ LifecycleConfiguration: { Rules: list } });
const on = (more: Record<string, unknown>) => ({ Status: 'Enabled', ...more });

ruleTable('S3BucketObjectOwnership', {
  ...BUCKET,
  compliant: [{ OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } }, {}, { AccessControl: 'Private' }],
  nonCompliant: [{ OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } }, { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] } }, { AccessControl: 'LogDeliveryWrite' }],
  unknown: [{ OwnershipControls: { Rules: [{ ObjectOwnership: PARAM }] } }, { AccessControl: PARAM }, { OwnershipControls: PARAM }],
  override: { path: 'OwnershipControls.Rules.0.ObjectOwnership', to: 'ObjectWriter' },
});
ruleTable('S3BucketVersioning', {
  ...BUCKET,
  compliant: [{ VersioningConfiguration: { Status: 'Enabled' } }],
  nonCompliant: [{}, { VersioningConfiguration: { Status: 'Suspended' } }, { VersioningConfiguration: { Status: { 'Fn::If': ['Cond', 'Enabled', 'Suspended'] } } }],
  unknown: [{ VersioningConfiguration: { Status: PARAM } }, { VersioningConfiguration: PARAM }],
  override: { path: 'VersioningConfiguration.Status', to: 'Suspended' },
});
const versioned = { VersioningConfiguration: { Status: 'Enabled' } };
ruleTable('S3BucketVersionsExpire', {
  ...BUCKET,
  compliant: [
    { ...versioned, ...rules(on({ NoncurrentVersionExpiration: { NoncurrentDays: 30 } })) }, { ...versioned, ...rules(on({ NoncurrentVersionExpirationInDays: 30 })) },
    { ...versioned, ...rules(on({ Prefix: 'x/', NoncurrentVersionExpirationInDays: 1 }), on({ Prefix: '', NoncurrentVersionExpirationInDays: 30 })) },
  ],
  nonCompliant: [
    versioned, { ...versioned, ...rules(on({ ExpirationInDays: 30 })) }, { ...versioned, ...rules({ Status: 'Disabled', NoncurrentVersionExpirationInDays: 30 }) },
    { VersioningConfiguration: { Status: 'Suspended' } },
    { ...versioned, LifecycleConfiguration: { 'Fn::If': ['Cond', { Rules: [on({ NoncurrentVersionExpirationInDays: 30 })] }, { Ref: 'AWS::NoValue' }] } },
  ],
  unknown: [
    { ...versioned, LifecycleConfiguration: PARAM }, { ...versioned, ...rules(on({ Prefix: 'x/', NoncurrentVersionExpirationInDays: 30 })) },
    { VersioningConfiguration: PARAM }, { ...versioned, ...rules(on({ NoncurrentVersionExpiration: { NoncurrentDays: PARAM } })) },
  ],
  notApplicable: [{}],
  override: { path: 'LifecycleConfiguration.Rules.0.Status', to: 'Disabled' },
});
ruleTable('S3BucketRetention', {
  ...BUCKET,
  profile: kept,
  compliant: [rules(on({ ExpirationInDays: 365 })), rules(on({ ExpirationInDays: 4000 }), on({ ExpirationInDays: 30 }))],
  nonCompliant: [{}, rules(on({ ExpirationInDays: 366 })), rules({ Status: 'Disabled', ExpirationInDays: 30 }), rules(on({ NoncurrentVersionExpirationInDays: 30 })), rules(on({ ExpirationDate: '2040-01-01' }))],
  unknown: [rules(on({ ExpirationInDays: PARAM })), { LifecycleConfiguration: PARAM }, rules(on({ Prefix: 'raw/', ExpirationInDays: 30 })), rules(on({ TagFilters: [{ Key: 'a', Value: 'b' }], ExpirationInDays: 30 }))],
  override: { path: 'LifecycleConfiguration.Rules.0.ExpirationInDays', to: 4000 },
});
ruleTable('S3BucketRetention', {
  type: 'AWS::S3Express::DirectoryBucket',
  around: USES,
  compliant: [rules(on({ ExpirationInDays: 30 })), rules(on({ ExpirationInDays: 90_000 }))],
  nonCompliant: [],
  unknown: [{}, rules(on({ ExpirationInDays: PARAM }))],
});
const replicated = (more: Record<string, unknown> = {}, destination: Record<string, unknown> = {}) => ({
  ReplicationConfiguration: { Role: 'r', Rules: [{ Status: 'Enabled', Filter: { Prefix: '' }, ...more, Destination: { Bucket: 'arn:aws:s3:::copy', ...destination } }] },
});
const encrypted = { SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } } };
ruleTable('S3BucketReplicaKey', {
  ...BUCKET,
  compliant: [replicated(encrypted, { EncryptionConfiguration: { ReplicaKmsKeyID: KEY } })],
  nonCompliant: [replicated(), replicated(encrypted), replicated({}, { EncryptionConfiguration: { ReplicaKmsKeyID: KEY } }), replicated(encrypted, { EncryptionConfiguration: { ReplicaKmsKeyID: 'alias/aws/s3' } })],
  unknown: [replicated(encrypted, { EncryptionConfiguration: { ReplicaKmsKeyID: PARAM } })],
  notApplicable: [{}, replicated({ Status: 'Disabled' })],
  override: { path: 'ReplicationConfiguration.Rules.0.Destination.EncryptionConfiguration.ReplicaKmsKeyID', to: 'alias/aws/s3' },
});
ruleTable('S3BucketReplicaErasure', {
  ...BUCKET,
  compliant: [replicated({ DeleteMarkerReplication: { Status: 'Enabled' } }), { ReplicationConfiguration: { Rules: [{ Status: 'Enabled', Prefix: '', Destination: { Bucket: 'arn:aws:s3:::copy' } }] } }],
  nonCompliant: [replicated(), replicated({ DeleteMarkerReplication: { Status: 'Disabled' } })],
  unknown: [replicated({ DeleteMarkerReplication: { Status: PARAM } })],
  notApplicable: [{}],
  override: { path: 'ReplicationConfiguration.Rules.0.DeleteMarkerReplication.Status', to: 'Disabled' },
});
const trail = (values: unknown, more: Record<string, unknown> = {}) => ({
  Type: 'AWS::CloudTrail::Trail', Properties: { IsLogging: true, S3BucketName: 'audit', EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: values }], ...more }] },
});
ruleTable('S3BucketAccessLogs', {
  ...BUCKET,
  compliant: [{ LoggingConfiguration: { DestinationBucketName: 'logs' } }, { LoggingConfiguration: { LogFilePrefix: 'x/' } }],
  nonCompliant: [{}, { LoggingConfiguration: {} }],
  unknown: [{ LoggingConfiguration: PARAM }],
  override: { path: 'LoggingConfiguration', to: '' },
  tokenAnswer: 'unknown',
});
ruleTable('S3BucketAccessLogs', { ...BUCKET, around: { ...USES, Trail: trail(['arn:aws:s3']) }, compliant: [{}], nonCompliant: [], unknown: [] });
ruleTable('S3BucketAccessLogs', { ...BUCKET, around: { ...USES, Trail: trail(PARAM) }, compliant: [{ LoggingConfiguration: { LogFilePrefix: 'x/' } }], nonCompliant: [], unknown: [{}] });
ruleTable('S3BucketEvents', {
  ...BUCKET,
  compliant: [
    { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } }, { NotificationConfiguration: { EventBridgeConfiguration: {} } },
    { NotificationConfiguration: { QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: 'q' }] } }, { NotificationConfiguration: { TopicConfigurations: [{ Event: 's3:ReducedRedundancyLostObject' }, { Event: 's3:ObjectRemoved:Delete' }] } },
    { NotificationConfiguration: { LambdaFunctionConfigurations: [{ Events: ['s3:TestEvent', 's3:LifecycleExpiration:*'] }] } },
  ],
  nonCompliant: [
    {}, { NotificationConfiguration: {} }, { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: false } } },
    { NotificationConfiguration: { TopicConfigurations: [{ Event: 's3:ReducedRedundancyLostObject', Topic: 't' }] } }, { NotificationConfiguration: { QueueConfigurations: [] } },
  ],
  unknown: [{ NotificationConfiguration: PARAM }, { NotificationConfiguration: { QueueConfigurations: [{ Event: PARAM }] } }, { NotificationConfiguration: { QueueConfigurations: PARAM } }, { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: PARAM } } }],
  override: { path: 'NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', to: false },
});
ruleTable('S3BucketEvents', {
  ...BUCKET,
  around: { ...USES, Custom: { Type: 'Custom::S3BucketNotifications', Properties: { BucketName: { Ref: 'Subject' }, NotificationConfiguration: { EventBridgeConfiguration: {} } } } },
  compliant: [{}],
  nonCompliant: [],
  unknown: [],
});
const locked = { ObjectLockEnabled: true, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } } } };
ruleTable('S3BucketObjectLock', {
  ...BUCKET,
  compliant: [{ ObjectLockEnabled: false }, {}, { ObjectLockEnabled: true }],
  nonCompliant: [],
  // whether data that nobody classified is about people is not known
  unknown: [locked, { ObjectLockConfiguration: PARAM }],
});
describe('S3BucketObjectLock', () => {
  function found(classification: Classification, profile = kept): string[] {
    const app = new App();
    const stack = stackIn(app);
    new CfnResource(new Construct(stack, 'Raw'), 'Resource', { type: 'AWS::S3::Bucket', properties: locked });
    DataFlow.of(app).add({ id: 'Test/Raw', kind: 'store', name: 'Raw', detail: 'raw', classification });
    return judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed('S3BucketObjectLock')], profile, pack: 'R' }).map(({ finding }) => finding.answer);
  }
  test('personal data that people may have erased is not locked', () => {
    expect(found(Classification.PSEUDONYMISED)).toEqual(['non-compliant']);
    expect(found(Classification.INTERNAL)).toEqual([]);
  });
  test('without a right to erasure there is nothing against a lock', () => {
    expect(found(Classification.PHI, ComplianceProfile.of({ frameworks: [Framework.HIPAA], residency: Residency.within(Jurisdiction.EU) }))).toEqual([]);
  });
});
describe('S3BucketRetention of a declared store', () => {
  function found(zone: string, days: number, classification = Classification.PHI): string[] {
    const app = new App();
    const stack = stackIn(app);
    new CfnResource(new Construct(stack, 'Store'), 'Resource', { type: 'AWS::S3::Bucket', properties: rules(on({ ExpirationInDays: days })) });
    DataFlow.of(app).add({ id: 'Test/Store', kind: 'store', name: 'Store', detail: zone, classification });
    return judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed('S3BucketRetention')], profile: kept, pack: 'R' }).map(({ finding }) => finding.answer);
  }
  test('captures end by the retention of captures, all else by that of data', () => {
    expect(found('captures', 31)).toEqual(['non-compliant']);
    expect(found('captures', 30)).toEqual(['compliant']);
    expect(found('raw', 365)).toEqual(['compliant']);
  });
  test('what is about nobody may be kept', () => {
    expect(found('curated', 4000, Classification.INTERNAL)).toEqual([]);
  });
});
const policy = (statement: unknown) => ({ Bucket: 'data', PolicyDocument: { Statement: [statement] } });
const to = (principal: unknown, action: unknown) => policy({ Effect: 'Allow', Principal: { AWS: principal }, Action: action, Resource: '*' });
const OTHER = 'arn:aws:iam::210987654321:root';
ruleTable('S3BucketPolicyAccounts', {
  type: 'AWS::S3::BucketPolicy',
  around: {
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } },
    Job: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: 's3://data/m.tgz' } } },
    Role: { Type: 'AWS::IAM::Role', Properties: {} },
  },
  compliant: [
    to(OTHER, 's3:GetObject'), to('arn:aws:iam::123456789012:root', 's3:*'), to({ 'Fn::GetAtt': ['Role', 'Arn'] }, 's3:PutBucketPolicy'), { Bucket: 'data', PolicyDocument: {} },
    policy({ Effect: 'Deny', Principal: { AWS: OTHER }, Action: 's3:*', Resource: '*' }), { Bucket: 'data', PolicyDocument: JSON.stringify(to(OTHER, 's3:GetObject').PolicyDocument) },
    to({ Ref: 'AWS::AccountId' }, 's3:Put*'), to({ 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/${Param}' }, 's3:Put*'), to('arn:aws:iam::123456789012:root', PARAM), policy({ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 's3:*', Resource: '*' }),
    // a policy that leaves the rest to access points of its account
    policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: '*', Resource: '*', Condition: { StringEquals: { 's3:DataAccessPointAccount': '123456789012' } } }),
    policy({ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*', Condition: { ArnLike: { 'aws:PrincipalArn': { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/admin-*' } } } }),
  ],
  nonCompliant: [
    { Bucket: 'data', PolicyDocument: JSON.stringify(to(OTHER, 's3:Put*').PolicyDocument) }, policy({ 'Fn::If': ['Cond', { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }, to(OTHER, 's3:*').PolicyDocument.Statement[0]] }),
    policy({ Effect: 'Allow', Principal: { AWS: OTHER }, NotAction: 's3:DeleteObject', Resource: '*' }), policy({ Effect: 'Allow', NotPrincipal: { AWS: OTHER }, Action: 's3:*', Resource: '*' }), to('*', 's3:PutBucketPolicy'),
    to(OTHER, 's3:Put*'), to('210987654321', 's3:PutBucketPolicy'), to([OTHER], ['s3:GetObject', '*']), to({ 'Fn::Sub': 'arn:${AWS::Partition}:iam::210987654321:role/x' }, 's3:PutObjectAcl'),
  ],
  unknown: [
    policy(PARAM), to(PARAM, 's3:Put*'), to({ 'Fn::Sub': 'arn:aws:iam::${Param}:root' }, 's3:Put*'), to(OTHER, PARAM), policy({ Effect: 'Allow', Principal: PARAM, Action: 's3:*', Resource: '*' }), { Bucket: 'data', PolicyDocument: 'no JSON' },
    policy({ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }), policy({ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*', Condition: PARAM }), policy({ Effect: 'Allow', Principal: { CanonicalUser: 'a1b2' }, Action: 's3:*', Resource: '*' }),
  ],
  override: { path: 'PolicyDocument.Statement', to: [{ Effect: 'Allow', Principal: { AWS: OTHER }, Action: 's3:*', Resource: '*' }] },
  tokenAnswer: 'unknown',
});
ruleTable('S3AccessPointPublicAccessBlock', {
  type: 'AWS::S3::AccessPoint',
  around: { Bucket: { Type: 'AWS::S3::Bucket', Properties: {} }, Job: { Type: 'AWS::SageMaker::Model', Properties: { ModelDataUrl: { 'Fn::Sub': 's3://${Bucket}/x' } } } },
  compliant: [{ Bucket: { Ref: 'Bucket' }, PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true } }, { Bucket: { Ref: 'Bucket' } }],
  nonCompliant: [{ Bucket: { Ref: 'Bucket' }, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }],
  unknown: [{ Bucket: { Ref: 'Bucket' }, PublicAccessBlockConfiguration: PARAM }],
  notApplicable: [{ Bucket: 'another', PublicAccessBlockConfiguration: {} }],
  override: { path: 'PublicAccessBlockConfiguration.BlockPublicPolicy', to: false },
});
ruleTable('S3AccessPointVpc', {
  type: 'AWS::S3::AccessPoint',
  around: { Bucket: { Type: 'AWS::S3::Bucket', Properties: {} }, Job: { Type: 'AWS::SageMaker::Model', Properties: { ModelDataUrl: { 'Fn::Sub': 's3://${Bucket}/x' } } } },
  compliant: [{ Bucket: { Ref: 'Bucket' }, VpcConfiguration: { VpcId: 'vpc-1' } }],
  nonCompliant: [{ Bucket: { Ref: 'Bucket' } }, { Bucket: { Ref: 'Bucket' }, VpcConfiguration: {} }],
  unknown: [{ Bucket: { Ref: 'Bucket' }, VpcConfiguration: PARAM }],
  notApplicable: [{ Bucket: 'another' }],
  override: { path: 'VpcConfiguration', to: '' },
});
ruleTable('S3TableBucketKey', {
  type: 'AWS::S3Tables::TableBucket',
  compliant: [{ EncryptionConfiguration: { SSEAlgorithm: 'aws:kms', KMSKeyArn: KEY } }],
  nonCompliant: [{}, { EncryptionConfiguration: { SSEAlgorithm: 'AES256' } }, { EncryptionConfiguration: { SSEAlgorithm: 'aws:kms' } }],
  unknown: [{ EncryptionConfiguration: { SSEAlgorithm: 'aws:kms', KMSKeyArn: PARAM } }],
  override: { path: 'EncryptionConfiguration.SSEAlgorithm', to: 'AES256' },
});
ruleTable('S3TableBucketKey', {
  type: 'AWS::S3Vectors::VectorBucket',
  compliant: [{ EncryptionConfiguration: { SseType: 'aws:kms', KmsKeyArn: KEY } }],
  nonCompliant: [{}, { EncryptionConfiguration: { SseType: 'AES256' } }],
  unknown: [{ EncryptionConfiguration: PARAM }],
  override: { path: 'EncryptionConfiguration.KmsKeyArn', to: '' },
});
