import { App, Aspects, CfnCondition, CfnParameter, CfnResource, Duration, Fn, Mixins, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { mixins } from '../../../lib/aws';
import { Control, Retention } from '../../../lib/policy';
import { RegulatedMLChecks } from '../../../lib/rules';
import { RULES_OF_MIXINS } from '../../../lib/aws/mixins/coverage';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { env, profile } from '../../support/workspace';
import { ground, Means, UNPROTECTED, unprotected, used } from './fixture';

const RULES = new Set(AWS_RULES.map(({ name }) => name));
const ruledBy = (names: readonly string[]) => names.filter((name) => RULES.has(name));

const defaults = ({ key, network, accessLogs }: Means, more: Partial<mixins.RegulatedDefaultsProps> = {}) => new mixins.RegulatedDefaults({ profile, key, network, accessLogs, ...more });

/** Rules that resources of a stack break, without the pack's name, each with the logical ids that break it. */
function broken(stack: Stack): Map<string, string[]> {
  const { violations } = new RegulatedMLChecks(stack, { profile }).validateScope(stack);
  const found = new Map<string, string[]>();
  for (const { ruleName, violatingResources } of violations) {
    const name = ruleName.replace('RegulatedML-', '').replace('[unknown]', '');
    found.set(name, [...found.get(name) ?? [], ...violatingResources.map(({ constructPath }) => constructPath!.split('/').at(-1)!)]);
  }
  return found;
}

const warnings = (app: App) => app.node.findAll().flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data)));
const resourcesOf = (stack: Stack) => (Template.fromStack(stack).toJSON() as { Resources: Record<string, { Properties?: Record<string, unknown> }> }).Resources;

describe.each(['raw', 'typed'] as const)('a stack of %s resources', (make) => {
  const before = ground();
  unprotected(before.stack, make);
  const broke = broken(before.stack);
  const { app, stack, means } = ground();
  unprotected(stack, make);
  Mixins.of(stack).apply(defaults(means));
  const breaks = broken(stack);

  test.each(Object.entries(RULES_OF_MIXINS).flatMap(([mixin, names]) => ruledBy(names).map((name): [string, string] => [name, mixin])))('breaks %s without %s, and keeps it with it', (name) => {
    expect(broke.get(name)).toBeDefined();
    expect(breaks.get(name) ?? []).toEqual([]);
  });

  test('is changed by nothing when it is hardened again', () => {
    const first = JSON.stringify(resourcesOf(stack));
    Mixins.of(stack).apply(defaults(means));
    expect(JSON.stringify(resourcesOf(stack))).toBe(first);
    expect(app.node.findAll().length).toBeGreaterThan(20);
  });
});

test('a typed resource comes out as a raw one does', () => {
  const [raw, typed] = (['raw', 'typed'] as const).map((make) => {
    const { stack, means } = ground();
    unprotected(stack, make);
    Mixins.of(stack).apply(defaults(means));
    return resourcesOf(stack);
  });
  for (const id of Object.keys(UNPROTECTED)) expect({ [id]: typed![id]!.Properties }).toEqual({ [id]: raw![id]!.Properties });
});

describe.each(Object.entries(RULES_OF_MIXINS).filter(([, names]) => ruledBy(names).length > 0))('%s alone', (name, names) => {
  const { stack, means } = ground();
  unprotected(stack);
  const before = broken(stack);
  stack.with(defaults(means).mixins.find((mixin) => mixin.constructor.name === name)!);
  const after = broken(stack);

  // a job needs a network before it may do without isolation
  const helped = name === 'NetworkIsolation' ? ['ModelBias', 'ModelExplainability'] : [];
  test.each(ruledBy(names))('makes %s hold', (rule) => {
    expect(before.get(rule)!.length).toBeGreaterThan(0);
    expect((after.get(rule) ?? []).filter((id) => !helped.includes(id))).toEqual([]);
  });
});

test('every mixin of the module is among the defaults, knows its resources and its control, and no other resource', () => {
  const { stack, means } = ground();
  const all = defaults(means).mixins;
  const classes = Object.keys(mixins).filter((name) => !['ControlMixin', 'RegulatedDefaults'].includes(name));
  expect(all.map((mixin) => mixin.constructor.name).sort()).toEqual(classes.sort());
  const vocabulary = Object.values(Control);
  expect(all.filter(({ control }) => !vocabulary.includes(control))).toEqual([]);
  const role = new CfnResource(stack, 'Role', { type: 'AWS::IAM::Role' });
  expect(all.filter((mixin) => mixin.supports(role) || mixin.supports(stack))).toEqual([]);
  unprotected(stack);
  const resources = stack.node.children;
  expect(all.filter((mixin) => !resources.some((resource) => mixin.supports(resource))).map((mixin) => mixin.constructor.name)).toEqual([]);
});

test('every type that a mixin knows is in the fixture', () => {
  const { means } = ground();
  const types = new Set(defaults(means).mixins.flatMap((mixin) => Object.keys((mixin as unknown as { _settings: object })._settings)));
  const planted = new Set(Object.values(UNPROTECTED).map(({ type }) => type));
  expect([...types].filter((type) => !planted.has(type))).toEqual([]);
});

test('the order in which mixins are applied is of no matter', () => {
  const [forth, back] = [(all: mixins.ControlMixin[]) => all, (all: mixins.ControlMixin[]) => [...all].reverse()].map((inOrder) => {
    const { stack, means } = ground();
    unprotected(stack);
    stack.with(...inOrder(defaults(means).mixins));
    return resourcesOf(stack);
  });
  expect(back).toEqual(forth);
});

test('what conditions decide is hardened in each case', () => {
  const { app, stack, means } = ground();
  new CfnCondition(stack, 'Case', { expression: Fn.conditionEquals(Fn.ref('AWS::Region'), env.region) });
  const either = (value: unknown) => ({ 'Fn::If': ['Case', structuredClone(value), structuredClone(value)] });
  for (const [id, { type, properties }] of Object.entries(UNPROTECTED)) {
    new CfnResource(stack, id, { type, properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, name.endsWith('Name') ? value : either(value)])) });
  }
  used(stack, Object.keys(UNPROTECTED));
  const claimed = (all: Iterable<string>) => [...all].filter((name) => Object.values(RULES_OF_MIXINS).flat().includes(name));
  const before = claimed(broken(stack).keys());
  expect(before.length).toBeGreaterThan(40);
  stack.with(defaults(means));
  expect(claimed(broken(stack).keys())).toEqual([]);
  expect(warnings(app)).toEqual([]);
});

test('a control can be left out', () => {
  const { stack, means } = ground();
  unprotected(stack);
  stack.with(defaults(means, { without: [Control.AVAILABILITY] }));
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::S3::Bucket', { VersioningConfiguration: Match.absent(), PublicAccessBlockConfiguration: { BlockPublicAcls: true } });
});

test('the defaults as an aspect harden what is made after them', () => {
  const { app, stack, means } = ground();
  Aspects.of(stack).add(defaults(means));
  unprotected(stack);
  app.synth();
  expect([...broken(stack).keys()].filter((name) => Object.values(RULES_OF_MIXINS).flat().includes(name))).toEqual([]);
});

test('the defaults as an aspect end where a stage begins, and harden a stage that they are added to; as a mixin they reach what is there', () => {
  const isolated = (add: (app: App, defaults: mixins.RegulatedDefaults) => unknown): unknown => {
    const app = new App();
    const stack = new Stack(new Stage(app, 'Prod', { env }), 'Models');
    new CfnResource(stack, 'Model', { type: 'AWS::SageMaker::Model', properties: {} });
    add(app, new mixins.RegulatedDefaults({ profile, key: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:123456789012:key/own') }));
    const { template } = app.synth().getNestedAssembly('assembly-Prod').stacks[0]! as { template: { Resources: Record<string, { Properties?: Record<string, unknown> }> } };
    return template.Resources.Model!.Properties?.EnableNetworkIsolation;
  };
  expect(isolated((app, all) => Aspects.of(app).add(all))).toBeUndefined();
  expect(isolated((app, all) => app.node.findAll().filter((node) => Stage.isStage(node)).map((stage) => Aspects.of(stage).add(all)))).toBe(true);
  expect(isolated((app, all) => Mixins.of(app).apply(all))).toBe(true);
});

describe('what is stricter stays', () => {
  const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/own';
  const hardened = (type: string, properties: Record<string, unknown>) => {
    const { stack, means } = ground();
    const parameter = new CfnParameter(stack, 'Parameter');
    new CfnCondition(stack, 'Case', { expression: Fn.conditionEquals(parameter, 'yes') });
    const resource = new CfnResource(stack, 'Subject', { type, properties: JSON.parse(JSON.stringify(properties).replace('"PARAMETER"', JSON.stringify({ Ref: parameter.logicalId }))) as Record<string, unknown> });
    resource.with(defaults(means));
    return resourcesOf(stack).Subject!.Properties!;
  };

  const either = (one: unknown, other: unknown) => ({ 'Fn::If': ['Case', one, other] });
  const NONE = { Ref: 'AWS::NoValue' };
  const OURS = { 'Fn::ImportValue': expect.stringContaining('Key') as unknown };
  const encryption = (algorithm: string, key?: unknown) => ({ SSEAlgorithm: algorithm, ...(key ? { KMSMasterKeyID: key } : {}) });

  test.each<[string, string, Record<string, unknown>, Record<string, unknown>]>([
    ['a key in one case, the other case gets one', 'AWS::Logs::LogGroup', { KmsKeyId: either(KEY, NONE) }, { KmsKeyId: either(KEY, OURS) }],
    ['a key that is no value', 'AWS::Logs::LogGroup', { KmsKeyId: NONE }, { KmsKeyId: OURS }],
    ['a network in one case', 'AWS::SageMaker::Model', { VpcConfig: either({ Subnets: ['subnet-9'], SecurityGroupIds: ['sg-9'] }, NONE) },
      { VpcConfig: either({ Subnets: ['subnet-9'], SecurityGroupIds: ['sg-9'] }, { Subnets: expect.anything() as unknown, SecurityGroupIds: expect.anything() as unknown }) }],
    ['the parts of a job in one case', 'AWS::SageMaker::ProcessingJob',
      { NetworkConfig: either({ EnableNetworkIsolation: false, VpcConfig: { Subnets: ['subnet-9'], SecurityGroupIds: ['sg-9'] } }, NONE) },
      { NetworkConfig: either({ EnableNetworkIsolation: true, EnableInterContainerTrafficEncryption: true, VpcConfig: { Subnets: ['subnet-9'], SecurityGroupIds: ['sg-9'] } }, expect.objectContaining({ EnableNetworkIsolation: true })) }],
    ['a bucket encrypted in one case', 'AWS::S3::Bucket',
      { BucketEncryption: either({ ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: encryption('aws:kms', KEY) }] }, NONE) },
      { BucketEncryption: either({ ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: encryption('aws:kms', KEY) }] }, { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: encryption('aws:kms', OURS) }] }) }],
    ['a bucket with two rules of which one is met', 'AWS::S3::Bucket',
      { BucketEncryption: { ServerSideEncryptionConfiguration: either([{ ServerSideEncryptionByDefault: encryption('aws:kms', KEY) }], [{ ServerSideEncryptionByDefault: encryption('AES256') }]) } },
      { BucketEncryption: { ServerSideEncryptionConfiguration: either([{ ServerSideEncryptionByDefault: encryption('aws:kms', KEY) }], [{ ServerSideEncryptionByDefault: encryption('aws:kms', OURS) }]) } }],
    ['captures that are made in one case only', 'AWS::SageMaker::EndpointConfig',
      { DataCaptureConfig: either({ EnableCapture: true }, NONE), ProductionVariants: [either({ ModelName: 'risk', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 }, NONE)] },
      { DataCaptureConfig: either({ EnableCapture: true, KmsKeyId: OURS }, NONE), ProductionVariants: [either({ ModelName: 'risk', InstanceType: 'ml.m5.large', InitialInstanceCount: 2 }, NONE)] }],
    ['logs of access in one case', 'AWS::S3::Bucket', { LoggingConfiguration: either({ DestinationBucketName: 'logs', LogFilePrefix: 'mine/' }, NONE) },
      { LoggingConfiguration: either({ DestinationBucketName: 'logs', LogFilePrefix: 'mine/' }, { DestinationBucketName: expect.anything() as unknown, LogFilePrefix: 'Subject/Subject/' }) }],
    ['a key of one\'s own', 'AWS::SageMaker::NotebookInstance', { KmsKeyId: KEY }, { KmsKeyId: KEY }],
    ['a key that a parameter names', 'AWS::Logs::LogGroup', { KmsKeyId: 'PARAMETER' }, { KmsKeyId: { Ref: 'Parameter' } }],
    ['a network', 'AWS::SageMaker::Model', { VpcConfig: { Subnets: ['subnet-9'], SecurityGroupIds: ['sg-9'] } }, { VpcConfig: { Subnets: ['subnet-9'], SecurityGroupIds: ['sg-9'] } }],
    ['a shorter retention', 'AWS::Logs::LogGroup', { RetentionInDays: 7 }, { RetentionInDays: 7 }],
    ['a shorter runtime', 'AWS::SageMaker::DataQualityJobDefinition', { StoppingCondition: { MaxRuntimeInSeconds: 60 } }, { StoppingCondition: { MaxRuntimeInSeconds: 60 } }],
    ['more instances', 'AWS::SageMaker::EndpointConfig',
      { ProductionVariants: [{ ModelName: 'risk', InstanceType: 'ml.g5.xlarge', InitialInstanceCount: 3 }] }, { ProductionVariants: [{ ModelName: 'risk', InstanceType: 'ml.g5.xlarge', InitialInstanceCount: 3 }] }],
    ['double encryption', 'AWS::S3::Bucket',
      { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: KEY } }] } },
      { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: KEY } }] } }],
    ['a log of access elsewhere', 'AWS::S3::Bucket', { LoggingConfiguration: { DestinationBucketName: 'logs' } }, { LoggingConfiguration: { DestinationBucketName: 'logs' } }],
    ['immutability with exceptions', 'AWS::ECR::Repository', { ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }, { ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }],
    ['a newer platform', 'AWS::SageMaker::NotebookInstance', { PlatformIdentifier: 'notebook-al2025-v1' }, { PlatformIdentifier: 'notebook-al2025-v1' }],
    ['a longer idle time that somebody chose', 'AWS::SageMaker::UserProfile',
      { UserSettings: { JupyterLabAppSettings: { AppLifecycleManagement: { IdleSettings: { LifecycleManagement: 'ENABLED', IdleTimeoutInMinutes: 120 } } } } },
      { UserSettings: { JupyterLabAppSettings: { AppLifecycleManagement: { IdleSettings: { LifecycleManagement: 'ENABLED', IdleTimeoutInMinutes: 120 } } } } }],
  ])('%s', (_what, type, properties, expected) => {
    expect(hardened(type, properties)).toMatchObject(expected);
  });

  test('what SageMaker refuses is not set: keys for local storage, isolation for Clarify in a VPC', () => {
    expect(hardened('AWS::SageMaker::EndpointConfig', { ProductionVariants: [{ ModelName: 'risk', InstanceType: 'ml.g5.xlarge', InitialInstanceCount: 2 }] })).not.toHaveProperty('KmsKeyId');
    expect(hardened('AWS::SageMaker::EndpointConfig', { ProductionVariants: [{ ModelName: 'risk', ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 } }] })).not.toHaveProperty('KmsKeyId');
    const variant = { InfrastructureConfig: { RealTimeInferenceConfig: { InstanceType: 'ml.g5.xlarge' } } };
    expect(hardened('AWS::SageMaker::InferenceExperiment', { ModelVariants: [variant, variant] })).not.toHaveProperty('KmsKey');
    const bias = hardened('AWS::SageMaker::ModelBiasJobDefinition', { JobResources: { ClusterConfig: { InstanceType: 'ml.p4d.24xlarge' } } });
    expect(bias.NetworkConfig).toMatchObject({ EnableInterContainerTrafficEncryption: true, VpcConfig: { Subnets: expect.anything() as unknown } });
    expect(bias.NetworkConfig).not.toHaveProperty('EnableNetworkIsolation');
    expect(bias.JobResources).toEqual({ ClusterConfig: { InstanceType: 'ml.p4d.24xlarge' } });
    expect(hardened('AWS::SageMaker::MonitoringSchedule', { MonitoringScheduleConfig: { MonitoringJobDefinitionName: 'drift' } })).toEqual({ MonitoringScheduleConfig: { MonitoringJobDefinitionName: 'drift' } });
    expect(hardened('AWS::KMS::Key', { KeySpec: 'RSA_2048', KeyPolicy: {} })).not.toHaveProperty('EnableKeyRotation');
  });

  test('keys of the cloud\'s own are replaced', () => {
    expect(hardened('AWS::SNS::Topic', { KmsMasterKeyId: 'alias/aws/sns' }).KmsMasterKeyId).not.toBe('alias/aws/sns');
  });

  test('an override that weakens is overridden', () => {
    const { stack, means } = ground();
    const model = new sagemaker.CfnModel(stack, 'Model', { enableNetworkIsolation: true });
    model.addPropertyOverride('EnableNetworkIsolation', false);
    model.with(defaults(means));
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::Model', { EnableNetworkIsolation: true });
  });

  test('a condition of a typed resource is changed where the CDK renames no members', () => {
    const { stack, means } = ground();
    const condition = new CfnCondition(stack, 'Case', { expression: Fn.conditionEquals('a', 'b') });
    const networkConfig = Fn.conditionIf(condition.logicalId, { EnableNetworkIsolation: false }, NONE);
    new sagemaker.CfnDataQualityJobDefinition(stack, 'Monitor', {
      dataQualityAppSpecification: { imageUri: 'image' }, dataQualityJobInput: {}, dataQualityJobOutputConfig: { monitoringOutputs: [] }, roleArn: 'arn', networkConfig,
      jobResources: { clusterConfig: { instanceCount: 1, instanceType: 'ml.m5.large', volumeSizeInGb: 5 } },
    }).with(defaults(means));
    const safe = { EnableNetworkIsolation: true, EnableInterContainerTrafficEncryption: true, VpcConfig: Match.anyValue() };
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::DataQualityJobDefinition', { NetworkConfig: { 'Fn::If': ['Case', safe, safe] } });
  });

  test('what another intrinsic decides stays, and a warning says so', () => {
    const { app, stack, means } = ground();
    const NetworkConfig = { 'Fn::Transform': { Name: 'Network', Parameters: {} } };
    new CfnResource(stack, 'Job', { type: 'AWS::SageMaker::ProcessingJob', properties: { NetworkConfig } }).with(new mixins.NetworkIsolation());
    expect(resourcesOf(stack).Job!.Properties).toEqual({ NetworkConfig });
    expect(warnings(app)).toEqual([expect.stringContaining('NetworkConfig.EnableNetworkIsolation of Subject/Job is decided by Fn::Transform, where no mixin reaches')]);
    void means;
  });

  test('a reference to another stack survives that an override is changed', () => {
    const { stack, means } = ground();
    const config = new sagemaker.CfnEndpointConfig(stack, 'Config', { productionVariants: [] });
    config.addPropertyOverride('ProductionVariants', [{ ModelName: means.accessLogs.bucketName, VariantName: 'All', InstanceType: 'ml.m5.xlarge', InitialInstanceCount: 1 }]);
    config.with(new mixins.RedundantInstances());
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::EndpointConfig', { ProductionVariants: [{ ModelName: { 'Fn::ImportValue': Match.anyValue() }, InitialInstanceCount: 2 }] });
  });

  test('a list that is weakened by an override is hardened item by item', () => {
    const { stack, means } = ground();
    const config = new sagemaker.CfnEndpointConfig(stack, 'Config', { productionVariants: [{ modelName: 'risk', variantName: 'All', instanceType: 'ml.m5.xlarge', initialInstanceCount: 2 }] });
    config.addPropertyOverride('ProductionVariants', [{ ModelName: 'risk', VariantName: 'All', InstanceType: 'ml.m5.xlarge', InitialInstanceCount: 1 }]);
    config.with(defaults(means));
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::EndpointConfig', { ProductionVariants: [Match.objectLike({ VariantName: 'All', InitialInstanceCount: 2 })] });
  });
});

describe('nothing is lost', () => {
  test('a repository whose encryption changes is left behind with its images when it is replaced', () => {
    const { stack, means } = ground();
    const repository = new ecr.Repository(stack, 'Images', { removalPolicy: RemovalPolicy.DESTROY });
    repository.with(new mixins.EncryptedAtRest(means.key));
    Template.fromStack(stack).hasResource('AWS::ECR::Repository', { UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Delete', Properties: { EncryptionConfiguration: { EncryptionType: 'KMS' } } });
  });

  test('a repository that is encrypted already keeps its policy', () => {
    const { stack, means } = ground();
    new ecr.Repository(stack, 'Images', { removalPolicy: RemovalPolicy.DESTROY, encryption: ecr.RepositoryEncryption.KMS, encryptionKey: means.key }).with(new mixins.EncryptedAtRest(means.key));
    Template.fromStack(stack).hasResource('AWS::ECR::Repository', { UpdateReplacePolicy: 'Delete' });
  });

  test('every property that replaces what holds something is known', () => {
    const { stack, means } = ground();
    unprotected(stack);
    stack.with(defaults(means));
    const kept = Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, { UpdateReplacePolicy?: string }>).filter(([, { UpdateReplacePolicy: policy }]) => policy === 'Retain').map(([id]) => id);
    expect(kept.sort()).toEqual(['Card', 'Domain', 'Features', 'Files', 'Images', 'Notebook', 'Unplaced', 'Validated', 'Version']);
  });

  test('lifecycle rules, tags and policies that stand already are kept', () => {
    const { stack, means } = ground();
    const bucket = new s3.Bucket(stack, 'Bucket', { lifecycleRules: [{ id: 'own', expiration: Duration.days(30) }] });
    bucket.grantRead(new (require('aws-cdk-lib/aws-iam') as typeof import('aws-cdk-lib/aws-iam')).AccountPrincipal('111122223333'));
    bucket.with(defaults(means));
    bucket.addLifecycleRule({ id: 'later', expiration: Duration.days(60) });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::S3::Bucket', { LifecycleConfiguration: { Rules: [Match.objectLike({ Id: 'own' }), Match.objectLike({ Id: 'later' })] } });
    template.resourceCountIs('AWS::S3::BucketPolicy', 1);
    template.hasResourceProperties('AWS::S3::BucketPolicy', { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Effect: 'Allow' }), Match.objectLike({ Sid: 'TlsOnly' })]) } });
  });
});

describe('the policy of a bucket', () => {
  const statements = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy')).map(({ Properties }) => (Properties as { PolicyDocument: { Statement: { Sid?: string }[] } }).PolicyDocument.Statement);

  test('is added to where the app has one as a raw resource', () => {
    const { stack } = ground();
    const bucket = new CfnResource(stack, 'Bucket', { type: 'AWS::S3::Bucket' });
    new CfnResource(stack, 'Policy', { type: 'AWS::S3::BucketPolicy', properties: { Bucket: bucket.ref, PolicyDocument: { Version: '2012-10-17', Statement: [{ Sid: 'Own', Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: '*' }] } } });
    stack.with(new mixins.TlsOnly());
    expect(statements(stack)).toEqual([[expect.objectContaining({ Sid: 'Own' }), expect.objectContaining({ Sid: 'TlsOnly' })]]);
  });

  test('is added to where it is one statement and no list', () => {
    const { stack } = ground();
    const bucket = new CfnResource(stack, 'Bucket', { type: 'AWS::S3::Bucket' });
    new CfnResource(stack, 'Policy', { type: 'AWS::S3::BucketPolicy', properties: { Bucket: bucket.ref, PolicyDocument: { Version: '2012-10-17', Statement: { Sid: 'Own', Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: '*' } } } });
    stack.with(new mixins.TlsOnly());
    expect(statements(stack)).toEqual([[expect.objectContaining({ Sid: 'Own' }), expect.objectContaining({ Sid: 'TlsOnly' })]]);
  });

  test('is added to where another stack has it', () => {
    const { app, stack } = ground();
    const bucket = new s3.CfnBucket(stack, 'Bucket');
    const other = new Stack(app, 'Other', { env });
    new s3.CfnBucketPolicy(other, 'Policy', { bucket: bucket.ref, policyDocument: { Version: '2012-10-17', Statement: [] } });
    app.node.findAll().forEach((node) => node.node.defaultChild);
    Mixins.of(app).apply(new mixins.TlsOnly());
    expect(statements(stack)).toEqual([]);
    expect(statements(other).flat().filter(({ Sid }) => Sid === 'TlsOnly')).toHaveLength(1);
  });

  test('is left alone where it refuses plain HTTP already', () => {
    const { stack } = ground();
    new s3.Bucket(stack, 'Bucket', { enforceSSL: true }).with(new mixins.TlsOnly());
    expect(statements(stack)[0]).toHaveLength(1);
  });

  test('of a bucket in one stack is not taken for that of its twin in another', () => {
    const app = new App();
    const stacks = ['Dev', 'Prod'].map((name) => {
      const stack = new Stack(app, name, { env });
      new s3.CfnBucket(stack, 'Bucket');
      return stack;
    });
    const bucket = stacks[0]!.node.findChild('Bucket') as s3.CfnBucket;
    new s3.CfnBucketPolicy(stacks[0]!, 'Policy', { bucket: bucket.ref, policyDocument: { Version: '2012-10-17', Statement: [] } });
    Mixins.of(app).apply(new mixins.TlsOnly());
    for (const stack of stacks) expect(statements(stack).flat().map(({ Sid }) => Sid)).toEqual(['TlsOnly']);
  });
});

describe('encryption', () => {
  test('leaves the keys of S3 to buckets that take access logs', () => {
    const { stack, means } = ground();
    const target = new s3.Bucket(stack, 'Target');
    new s3.Bucket(stack, 'Source', { serverAccessLogsBucket: target });
    stack.with(new mixins.EncryptedAtRest(means.key));
    const encrypted = Object.entries(resourcesOf(stack)).filter(([, { Properties }]) => Properties?.BucketEncryption !== undefined).map(([id]) => id);
    expect(encrypted.map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['Source']);
  });

  test('lets CloudWatch Logs use the key, once', () => {
    const stack = new Stack(new App(), 'Stack', { env });
    const key = new kms.Key(stack, 'Key');
    new logs.LogGroup(stack, 'One');
    new logs.LogGroup(stack, 'Two');
    stack.with(new mixins.EncryptedAtRest(key));
    const template = Template.fromStack(stack);
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: stack.resolve(key.keyArn) as object });
    const [policy] = Object.values(template.findResources('AWS::KMS::Key')).map(({ Properties }) => (Properties as { KeyPolicy: { Statement: { Sid?: string }[] } }).KeyPolicy);
    expect(policy!.Statement.filter(({ Sid }) => Sid === 'CloudWatchLogs')).toHaveLength(1);
  });

  test('leaves what stands in another region than the key, and says so; the same of a network', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: { ...env, region: 'eu-west-1' } });
    new logs.LogGroup(stack, 'Records').with(new mixins.EncryptedAtRest(kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:123456789012:key/own')));
    const { means } = ground();
    new CfnResource(stack, 'Model', { type: 'AWS::SageMaker::Model' }).with(new mixins.PrivateNetwork(means.network));
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.absent() });
    expect(resourcesOf(stack).Model!.Properties).toBeUndefined();
    expect(warnings(app)).toEqual([expect.stringContaining('Stack/Records/Resource stands in eu-west-1, and key \'Stack/Key\' in eu-central-1'), expect.stringContaining('network \'Platform/Vpc\' in eu-central-1')]);
  });

  test('says what it cannot do in a stack without a region', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    new logs.LogGroup(stack, 'Records').with(new mixins.EncryptedAtRest(new kms.Key(stack, 'Key')));
    expect(app.node.findAll().flatMap(({ node }) => node.metadata.map(({ data }) => String(data))).filter((text) => text.includes('names no region'))).toHaveLength(1);
  });
});

describe('error cases', () => {
  test('fails without a key', () => {
    expect(() => new mixins.RegulatedDefaults({ profile } as unknown as mixins.RegulatedDefaultsProps)).toThrow('RegulatedDefaults: key is missing: give a key, such as workspace.dataKey');
  });

  test('fails for access logs to a bucket that S3 delivers none to', () => {
    const { stack, means } = ground();
    const bucket = new s3.Bucket(stack, 'Logs');
    bucket.with(new mixins.EncryptedAtRest(means.key));
    expect(() => new mixins.AccessLogged(bucket)).toThrow('bucket \'Subject/Logs\' is encrypted with a key of KMS, and S3 delivers access logs to none such');
  });

  test('fails for a runtime that has a fraction of a second', () => {
    expect(() => new mixins.MaximumRuntime(Duration.millis(1500))).toThrow('a maximum runtime of 1 second 500 millis is not possible');
  });

  test('fails for a network without isolated subnets', () => {
    const { stack, means } = ground();
    const { vpc } = means.network;
    expect(() => new mixins.PrivateNetwork({ ...means.network, vpc, subnets: { subnetGroupName: 'Public' } })).toThrow();
    expect(stack.node.children).toEqual([]);
  });
});

test('a log group that keeps records without end keeps them as long as the profile says', () => {
  const stack = new Stack(new App(), 'Stack', { env });
  new logs.LogGroup(stack, 'Records', { retention: logs.RetentionDays.INFINITE }).with(new mixins.LogRetention(Retention.days(100)));
  Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 120 });
});
