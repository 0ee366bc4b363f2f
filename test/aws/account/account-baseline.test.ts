import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Residency } from '../../../lib/policy';
import { AccountBaseline, AccountBaselineProps, AutomatedDiscovery, FindingFrequency } from '../../../lib/aws/account';
import { DataStore } from '../../../lib/aws/storage';
import { unwaived, waived } from '../../support/packs';
import { ADMINISTRATOR, deployed, simulate } from '../../support/simulate';
import { env, profile, workspaceStack } from '../../support/workspace';

interface Made {
  readonly app: App;
  readonly stack: Stack;
  readonly baseline: AccountBaseline;
  readonly template: () => Template;
}

function baselineStack(props: Partial<AccountBaselineProps> = {}, region = env.region): Made {
  const app = new App();
  const stack = new Stack(app, 'Account', { env: { ...env, region } });
  const baseline = new AccountBaseline(stack, 'Baseline', { profile, ...props });
  return { app, stack, baseline, template: () => Template.fromStack(stack) };
}

const KEPT = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };

describe('the trail', () => {
  const { template } = baselineStack();

  test('is validated, encrypted, delivered to a bucket and to CloudWatch Logs, and sees all regions', () => {
    template().hasResource('AWS::CloudTrail::Trail', {
      ...KEPT,
      Properties: {
        IsLogging: true,
        IsMultiRegionTrail: true,
        IncludeGlobalServiceEvents: true,
        EnableLogFileValidation: true,
        KMSKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BaselineKey'), 'Arn'] },
        S3BucketName: { Ref: Match.stringLikeRegexp('^BaselineTrailBucket') },
        CloudWatchLogsLogGroupArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BaselineTrailLogs'), 'Arn'] },
        CloudWatchLogsRoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BaselineTrailRole'), 'Arn'] },
        TrailName: Match.absent(),
      },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^BaselineTrailBucketPolicy'), Match.stringLikeRegexp('^BaselineTrailRole.*Policy')]),
    });
  });

  test('keeps its records as long as the profile says', () => {
    template().hasResource('AWS::S3::Bucket', {
      ...KEPT,
      Properties: {
        LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 2192, Status: 'Enabled' })] },
        LoggingConfiguration: { LogFilePrefix: 'Account/Baseline/Trail/' },
        VersioningConfiguration: { Status: 'Enabled' },
        ObjectLockEnabled: Match.absent(),
      },
    });
  });

  test('records management, feature groups and streaming endpoints, and no object of a bucket that is not ours', () => {
    template().hasResourceProperties('AWS::CloudTrail::Trail', {
      AdvancedEventSelectors: [
        { Name: 'Management', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
        { Name: 'SageMaker FeatureGroup', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }, { Field: 'resources.type', Equals: ['AWS::SageMaker::FeatureGroup'] }] },
        { Name: 'SageMaker Endpoint', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }, { Field: 'resources.type', Equals: ['AWS::SageMaker::Endpoint'] }] },
      ],
    });
  });

  test('names the objects of our stores, each bucket once, later ones too', () => {
    const { stack, workspace } = workspaceStack();
    const raw = workspace.addStore('Raw', { classification: Classification.PHI });
    const baseline = new AccountBaseline(stack, 'Baseline', { profile, stores: [raw] });
    baseline.addStore(raw);
    baseline.addStore(workspace.outputs);
    Template.fromStack(stack).hasResourceProperties('AWS::CloudTrail::Trail', {
      AdvancedEventSelectors: Match.arrayWith([{
        Name: 'Stores',
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
          { Field: 'resources.ARN', StartsWith: [
            { 'Fn::Join': ['', [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^WorkspaceRaw'), 'Arn'] }, '/']] },
            { 'Fn::Join': ['', [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^WorkspaceOutputs'), 'Arn'] }, '/']] },
          ] },
        ],
      }]),
    });
  });

  test('takes a store of another stack, and one that exists', () => {
    const { app, workspace } = workspaceStack();
    const stack = new Stack(app, 'Account', { env });
    const imported = DataStore.fromAttributes(stack, 'Old', { bucketName: 'old-data', classification: Classification.PERSONAL });
    new AccountBaseline(stack, 'Baseline', { profile, stores: [workspace.models, imported] });
    const selectors = JSON.stringify(Template.fromStack(stack).findResources('AWS::CloudTrail::Trail'));
    expect(selectors).toMatch(/Fn::ImportValue.*old-data\/|:s3:::old-data\//);
  });

  test('records one region where told so, and has no streaming endpoints where CloudTrail has no such events', () => {
    const china = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.CHINA) });
    const { template: inChina } = baselineStack({ profile: china, allRegions: false, macie: false }, 'cn-north-1');
    inChina().hasResourceProperties('AWS::CloudTrail::Trail', { IsMultiRegionTrail: false, AdvancedEventSelectors: [Match.objectLike({ Name: 'Management' }), Match.objectLike({ Name: 'SageMaker FeatureGroup' })] });
    expect(JSON.stringify(inChina().toJSON())).not.toContain('arn:aws:');
  });

  test.each([
    [s3.ObjectLockMode.COMPLIANCE, 'COMPLIANCE'],
    [s3.ObjectLockMode.GOVERNANCE, 'GOVERNANCE'],
  ])('is write-once in %s mode where asked for, with a warning where people may demand erasure', (objectLock, Mode) => {
    const { stack, template: locked } = baselineStack({ objectLock });
    locked().hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true, ObjectLockConfiguration: { Rule: { DefaultRetention: { Days: 2192, Mode } } },
    });
    Annotations.fromStack(stack).hasWarning('/Account/Baseline', Match.stringLikeRegexp('cannot be erased for 2192 days'));
  });

  test('gives no warning where no framework knows erasure', () => {
    const hipaa = ComplianceProfile.of({ frameworks: [Framework.HIPAA], residency: profile.residency });
    const { stack } = baselineStack({ profile: hipaa, objectLock: s3.ObjectLockMode.COMPLIANCE });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('that exists is left alone', () => {
    const { stack, baseline, template: without } = baselineStack({ trailArn: 'arn:aws:cloudtrail:eu-central-1:999999999999:trail/org' });
    baseline.addStore(DataStore.fromAttributes(stack, 'Old', { bucketName: 'old-data', classification: Classification.PERSONAL }));
    without().resourceCountIs('AWS::CloudTrail::Trail', 0);
    expect(baseline.trailArn).toContain(':trail/org');
    expect(baseline.trailBucket).toBeUndefined();
    Annotations.fromStack(stack).hasInfo('/Account/Baseline', Match.stringLikeRegexp('make sure it records the data events of store \'Account/Old\''));
  });
});

describe('Macie', () => {
  test('is a custom resource that outlives its stack, not a session that CloudFormation may delete', () => {
    const { template } = baselineStack();
    template().resourceCountIs('AWS::Macie::Session', 0);
    template().hasResource('Custom::MacieSettings', {
      ...KEPT,
      Properties: {
        Region: 'eu-central-1', Frequency: 'FIFTEEN_MINUTES', AutomatedDiscovery: 'ENABLED', ResultsPrefix: 'macie/', ServiceTimeout: '600',
        ResultsBucket: { Ref: Match.stringLikeRegexp('^BaselineDiscoveryResults') }, ResultsKeyArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BaselineKey'), 'Arn'] },
      },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^BaselineDiscoveryResultsPolicy'), Match.stringLikeRegexp('^BaselineMacieFunctionRole.*Policy')]),
    });
  });

  test('writes into a bucket without Object Lock, since it cannot write where there is a default retention', () => {
    const { stack } = baselineStack({ objectLock: s3.ObjectLockMode.COMPLIANCE });
    const locked = Template.fromStack(stack).findResources('AWS::S3::Bucket', { Properties: { ObjectLockEnabled: true } });
    expect(Object.keys(locked)).toEqual([expect.stringMatching(/^BaselineTrailBucket/)]);
  });

  test('follows the props', () => {
    const { template } = baselineStack({ findingFrequency: FindingFrequency.SIX_HOURS, automatedDiscovery: AutomatedDiscovery.UNMANAGED, discoveryResultsPrefix: 'a/b/' });
    template().hasResourceProperties('Custom::MacieSettings', { Frequency: 'SIX_HOURS', AutomatedDiscovery: Match.absent(), ResultsPrefix: 'a/b/' });
  });

  test('writes into a bucket that exists', () => {
    const { stack, baseline } = (() => {
      const app = new App();
      const own = new Stack(app, 'Account', { env });
      return { stack: own, baseline: new AccountBaseline(own, 'Baseline', {
        profile,
        discoveryResults: s3.Bucket.fromBucketName(own, 'Results', 'central-results'),
        discoveryResultsKey: kms.Key.fromKeyArn(own, 'ResultsKey', 'arn:aws:kms:eu-central-1:999999999999:key/1'),
      }) };
    })();
    Template.fromStack(stack).hasResourceProperties('Custom::MacieSettings', { ResultsBucket: 'central-results', ResultsKeyArn: 'arn:aws:kms:eu-central-1:999999999999:key/1' });
    expect(baseline.discoveryResults?.bucketName).toBe('central-results');
  });

  test('may be left to others', () => {
    const { baseline, template } = baselineStack({ macie: false, jobLogs: false });
    template().resourceCountIs('AWS::Lambda::Function', 0);
    expect([baseline.discoveryResults, baseline.discoveryResultsKey, baseline.discoveryResultsPrefix]).toEqual([undefined, undefined, undefined]);
  });

  test('has a principal of its own in a region that is opted in to', () => {
    const milan = baselineStack({}, 'eu-south-1').template();
    const policies = JSON.stringify([milan.findResources('AWS::S3::BucketPolicy'), milan.findResources('AWS::KMS::Key')]);
    expect(policies).toContain('"macie.eu-south-1.amazonaws.com"');
    expect(policies).not.toContain('"macie.amazonaws.com"');
  });
});

describe('deleting the stack', () => {
  test('takes nothing that the trail, Macie or the records need', () => {
    const resources = baselineStack().template().toJSON().Resources as Record<string, { Type: string; DeletionPolicy?: string }>;
    const goes = Object.entries(resources).filter(([, resource]) => resource.DeletionPolicy !== 'Retain').map(([id, { Type }]) => `${Type} ${id.replace(/[0-9A-F]{8}$/, '')}`);
    expect(goes.sort()).toEqual([
      'AWS::IAM::ManagedPolicy BaselineJobLogsFunctionRolePolicy',
      'AWS::IAM::ManagedPolicy BaselineMacieFunctionRolePolicy',
      'AWS::IAM::Role BaselineJobLogsFunctionRole',
      'AWS::IAM::Role BaselineMacieFunctionRole',
      'AWS::Lambda::Function BaselineJobLogsFunction',
      'AWS::Lambda::Function BaselineMacieFunction',
      'AWS::SQS::Queue BaselineJobLogsFunctionDeadLetters',
      'AWS::SQS::Queue BaselineMacieFunctionDeadLetters',
      'AWS::SQS::QueuePolicy BaselineJobLogsFunctionDeadLettersPolicy',
      'AWS::SQS::QueuePolicy BaselineMacieFunctionDeadLettersPolicy',
    ]);
  });

  test('keeps the logical ids of what holds records from one release to the next', () => {
    const resources = baselineStack().template().toJSON().Resources as Record<string, { Type: string }>;
    const stateful = Object.entries(resources).filter(([, { Type }]) => /Bucket$|::Key$|Trail$|LogGroup$|Custom::/.test(Type)).map(([id]) => id).sort();
    expect(stateful).toMatchInlineSnapshot(`
[
  "BaselineAccessLogs52B47F22",
  "BaselineDiscoveryResultsAB19161D",
  "BaselineJobLogs7CEAE7B3",
  "BaselineJobLogsFunctionLogsADFA2B9B",
  "BaselineKeyF70061C3",
  "BaselineMacie6D2F3972",
  "BaselineMacieFunctionLogs2B3D5C9F",
  "BaselineTrail4AFB0F3E",
  "BaselineTrailBucketF03F425A",
  "BaselineTrailLogs37554AB5",
]
`);
  });
});

describe('who may write where', () => {
  const template = baselineStack().template();
  const values = { 'BaselineTrailBucket*': 'arn:aws:s3:::trail', 'BaselineDiscoveryResults*': 'arn:aws:s3:::results', 'BaselineKey*': 'arn:aws:kms:eu-central-1:123456789012:key/1' };
  const policyOf = (prefix: string) => deployed(Object.entries(template.findResources('AWS::S3::BucketPolicy')).find(([id]) => id.startsWith(prefix))![1].Properties.PolicyDocument as object, values);
  const trail = policyOf('BaselineTrailBucket');
  const results = policyOf('BaselineDiscoveryResults');
  const tls = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.2' };
  const ours = { ...tls, 'aws:SourceAccount': '123456789012' };
  const trailArn = 'arn:aws:cloudtrail:eu-central-1:123456789012:trail/Account';
  const exportArn = 'arn:aws:macie2:eu-central-1:123456789012:export-configuration:1';
  const acl = { 's3:x-amz-acl': 'bucket-owner-full-control' };

  test.each([
    ['CloudTrail writes for our trail', 'Allowed', 'cloudtrail.amazonaws.com', 's3:PutObject', 'arn:aws:s3:::trail/AWSLogs/123456789012/x', { ...ours, ...acl, 'aws:SourceArn': trailArn }, trail],
    ['CloudTrail writes digests with the keys of S3', 'Allowed', 'cloudtrail.amazonaws.com', 's3:PutObject', 'arn:aws:s3:::trail/AWSLogs/123456789012/CloudTrail-Digest/x',
      { ...ours, ...acl, 'aws:SourceArn': trailArn, 's3:x-amz-server-side-encryption': 'AES256' }, trail],
    ['CloudTrail writes for the trail of another account', 'ImplicitlyDenied', 'cloudtrail.amazonaws.com', 's3:PutObject', 'arn:aws:s3:::trail/AWSLogs/123456789012/x',
      { ...tls, ...acl, 'aws:SourceAccount': '999999999999', 'aws:SourceArn': trailArn.replace('123456789012', '999999999999') }, trail],
    ['CloudTrail writes elsewhere in the bucket', 'ImplicitlyDenied', 'cloudtrail.amazonaws.com', 's3:PutObject', 'arn:aws:s3:::trail/other', { ...ours, ...acl, 'aws:SourceArn': trailArn }, trail],
    ['Macie writes for our account', 'Allowed', 'macie.amazonaws.com', 's3:PutObject', 'arn:aws:s3:::results/macie/x', { ...ours, 'aws:SourceArn': exportArn }, results],
    ['Macie looks at the bucket', 'Allowed', 'macie.amazonaws.com', 's3:GetBucketLocation', 'arn:aws:s3:::results', { ...ours, 'aws:SourceArn': exportArn }, results],
    ['Macie writes for another account', 'ImplicitlyDenied', 'macie.amazonaws.com', 's3:PutObject', 'arn:aws:s3:::results/macie/x',
      { ...tls, 'aws:SourceAccount': '999999999999', 'aws:SourceArn': exportArn.replace('123456789012', '999999999999') }, results],
  ] as const)('%s: %s', async (_, expected, principal, action, resource, context, resourcePolicy) => {
    expect(await simulate({ principal, action, resource, context, resourcePolicy })).toBe(expected);
  });

  test('nobody reads the trail without TLS', async () => {
    expect(await simulate({
      principal: 'arn:aws:iam::123456789012:role/Admin', action: 's3:GetObject', resource: 'arn:aws:s3:::trail/AWSLogs/x', identityPolicy: ADMINISTRATOR, resourcePolicy: trail,
      context: { 'aws:SecureTransport': 'false' },
    })).toBe('ExplicitlyDenied');
  });
});

describe('the packs', () => {
  test('find nothing that is not waived', () => {
    expect(unwaived(baselineStack().app)).toEqual([]);
  });

  test('find nothing that is not waived beside a workspace of another stack, with a locked trail', () => {
    const { app, workspace } = workspaceStack();
    const stack = new Stack(app, 'Account', { env });
    new AccountBaseline(stack, 'Baseline', { profile, stores: [workspace.outputs, workspace.models], objectLock: s3.ObjectLockMode.GOVERNANCE });
    expect(unwaived(app).filter((finding) => finding.includes('Account/'))).toEqual([]);
  });

  test('find what is waived, and nothing more', () => {
    const rules = waived(baselineStack().app).filter((line) => line.startsWith('AwsSolutions') || line.startsWith('HIPAA'))
      .map((line) => line.replace(/: .*$/, '').replace(/\[.*\]/, '[]'));
    expect(rules.sort()).toMatchInlineSnapshot(`
[
  "AwsSolutions::AwsSolutions-IAM5[] Account/Baseline/JobLogs/Function/Role/Resource/Policy/Resource",
  "AwsSolutions::AwsSolutions-IAM5[] Account/Baseline/JobLogs/Function/Role/Resource/Policy/Resource",
  "AwsSolutions::AwsSolutions-IAM5[] Account/Baseline/JobLogs/Function/Role/Resource/Policy/Resource",
  "AwsSolutions::AwsSolutions-IAM5[] Account/Baseline/JobLogs/Function/Role/Resource/Policy/Resource",
  "AwsSolutions::AwsSolutions-IAM5[] Account/Baseline/Macie/Function/Role/Resource/Policy/Resource",
  "AwsSolutions::AwsSolutions-IAM5[] Account/Baseline/Trail/Role/Resource/Policy/Resource",
  "HIPAA.Security::HIPAA.Security-LambdaInsideVPC Account/Baseline/JobLogs/Function/Resource/Resource",
  "HIPAA.Security::HIPAA.Security-LambdaInsideVPC Account/Baseline/Macie/Function/Resource/Resource",
  "HIPAA.Security::HIPAA.Security-S3BucketReplicationEnabled Account/Baseline/AccessLogs/Resource",
  "HIPAA.Security::HIPAA.Security-S3BucketReplicationEnabled Account/Baseline/DiscoveryResults/Resource",
  "HIPAA.Security::HIPAA.Security-S3BucketReplicationEnabled Account/Baseline/Trail/Bucket/Resource",
  "HIPAA.Security::HIPAA.Security-S3DefaultEncryptionKMS Account/Baseline/AccessLogs/Resource",
]
`);
  });
});

describe('a baseline that exists', () => {
  test('is described by what it has', () => {
    const stack = new Stack(new App(), 'Stack', { env });
    const results = s3.Bucket.fromBucketName(stack, 'Results', 'results');
    const baseline = AccountBaseline.fromAttributes(stack, 'Baseline', { trailArn: 'arn:aws:cloudtrail:eu-central-1:123456789012:trail/own', discoveryResults: results, discoveryResultsPrefix: 'm/' });
    expect(baseline).toMatchObject({ region: 'eu-central-1', discoveryResults: results, discoveryResultsPrefix: 'm/', discoveryResultsKey: undefined });
    baseline.addStore(DataStore.fromAttributes(stack, 'Old', { bucketName: 'old-data', classification: Classification.PERSONAL }));
    Annotations.fromStack(stack).hasInfo('/Stack/Baseline', Match.stringLikeRegexp('trail/own is not managed in this app'));
    Template.fromStack(stack).templateMatches({ Resources: Match.absent() });
  });

  test('says what the policy of a key that exists must allow', () => {
    const app = new App();
    const stack = new Stack(app, 'Account', { env });
    new AccountBaseline(stack, 'Baseline', { profile, key: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:123456789012:key/1') });
    Annotations.fromStack(stack).hasInfo('/Account/Baseline', Match.stringLikeRegexp('make sure it lets these services use it: Macie export, CloudWatch Logs, CloudTrail'));
  });
});

describe('a baseline that cannot be', () => {
  const make = (props: Partial<AccountBaselineProps>, region = env.region) => () => baselineStack(props, region);
  const inUs = ComplianceProfile.of({ frameworks: [Framework.HIPAA], residency: Residency.within(Jurisdiction.US) });

  test.each([
    ['a region outside the residency', make({}, 'us-east-1'), /stack 'Account' is in region 'us-east-1', outside the residency \(EU\)/],
    ['a partition without Macie', make({ profile: inUs }, 'us-gov-west-1'), /Macie does not exist in partition 'aws-us-gov'.*set macie to false/],
    ['a prefix that is no folder', make({ discoveryResultsPrefix: '/macie' }), /prefix '\/macie' for discovery results is not usable: give folders that end in '\/'/],
    ['a lock on a trail that exists', make({ trailArn: 'arn:aws:cloudtrail:eu-central-1:1:trail/x', objectLock: s3.ObjectLockMode.COMPLIANCE }), /is to lock a trail that exists already/],
  ])('fails for %s', (_, build, message) => {
    expect(build).toThrow(message);
  });

  test('fails in a region-agnostic stack, and says how to pin it', () => {
    expect(() => new AccountBaseline(new Stack(new App(), 'Account'), 'Baseline', { profile })).toThrow(/stack 'Account' has no region.*pin it with new Stack\(app, 'Account', \{ env: /);
  });

  test('fails for a second one of the same account and region', () => {
    const { app } = baselineStack();
    const other = new Stack(app, 'Other', { env });
    expect(() => new AccountBaseline(other, 'Baseline', { profile })).toThrow(/account 123456789012 has a baseline in region 'eu-central-1' already, 'Account\/Baseline'/);
    expect(() => new AccountBaseline(new Stack(app, 'Paris', { env: { ...env, region: 'eu-west-3' } }), 'Baseline', { profile, allRegions: false })).not.toThrow();
  });

  test('fails for a bucket for discovery results without its key', () => {
    const stack = new Stack(new App(), 'Account', { env });
    expect(() => new AccountBaseline(stack, 'Baseline', { profile, discoveryResults: s3.Bucket.fromBucketName(stack, 'B', 'results') })).toThrow(/without its key: give discoveryResultsKey/);
  });

  test('fails for a store outside the residency, and for one that the trail does not see', () => {
    const { stack, baseline } = baselineStack({ allRegions: false });
    const classification = Classification.PHI;
    const store = (id: string, region: string) => DataStore.fromAttributes(stack, id, { bucketName: id.toLowerCase(), classification, region });
    expect(() => baseline.addStore(store('Paris', 'eu-west-3'))).toThrow(/store 'Account\/Paris' is in region 'eu-west-3' and the trail of 'Account\/Baseline' records 'eu-central-1' only/);
    expect(() => baseline.addStore(store('Ohio', 'us-east-2'))).toThrow(/'us-east-2'.*outside the residency/);
  });

  test('fails for more stores than CloudTrail takes', () => {
    const { stack, baseline } = baselineStack();
    const add = (i: number) => baseline.addStore(DataStore.fromAttributes(stack, `S${i}`, { bucketName: `store-${i}`, classification: Classification.INTERNAL }));
    for (let i = 0; i < 480; i++) add(i);
    expect(() => add(480)).toThrow(/more than 480 stores: CloudTrail takes 500 values a trail/);
  });

  test('a token for a trail or a prefix is taken as it is', () => {
    const stack = new Stack(new App(), 'Account', { env });
    const trailArn = new CfnParameter(stack, 'TrailArn').valueAsString;
    const discoveryResultsPrefix = new CfnParameter(stack, 'Prefix').valueAsString;
    const baseline = new AccountBaseline(stack, 'Baseline', { profile, trailArn, discoveryResultsPrefix });
    expect(stack.resolve([baseline.trailArn, baseline.discoveryResultsPrefix])).toEqual([{ Ref: 'TrailArn' }, { Ref: 'Prefix' }]);
  });
});

describe('the logs of jobs', () => {
  test('are encrypted with the key of the baseline, kept as long as the profile says, and outlive the stack', () => {
    const { template } = baselineStack();
    template().hasResource('Custom::JobLogs', {
      ...KEPT,
      Properties: {
        LogGroupNames: ['/aws/sagemaker/ProcessingJobs', '/aws/sagemaker/TrainingJobs', '/aws/sagemaker/TransformJobs'],
        KeyArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BaselineKey'), 'Arn'] },
        RetentionInDays: 400,
      },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^BaselineJobLogsFunctionRole.*Policy')]),
    });
  });

  test('are no more than the function may touch', async () => {
    const { template } = baselineStack();
    const [, policy] = Object.entries(template().findResources('AWS::IAM::ManagedPolicy')).find(([id]) => id.startsWith('BaselineJobLogs'))!;
    const identityPolicy = deployed(policy.Properties.PolicyDocument as object, { '*': 'arn:aws:kms:eu-central-1:123456789012:key/1' });
    const ask = (action: string, group: string) => simulate({
      principal: 'arn:aws:iam::123456789012:role/JobLogs', action, resource: `arn:aws:logs:eu-central-1:123456789012:log-group:${group}`, identityPolicy,
    });
    for (const action of ['CreateLogGroup', 'AssociateKmsKey', 'PutRetentionPolicy']) {
      expect(await ask(`logs:${action}`, '/aws/sagemaker/TrainingJobs')).toBe('Allowed');
      expect(await ask(`logs:${action}`, '/aws/lambda/Other')).toBe('ImplicitlyDenied');
    }
    expect(await ask('logs:DeleteLogGroup', '/aws/sagemaker/TrainingJobs')).toBe('ImplicitlyDenied');
  });

  test('may be encrypted with the key for no group of another account', async () => {
    const { template } = baselineStack();
    const [, key] = Object.entries(template().findResources('AWS::KMS::Key'))[0];
    const resourcePolicy = deployed(key.Properties.KeyPolicy as object, { '*': 'x' });
    const ask = (account: string) => simulate({
      principal: 'logs.eu-central-1.amazonaws.com', action: 'kms:GenerateDataKey', resource: 'arn:aws:kms:eu-central-1:123456789012:key/1', resourcePolicy,
      context: { 'aws:PrincipalIsAWSService': 'true', 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:eu-central-1:${account}:log-group:/aws/sagemaker/TrainingJobs` },
    });
    expect(await ask('123456789012')).toBe('Allowed');
    expect(await ask('999999999999')).toBe('ImplicitlyDenied');
  });

  test('are left alone where asked for', () => {
    baselineStack({ jobLogs: false }).template().resourceCountIs('Custom::JobLogs', 0);
  });
});
