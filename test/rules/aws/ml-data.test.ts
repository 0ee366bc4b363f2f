import { App, CfnParameter, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { readApp } from '../../../lib/rules/aws/tree';
import { judged, judgementsOf, PROFILE, ruleNamed, stackIn, template } from '../support';

const NAME = 'S3BucketVersioning';
const BUCKET = { Type: 'AWS::S3::Bucket', Properties: {} };
const model = (properties: Record<string, unknown>) => ({ Type: 'AWS::SageMaker::Model', Properties: properties });
const artifact = (url: unknown) => model({ PrimaryContainer: { ModelDataUrl: url } });

/** What the rule answers of each bucket of a template, none where it is not judged. */
function answers(resources: Record<string, unknown>, rule = NAME, rest: Record<string, unknown> = { Parameters: { Param: { Type: 'String' } } }): Record<string, string> {
  return Object.fromEntries(judged([template(resources, rest)], [ruleNamed(rule)]).map(({ finding }) => [finding.logicalId, finding.answer]));
}

describe('a bucket touches ML data', () => {
  test.each<[string, Record<string, unknown>]>([
    ['when a model names it by reference', { Model: artifact({ 'Fn::Sub': 's3://${Subject}/m.tgz' }) }],
    ['when a step of a pipeline names it', { Pipeline: { Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: { 'Fn::Join': ['', ['{"Version":"2020-12-01","Steps":[{"Name":"T","Type":"Training","Arguments":{"OutputDataConfig":{"S3OutputPath":"s3://', { Ref: 'Subject' }, '/out"}}}]}'] ] } } } } }],
    ['when a state machine trains on it', { Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: { 'Fn::Sub': '{"States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sagemaker:createTrainingJob.sync","Parameters":{"InputDataConfig":[{"S3Uri":"s3://${Subject}/x"}]}}}}' } } } }],
    ['when a role that SageMaker assumes may read it', {
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }] } } },
      Policy: { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Sub': '${Subject.Arn}/*' } }] } } },
    }],
    ['when a role that a model names may read it, by a policy that the role names', {
      Model: model({ ExecutionRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } }),
      Role: { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: [{ Ref: 'Policy' }] } },
      Policy: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::GetAtt': ['Subject', 'Arn'] } }] } } },
    }],
    ['when it is the copy of one', {
      Source: { Type: 'AWS::S3::Bucket', Properties: { ReplicationConfiguration: { Rules: [{ Destination: { Bucket: { 'Fn::GetAtt': ['Subject', 'Arn'] } } }] } } },
      Model: artifact({ 'Fn::Sub': 's3://${Source}/m.tgz' }),
    }],
    ['when a function that calls an endpoint writes to it', {
      Endpoint: { Type: 'AWS::SageMaker::Endpoint', Properties: {} },
      Handler: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { ENDPOINT: { 'Fn::GetAtt': ['Endpoint', 'EndpointName'] }, ANSWERS: { Ref: 'Subject' } } } } },
    }],
    ['when a Glue job names it', { Job: { Type: 'AWS::Glue::Job', Properties: { DefaultArguments: { '--out': { 'Fn::Sub': 's3://${Subject}/out' } } } } }],
  ])('%s', (_when, around) => {
    expect(answers({ ...around, Subject: BUCKET, Website: BUCKET })).toEqual({ Subject: 'non-compliant', ...('Source' in around ? { Source: 'non-compliant' } : {}) });
  });

  test('when its name stands in a URI, an ARN or a property', () => {
    const named = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } };
    for (const model of [artifact('s3://data/m.tgz'), artifact({ 'Fn::Sub': 's3://data/${Param}' }), { Type: 'AWS::SageMaker::Project', Properties: { X: 'arn:aws:s3:::data/x' } }, { Type: 'AWS::Glue::Job', Properties: { OutBucket: 'data' } }]) {
      expect(answers({ Subject: named, Model: model })).toEqual({ Subject: 'non-compliant' });
    }
    expect(answers({ Subject: named, Model: artifact('s3://database/m.tgz') })).toEqual({});
  });
});

test('an app without machine learning is not judged', () => {
  expect(answers({ Subject: BUCKET, Handler: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { B: { Ref: 'Subject' } } } } } })).toEqual({});
});

describe('where it cannot be told', () => {
  const FINE = { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } };

  test.each<[string, Record<string, unknown>]>([
    ['a location is a parameter', { Model: artifact({ Ref: 'Param' }) }],
    ['the bucket in a location is a parameter', { Model: artifact({ 'Fn::Sub': 's3://${Param}/m.tgz' }) }],
    ['a location is imported', { Model: artifact({ 'Fn::ImportValue': 'elsewhere' }) }],
    ['a definition cannot be read', { Pipeline: { Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: { Ref: 'Param' } } } } }],
    ['the definition of a state machine cannot be read', {
      Model: { Type: 'AWS::SageMaker::Model', Properties: {} }, Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: { Ref: 'Param' } } },
    }],
    ['what a schedule starts cannot be told', {
      Model: { Type: 'AWS::SageMaker::Model', Properties: {} }, Schedule: { Type: 'AWS::Scheduler::Schedule', Properties: { Target: { Arn: { Ref: 'Param' } } } },
    }],
    ['a role may read any bucket', {
      Role: {
        Type: 'AWS::IAM::Role', Properties: {
          AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' } }] },
          Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }] } }],
        },
      },
    }],
    ['a role has a managed policy for any bucket', {
      Role: {
        Type: 'AWS::IAM::Role', Properties: {
          AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' } }] },
          ManagedPolicyArns: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/AmazonS3FullAccess' }],
        },
      },
    }],
  ])('because %s, a finding is unknown and what holds, holds', (_why, around) => {
    expect(answers({ ...around, Subject: BUCKET, Fine: FINE })).toEqual({ Subject: 'unknown', Fine: 'compliant' });
  });

  test('a role of the app that names its buckets leaves the others out of doubt', () => {
    const role = { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Sub': '${Subject.Arn}/*' } }] } }] } };
    expect(answers({ Subject: BUCKET, Website: BUCKET, Role: role, Model: model({ ExecutionRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, PrimaryContainer: { ModelDataUrl: { Ref: 'Param' } } }) })).toEqual({ Subject: 'non-compliant' });
  });

  test('the unknown says what is in doubt', () => {
    const [found] = judged([template({ Subject: BUCKET, Model: artifact({ Ref: 'Param' }) }, { Parameters: { Param: { Type: 'String' } } })], [ruleNamed(NAME)]);
    expect(found!.finding.detail).toBe("versioning is not set; whether it has to do with machine learning cannot be told: a location of 'Model' is parameter Param, which has no default");
  });
});

test('a stranger\'s app with a pipeline and a few buckets: those of the pipeline are judged, the website is not', () => {
  const app = new App();
  const stack = stackIn(app);
  const key = new kms.Key(stack, 'Key');
  const raw = new s3.Bucket(stack, 'Raw', { encryptionKey: key });
  const models = new s3.Bucket(stack, 'Models');
  const website = new s3.Bucket(stack, 'Website');
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  raw.grantRead(role);
  models.grantReadWrite(role);
  new sagemaker.CfnPipeline(stack, 'Pipeline', {
    pipelineName: 'churn', roleArn: role.roleArn,
    pipelineDefinition: {
      PipelineDefinitionBody: stack.toJsonString({
        Version: '2020-12-01', Parameters: [{ Name: 'Input', Type: 'String' }],
        Steps: [{ Name: 'Train', Type: 'Training', Arguments: { RoleArn: role.roleArn, InputDataConfig: [{ DataSource: { S3DataSource: { S3Uri: { Get: 'Parameters.Input' } } } }], OutputDataConfig: { S3OutputPath: `s3://${models.bucketName}/` } } }],
      }),
    },
  });
  new lambda.Function(stack, 'Web', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'i.h', code: lambda.Code.fromInline('x'), environment: { SITE: website.bucketName } });
  const found = (rule: string) => judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed(rule)], profile: PROFILE, pack: 'R' }).map(({ finding }) => [finding.path, finding.answer]);
  expect(found('S3BucketVersioning')).toEqual([['Test/Models/Resource', 'non-compliant'], ['Test/Raw/Resource', 'non-compliant']]);
  expect(found('KmsKeyPendingWindow')).toEqual([['Test/Key/Resource', 'compliant']]);
  expect(found('LambdaLogGroup')).toEqual([]);
  expect(found('IamConfusedDeputy')).toEqual([['Test/Role/Resource', 'non-compliant']]);
});

test('functions of the CDK that deploy are no handlers: what else they touch is not judged for it', () => {
  const app = new App();
  const stack = stackIn(app);
  const raw = new s3.Bucket(stack, 'Raw', { eventBridgeEnabled: true, autoDeleteObjects: true, removalPolicy: RemovalPolicy.DESTROY });
  const website = new s3.Bucket(stack, 'Website');
  for (const [id, destinationBucket] of [['Samples', raw], ['Pages', website]] as const) new deployment.BucketDeployment(stack, id, { sources: [deployment.Source.data('x', 'y')], destinationBucket });
  new sagemaker.CfnModel(stack, 'Model', { executionRoleArn: 'arn:aws:iam::123456789012:role/x', primaryContainer: { modelDataUrl: `s3://${raw.bucketName}/m.tgz` } });
  const found = (rule: string) => judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed(rule)], profile: PROFILE, pack: 'R' }).map(({ finding }) => finding.path);
  expect(found('S3BucketVersioning')).toEqual(['Test/Raw/Resource']);
  expect(found('LambdaLogGroup')).toEqual([]);
});

test('what is in another stack of the app is found through its export', () => {
  const app = new App();
  const data = stackIn(app, 'Data');
  const bucket = new s3.Bucket(data, 'Raw', { removalPolicy: RemovalPolicy.RETAIN });
  const learning = new Stack(app, 'Learning', { env: { account: '123456789012', region: 'eu-central-1' } });
  new sagemaker.CfnModel(learning, 'Model', { executionRoleArn: 'arn:aws:iam::123456789012:role/x', primaryContainer: { modelDataUrl: `s3://${bucket.bucketName}/m.tgz` } });
  app.synth();
  const found = judgementsOf({ view: readApp(app, true).view, rules: [ruleNamed(NAME)], profile: PROFILE, pack: 'R' });
  expect(found.map(({ finding }) => [finding.path, finding.answer])).toEqual([['Data/Raw/Resource', 'non-compliant']]);
});

test('a parameter with a default is what it is unless somebody says otherwise', () => {
  const app = new App();
  const stack = stackIn(app);
  const parameter = new CfnParameter(stack, 'Location', { default: 's3://elsewhere/x' });
  new s3.Bucket(stack, 'Website');
  new sagemaker.CfnModel(stack, 'Model', { executionRoleArn: 'arn:aws:iam::123456789012:role/x', primaryContainer: { modelDataUrl: parameter.valueAsString } });
  expect(judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed(NAME)], profile: PROFILE, pack: 'R' })).toEqual([]);
});

test('cost is linear, where all share a role, a key and a bucket too', () => {
  const resources = (count: number) => Object.fromEntries([
    ['Key', { Type: 'AWS::KMS::Key', Properties: {} }],
    ['Shared', BUCKET],
    ['Role', { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' } }] } } }],
    ...Array.from({ length: count }, (_, index) => [
      [`Bucket${index}`, { Type: 'AWS::S3::Bucket', Properties: { BucketEncryption: { Key: { KMSMasterKeyID: { Ref: 'Key' } } } } }],
      [`Policy${index}`, { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: [{ Effect: 'Allow', Action: ['s3:GetObject', 'kms:Decrypt'], Resource: [{ 'Fn::GetAtt': [`Bucket${index}`, 'Arn'] }] }] } } }],
      [`Model${index}`, model({ ExecutionRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, PrimaryContainer: { ModelDataUrl: { 'Fn::Sub': 's3://${Shared}/x' }, Image: { Ref: 'Param' } } })],
      [`Handler${index}`, { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Environment: { Variables: { BUCKET: { Ref: 'Shared' } } } } }],
      [`Trail${index}`, { Type: 'AWS::CloudTrail::EventDataStore', Properties: {} }],
    ]).flat(),
  ]);
  const cost = (count: number) => {
    const input = [template(resources(count), { Parameters: { Param: { Type: 'String' } } })];
    return Math.min(...Array.from({ length: 3 }, () => {
      const before = process.cpuUsage();
      judged(input);
      return process.cpuUsage(before).user;
    }));
  };
  cost(50);
  // eight times the resources: about 8 when linear, 64 when quadratic
  expect(cost(800) / cost(100)).toBeLessThan(24);
});
