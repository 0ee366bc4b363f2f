import { App, Duration, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DataStore, Replication, StoreProps, Workspace, Zone } from '../../../lib/aws';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Purpose, Residency, Retention } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { ServiceRole } from '../../../lib/aws/private/service-role';
import { unwaived, waived } from '../../support/packs';
import { deployed, simulate } from '../../support/simulate';
import { env, profile, workspaceStack } from '../../support/workspace';

const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/data';
/** As each key of ours has it: policies of identities decide. */
const DELEGATED = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] };

function withStore(props: Partial<StoreProps> = {}, of = profile) {
  const ground = workspaceStack({ profile: of });
  const store = ground.workspace.addStore('Raw', { classification: Classification.PHI, ...props });
  return { ...ground, store };
}

function rawBucket(stack: Stack) {
  return Object.entries(Template.fromStack(stack).findResources('AWS::S3::Bucket')).find(([id]) => id.startsWith('WorkspaceRaw'))![1];
}

describe('a store', () => {
  const { stack, store } = withStore({ purpose: Purpose.of('readmission-risk') });
  const bucket = rawBucket(stack);

  test('is private, versioned, and encrypted with the key of its zone', () => {
    expect(bucket.Properties).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': [expect.stringContaining('DataKey'), 'Arn'] } } }] },
    });
  });

  test('writes access logs without an ACL, and tells EventBridge', () => {
    expect(bucket.Properties.LoggingConfiguration)
      .toEqual({ DestinationBucketName: { Ref: expect.stringContaining('AccessLogs') }, LogFilePrefix: 'Stack/Workspace/Raw/' });
    expect(bucket.Properties.AccessControl).toBeUndefined();
    expect(bucket.Properties.NotificationConfiguration).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
    Template.fromStack(stack).resourceCountIs('Custom::S3BucketNotifications', 0);
  });

  test('survives its stack, and a replacement, with what protects it', () => {
    expect(bucket).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    Template.fromStack(stack).allResources('AWS::S3::BucketPolicy', { DeletionPolicy: 'Retain' });
  });

  test('carries classification, purpose and zone as tags and as properties', () => {
    expect(bucket.Properties.Tags).toEqual(expect.arrayContaining([
      { Key: 'regulated-ml:classification', Value: 'phi' },
      { Key: 'regulated-ml:purpose', Value: 'readmission-risk' },
      { Key: 'regulated-ml:zone', Value: 'raw' },
    ]));
    expect([store.classification, store.purpose?.name, store.zone, store.region]).toEqual([Classification.PHI, 'readmission-risk', Zone.RAW, 'eu-central-1']);
  });

  test('is a node of the data flow', () => {
    expect(DataFlow.of(stack).node('Stack/Workspace/Raw')).toMatchObject({ kind: 'store', name: 'Raw', detail: 'raw', classification: Classification.PHI, region: 'eu-central-1' });
  });

  test('without a retention in the profile keeps data until deleted, versions for 30 days, parts of uploads for 7', () => {
    expect(bucket.Properties.LifecycleConfiguration.Rules).toEqual([{
      Id: 'retention', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      NoncurrentVersionExpiration: { NoncurrentDays: 30 }, ExpiredObjectDeleteMarker: true,
    }]);
  });
});

test('a store deletes data when its retention ends', () => {
  const { stack } = withStore({ retention: Retention.days(365), versionRetention: Retention.days(1) });
  expect(rawBucket(stack).Properties.LifecycleConfiguration.Rules[0])
    .toMatchObject({ ExpirationInDays: 365, NoncurrentVersionExpiration: { NoncurrentDays: 1 } });
});

test('a store of models is encrypted with the key of models', () => {
  const { stack } = withStore({ zone: Zone.MODELS });
  expect(JSON.stringify(rawBucket(stack).Properties.BucketEncryption)).toContain('ModelsKey');
});

test('a store of captures takes the retention that the profile has for them', () => {
  const withCaptures = ComplianceProfile.of({
    frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { captures: Retention.days(90) },
  });
  const { stack } = withStore({ zone: Zone.CAPTURES }, withCaptures);
  expect(rawBucket(stack).Properties.LifecycleConfiguration.Rules[0]).toMatchObject({ ExpirationInDays: 90 });
});

describe('an input', () => {
  const { store } = withStore();

  test.each([
    [undefined, 's3://', '/', 'raw'],
    ['admissions/', 's3://', '/admissions/', 'admissions'],
    ['a/b c/', 's3://', '/a/b c/', 'b-c'],
  ])('of prefix %s is named after its last folder', (prefix, start, end, name) => {
    const input = store.input(prefix);
    expect(input.uri.startsWith(start) && input.uri.endsWith(end)).toBe(true);
    expect([input.name, input.sourceId]).toEqual([name, 'Stack/Workspace/Raw']);
  });

  test.each(['/admissions/', 's3://bucket/admissions/'])('fails for %s, which is no prefix', (prefix) => {
    expect(() => store.input(prefix)).toThrow(`'${prefix}' is no prefix of store 'Stack/Workspace/Raw': give the beginning of keys, without bucket and leading '/', such as 'admissions/'`);
  });
});

describe('a grant', () => {
  const { stack, store } = withStore();
  const role = new ServiceRole(stack, 'Role', { service: 'sagemaker.amazonaws.com', description: 'Trains' });
  store.grantRead(role, 'admissions/');
  const found = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy')).find(([id]) => id.startsWith('Role'));
  const identityPolicy = deployed(found![1].Properties.PolicyDocument, { 'WorkspaceRaw*': 'arn:aws:s3:::raw', 'WorkspaceDataKey*': KEY });
  const ask = (action: string, resource: string, context = {}) => simulate({ principal: 'arn:aws:iam::123456789012:role/Train', action, resource, context, identityPolicy, resourcePolicy: resource === KEY ? DELEGATED : undefined });

  test('covers the prefix and nothing beside it', async () => {
    expect(await ask('s3:GetObject', 'arn:aws:s3:::raw/admissions/1.csv')).toBe('Allowed');
    expect(await ask('s3:GetObject', 'arn:aws:s3:::raw/billing/1.csv')).toBe('ImplicitlyDenied');
    expect(await ask('s3:ListBucket', 'arn:aws:s3:::raw', { 's3:prefix': 'admissions/' })).toBe('Allowed');
    expect(await ask('s3:ListBucket', 'arn:aws:s3:::raw', { 's3:prefix': 'billing/' })).toBe('ImplicitlyDenied');
  });

  test('to read does not write', async () => {
    expect(await ask('s3:PutObject', 'arn:aws:s3:::raw/admissions/1.csv')).toBe('ImplicitlyDenied');
    expect(await ask('kms:GenerateDataKey', KEY, { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' })).toBe('ImplicitlyDenied');
  });

  test('decrypts through S3 only', async () => {
    expect(await ask('kms:Decrypt', KEY, { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' })).toBe('Allowed');
    expect(await ask('kms:Decrypt', KEY)).toBe('ImplicitlyDenied');
  });

  test('has no wildcard in an action', () => {
    const actions = (identityPolicy as { Statement: { Action: string | string[] }[] }).Statement.flatMap((statement) => statement.Action);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });
});

describe('replication', () => {
  test('in the same region makes a second bucket, and satisfies the packs without a waiver on the first', () => {
    const { app, stack } = withStore({ replication: Replication.sameRegion() });
    const bucket = rawBucket(stack);
    expect(bucket.Properties.ReplicationConfiguration.Rules).toEqual([expect.objectContaining({
      Status: 'Enabled', DeleteMarkerReplication: { Status: 'Enabled' }, SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: {
        Bucket: { 'Fn::GetAtt': [expect.stringContaining('WorkspaceRawReplica'), 'Arn'] },
        EncryptionConfiguration: { ReplicaKmsKeyID: { 'Fn::GetAtt': [expect.stringContaining('DataKey'), 'Arn'] } },
      },
    })]);
    // S3 replicates from its own network, past the endpoint
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: { Statement: [Match.objectLike({ Principal: { Service: 's3.amazonaws.com' } })] },
      Path: '/regulated-ml/service-side/',
    });
    expect(unwaived(app)).toEqual([]);
    expect(waived(app).filter((line) => line.includes('Replication') && line.includes('Stack/Workspace/Raw/Resource:'))).toEqual([]);
  });

  test('to another region inside the residency goes to the store there, with its key', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env });
    const workspace = new Workspace(stack, 'Workspace', { profile });
    const there = DataStore.fromAttributes(stack, 'There', {
      bucketName: 'copy', region: 'eu-west-1', classification: Classification.PHI,
      key: kms.Key.fromKeyArn(stack, 'ThereKey', 'arn:aws:kms:eu-west-1:123456789012:key/there'),
    });
    workspace.addStore('Raw', { classification: Classification.PHI, replication: Replication.to(there) });
    const role = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy')).find(([id]) => id.includes('ReplicationRole'))!;
    expect(JSON.stringify(role[1])).toContain('s3.eu-west-1.amazonaws.com');
    expect(rawBucket(stack).Properties.ReplicationConfiguration.Rules[0].Destination.EncryptionConfiguration).toEqual({ ReplicaKmsKeyID: 'arn:aws:kms:eu-west-1:123456789012:key/there' });
    expect(unwaived(app)).toEqual([]);
  });

  test('fails when the copy would leave the residency', () => {
    const { stack, workspace } = workspaceStack();
    const there = DataStore.fromAttributes(stack, 'There', { bucketName: 'copy', region: 'us-east-1', classification: Classification.PHI });
    expect(() => workspace.addStore('Raw', { classification: Classification.PHI, replication: Replication.to(there) }))
      .toThrow(/^the replica 'Stack\/There' of store 'Stack\/Workspace\/Raw' is in region 'us-east-1', outside the residency \(EU\)/);
  });

  test('fails when the key of the copy is not known', () => {
    const { stack, workspace } = workspaceStack();
    const there = DataStore.fromAttributes(stack, 'There', { bucketName: 'copy', region: 'eu-west-1', classification: Classification.PHI });
    expect(() => workspace.addStore('Raw', { classification: Classification.PHI, replication: Replication.to(there) }))
      .toThrow('the key of the replica \'Stack/There\' of store \'Stack/Workspace/Raw\' is not known: give key to DataStore.fromAttributes');
  });
});

describe('an object lock', () => {
  const objectLock = s3.ObjectLockRetention.governance(Duration.days(30));

  test('warns where people may demand erasure of what the store holds', () => {
    const { stack } = withStore({ objectLock });
    Annotations.fromStack(stack).hasWarning('/Stack/Workspace/Raw', Match.stringLikeRegexp('objects of this store are locked and hold phi data'));
    expect(rawBucket(stack).Properties).toMatchObject({ ObjectLockEnabled: true, ObjectLockConfiguration: { Rule: { DefaultRetention: { Days: 30, Mode: 'GOVERNANCE' } } } });
  });

  test('does not warn for data about nobody', () => {
    const { stack } = withStore({ objectLock, classification: Classification.INTERNAL });
    Annotations.fromStack(stack).hasNoWarning('/Stack/Workspace/Raw', Match.anyValue());
  });

  test('warns where it holds data longer than the store keeps it, older versions included', () => {
    const made = (days: number) => withStore({
      objectLock: s3.ObjectLockRetention.governance(Duration.days(days)), classification: Classification.INTERNAL, retention: Retention.days(100), versionRetention: Retention.days(10),
    }).stack;
    Annotations.fromStack(made(111)).hasWarning('/Stack/Workspace/Raw', Match.stringLikeRegexp('locked for 111 days, and are to be deleted after 100 days and be gone for good 10 days later'));
    Annotations.fromStack(made(110)).hasNoWarning('/Stack/Workspace/Raw', Match.anyValue());
  });

  test('is not there unless asked for', () => {
    expect(rawBucket(withStore().stack).Properties.ObjectLockEnabled).toBeUndefined();
  });
});

describe('a store that exists', () => {
  test('is granted without a key when none is known, and says so', () => {
    const stack = new Stack(new App(), 'Stack', { env });
    const store = DataStore.fromAttributes(stack, 'Theirs', { bucketName: 'theirs', classification: Classification.PERSONAL, purpose: Purpose.of('research') });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    store.grantRead(role);
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('kms:');
    Annotations.fromStack(stack).hasInfo('/Stack/Theirs', Match.stringLikeRegexp('give key if it has one of its own'));
    expect([store.region, store.zone, store.uri('a/')]).toEqual(['eu-central-1', Zone.RAW, 's3://theirs/a/']);
  });

  test('is granted with its key when that is known', () => {
    const stack = new Stack(new App(), 'Stack', { env });
    const key = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:123456789012:key/theirs');
    const store = DataStore.fromAttributes(stack, 'Theirs', { bucketName: 'theirs', classification: Classification.PERSONAL, key });
    store.grantWrite(new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }), 'out/');
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'], Resource: key.keyArn })]) },
    });
  });

  test('fails in a region-agnostic stack that says no region', () => {
    const stack = new Stack(new App(), 'Stack');
    expect(() => DataStore.fromAttributes(stack, 'Theirs', { bucketName: 'theirs', classification: Classification.PHI })).toThrow('store \'Stack/Theirs\' has no known region: give region, or pin the stack\'s');
  });

  test('fails in a region that is none', () => {
    const stack = new Stack(new App(), 'Stack', { env });
    expect(() => DataStore.fromAttributes(stack, 'Theirs', { bucketName: 'theirs', region: 'eu-center-1', classification: Classification.PHI })).toThrow(/unknown region 'eu-center-1'/);
  });
});

test('fails without a classification, as JavaScript can leave it out', () => {
  const { workspace } = workspaceStack();
  expect(() => workspace.addStore('Raw', {} as StoreProps)).toThrow(
    'store \'Stack/Workspace/Raw\' has no classification: give one of Classification.PUBLIC, Classification.INTERNAL, Classification.PSEUDONYMISED, '
    + 'Classification.PERSONAL, Classification.SPECIAL_CATEGORY, Classification.PHI');
});

test('fails when captures have no retention', () => {
  const { workspace } = workspaceStack();
  expect(() => workspace.addStore('Captures', { classification: Classification.PHI, zone: Zone.CAPTURES })).toThrow(
    'store \'Stack/Workspace/Captures\' keeps captures and has no retention: give retention, or retention.captures of the profile');
});

test('fails with a key of another region', () => {
  const { stack, workspace } = workspaceStack();
  const key = kms.Key.fromKeyArn(stack, 'Far', 'arn:aws:kms:us-east-1:123456789012:key/far');
  expect(() => workspace.addStore('Raw', { classification: Classification.PHI, key })).toThrow(
    'key \'Stack/Far\' is in region \'us-east-1\', store \'Stack/Workspace/Raw\' in \'eu-central-1\': give one of the same region');
});

test('a store may stand in a nested stack, or in a stack of its own within a stage', () => {
  const app = new App();
  const stage = new Stage(app, 'Prod', { env });
  const ground = new Stack(stage, 'Ground');
  const workspace = new Workspace(ground, 'Workspace', { profile });
  const nested = new NestedStack(ground, 'Nested');
  new DataStore(nested, 'Inner', { workspace, classification: Classification.PHI });
  const other = new Stack(stage, 'Other');
  new DataStore(other, 'Outer', { workspace, classification: Classification.PHI });
  expect(unwaived(app)).toEqual([]);
  Template.fromStack(nested).resourceCountIs('AWS::S3::Bucket', 1);
  Template.fromStack(other).resourceCountIs('AWS::S3::Bucket', 1);
});
