import { gzipSync } from 'node:zlib';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ComplianceProfile, Framework, Residency } from '../../../lib/policy';
import { regionOfZoneId } from '../../../lib/rules/aws/residency/geography';
import { readApp } from '../../../lib/rules/aws/tree';
import { ruleTable } from '../table';
import { ENV, judged, judgementsOf, PROFILE, ruleNamed, template } from '../support';

const PARAM = { Ref: 'Param' };
const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'own' } };
const around = { Key: { Type: 'AWS::KMS::Key', Properties: {} }, Bucket: bucket };
const kmsIn = (region: string) => `arn:aws:kms:${region}:123456789012:key/1`;
const ecrIn = (region: string) => `123456789012.dkr.ecr.${region}.amazonaws.com/train:1`;

ruleTable('ResidencyImage', {
  step: 'Training',
  compliant: [
    { AlgorithmSpecification: { TrainingImage: ecrIn('eu-west-1') } },
    { AlgorithmSpecification: { TrainingImage: { 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/train' } } },
    { AlgorithmSpecification: { TrainingImage: { 'Fn::Join': ['', [PARAM, '.dkr.ecr.eu-west-1.amazonaws.com/x']] } } },
    { AlgorithmSpecification: { TrainingImage: '$ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com/x' } },
  ],
  nonCompliant: [
    { AlgorithmSpecification: { TrainingImage: ecrIn('us-east-1') } },
    { AlgorithmSpecification: { TrainingImage: ecrIn('moon-1') } },
    { Environment: { OTHER: ecrIn('us-east-1') } },
    { ContainerArguments: [`--base=${ecrIn('us-east-1')}`] },
    { AlgorithmSpecification: { TrainingImage: { 'Fn::Join': ['', [PARAM, '.dkr.ecr.us-west-2.amazonaws.com/x']] } } }, { Environment: { REGISTRY: '$ACCOUNT.dkr.ecr.us-east-1.amazonaws.com' } },
    { AlgorithmSpecification: { TrainingImage: { 'Fn::If': ['Cond', ecrIn('eu-west-1'), ecrIn('us-east-1')] } } },
    { AlgorithmSpecification: { TrainingImage: { 'Std:Join': { On: '', Values: ['123456789012.dkr.ecr.us-east-1', '.amazonaws.com/x'] } } } },
  ],
  unknown: [
    { AlgorithmSpecification: { TrainingImage: PARAM } },
    { AlgorithmSpecification: { TrainingImage: 'docker.io/library/python:3' } },
    { AlgorithmSpecification: { TrainingImage: '$ACCOUNT.dkr.ecr.$AWS_REGION.amazonaws.com/x' } },
    { AlgorithmSpecification: { TrainingImage: { 'Fn::Sub': '1.dkr.ecr.${Param}.amazonaws.com/x' } } },
  ],
  notApplicable: [{}],
  override: { path: 'AlgorithmSpecification.TrainingImage', to: ecrIn('us-east-1') },
});
ruleTable('ResidencyImage', {
  type: 'AWS::SageMaker::Model',
  compliant: [{ PrimaryContainer: { Image: ecrIn('eu-west-1') } }],
  nonCompliant: [{ PrimaryContainer: { Image: ecrIn('us-east-1') } }, { Containers: [{ Image: ecrIn('eu-west-1') }, { Image: ecrIn('ap-south-1') }] }],
  unknown: [{ PrimaryContainer: { Image: PARAM } }],
  notApplicable: [{}],
  override: { path: 'PrimaryContainer.Image', to: ecrIn('us-east-1') },
});
const LOGIN = (region: string) => `version: 0.2\nphases:\n  build:\n    commands:\n      - docker login -u AWS $ACCOUNT.dkr.ecr.${region}.amazonaws.com\n`;
ruleTable('ResidencyImage', {
  type: 'AWS::CodeBuild::Project',
  compliant: [{ Environment: { Image: 'aws/codebuild/standard:7.0' } }, { Environment: { Image: 'aws/codebuild/amazonlinux2-x86_64-standard:5.0' } }],
  nonCompliant: [{ Environment: { Image: ecrIn('us-east-1') } }, { Source: { BuildSpec: `docker pull ${ecrIn('us-east-1')}\n` } }],
  unknown: [{ Environment: { Image: 'somebody/codebuild/standard:7.0' } }, { Environment: { Image: PARAM } }],
  notApplicable: [{}, { Source: { BuildSpec: LOGIN('$AWS_DEFAULT_REGION') } }, { Source: { BuildSpec: { 'Fn::Sub': [LOGIN('${!AWS_REGION}'), {}] } } }],
  override: { path: 'Environment.Image', to: ecrIn('us-east-1') },
});
ruleTable('ResidencyReference', {
  type: 'AWS::CodeBuild::Project',
  compliant: [{ Source: { BuildSpec: LOGIN('eu-west-1') } }],
  nonCompliant: [{ Source: { BuildSpec: LOGIN('us-east-1') } }, { Source: { BuildSpec: 'env:\n  variables:\n    AWS_REGION: us-east-1\n' } }, { Source: { BuildSpec: { 'Fn::Sub': 'a ${Param}\naws s3 ls --region us-east-1\n' } } }],
  unknown: [{ Source: { BuildSpec: { 'Fn::Sub': 'a\naws s3 ls --region ${Param}\n' } } }],
  notApplicable: [{}, { Source: { BuildSpec: LOGIN('$AWS_DEFAULT_REGION') } }, { Source: { BuildSpec: `# made in us-east-1\n${LOGIN('$AWS_DEFAULT_REGION')}` } }],
});
test('a long text is not told whole, only the region that it names', () => {
  const found = judged([template({ Project: { Type: 'AWS::CodeBuild::Project', Properties: { Source: { BuildSpec: `${LOGIN('us-east-1')}${'# a line\n'.repeat(100)}` } } } })], [ruleNamed('ResidencyReference'), ruleNamed('ResidencyImage')]);
  expect(found.map(({ finding }) => finding.detail)).toEqual(["'us-east-1' is in us-east-1, outside the residency (EU)"]);
});
ruleTable('ResidencyLocation', {
  step: 'Processing',
  around,
  compliant: [
    { ProcessingInputs: { S3Input: { S3Uri: 's3://own/x' } } },
    { ProcessingInputs: { S3Input: { S3Uri: { 'Fn::Sub': 's3://${Bucket}/x' } } } },
    { ProcessingInputs: { S3Input: { S3Uri: 's3://cdk-hnb659fds-assets-123456789012-eu-west-1/x' } } },
    { ProcessingInputs: { S3Input: { S3Uri: 's3://sagemaker-eu-west-1-123456789012/x' } } },
    { ProcessingInputs: { S3Input: { S3Uri: { 'Fn::Sub': 's3://sagemaker-${AWS::Region}-${AWS::AccountId}/x' } } } },
    { ProcessingInputs: { S3Input: { S3Uri: 's3://aws-glue-assets-123456789012-eu-west-1/x' } } },
    { ContainerArguments: [{ 'Fn::Sub': '--from=s3://${Bucket}/x' }] },
    { ProcessingInputs: { S3Input: { S3Uri: { Get: 'Steps.Train.ModelArtifacts.S3ModelArtifacts' } } } },
    { ProcessingInputs: { S3Input: { S3Uri: { 'Std:Join': { On: '/', Values: ['s3://own', { Get: 'Execution.PipelineExecutionId' }] } } } } },
  ],
  nonCompliant: [
    { ProcessingInputs: { S3Input: { S3Uri: 's3://jumpstart-cache-prod-us-west-2/x' } } },
    { ProcessingInputs: { S3Input: { S3Uri: 's3://sagemaker-us-east-1-123456789012/x' } } },
    { ContainerArguments: ['--from=s3://jumpstart-cache-prod-us-west-2/x'] },
    { ProcessingInputs: { S3Input: { S3Uri: { 'Std:Join': { On: '/', Values: ['s3://jumpstart-cache-prod-us-west-2', { Get: 'Execution.PipelineExecutionId' }] } } } } },
  ],
  unknown: [
    { ProcessingInputs: { S3Input: { S3Uri: 's3://somewhere/x' } } },
    { ProcessingInputs: { S3Input: { S3Uri: 's3://sagemaker-eu-west-1-999999999999/x' } } },
    { ProcessingInputs: { S3Input: { S3Uri: 's3://sagemaker-seedcode-eu-west-1/x' } } },
    { ProcessingInputs: { S3Input: { S3Uri: { 'Fn::Sub': 's3://sagemaker-eu-west-1-${Param}/x' } } } },
    { ProcessingInputs: { S3Input: { S3Uri: 's3://cdk-hnb659fds-assets-999999999999-eu-west-1/x' } } },
    { ContainerArguments: ['--from=s3://somewhere/x'] },
    { ContainerArguments: ['arn:aws:s3:::someones-bucket/x'] },
    { Environment: { OUT_BUCKET: 'someones-bucket' } },
    { Environment: { OUT_BUCKET: PARAM } },
    { ProcessingInputs: { S3Input: { S3Uri: PARAM } } },
    { ProcessingInputs: { S3Input: { S3Uri: { 'Fn::Sub': 's3://${Param}/x' } } } },
    { ProcessingInputs: { S3Input: { S3Uri: { Get: 'Parameters.Open' } } } },
  ],
  notApplicable: [{}],
  override: { path: 'ProcessingInputs.S3Input.S3Uri', to: 's3://jumpstart-cache-prod-us-west-2/x' },
});
ruleTable('ResidencyLocation', {
  type: 'AWS::SageMaker::Model',
  around,
  compliant: [
    { PrimaryContainer: { ModelDataUrl: 'https://b.s3.eu-west-1.amazonaws.com/m.tgz' } }, { PrimaryContainer: { ModelDataUrl: 'https://own.s3.amazonaws.com/m.tgz' } },
    { PrimaryContainer: { ModelDataUrl: 'https://s3.amazonaws.com/own/m.tgz' } }, { PrimaryContainer: { ModelDataUrl: { 'Fn::Sub': 'https://${Bucket}.s3.${AWS::Region}.${AWS::URLSuffix}/m.tgz' } } },
  ],
  nonCompliant: [
    { PrimaryContainer: { ModelDataUrl: 'https://b.s3.us-east-1.amazonaws.com/m.tgz' } }, { PrimaryContainer: { ModelDataUrl: 'https://s3.us-east-1.amazonaws.com/b/m.tgz' } },
    { PrimaryContainer: { ModelDataUrl: 'https://s3-us-west-2.amazonaws.com/b/m.tgz' } }, { PrimaryContainer: { ModelDataUrl: 'https://b.s3.dualstack.us-east-1.amazonaws.com/m.tgz' } },
    { PrimaryContainer: { ModelDataUrl: 'https://models-us-east-1.s3.amazonaws.com/m.tgz' } },
  ],
  unknown: [{ PrimaryContainer: { ModelDataUrl: 'https://b.s3.amazonaws.com/m.tgz' } }, { PrimaryContainer: { ModelDataUrl: { 'Fn::Sub': 'https://b.s3.${Param}.amazonaws.com/m.tgz' } } }],
  notApplicable: [{}],
  override: { path: 'PrimaryContainer.ModelDataUrl', to: 'https://b.s3.us-east-1.amazonaws.com/m.tgz' },
});
ruleTable('ResidencyLocation', {
  type: 'AWS::KinesisFirehose::DeliveryStream',
  around,
  compliant: [{ Out: { BucketARN: 'arn:aws:s3:::own' } }, { Out: { S3Bucket: 'own' } }, { Out: { BucketARN: { 'Fn::GetAtt': ['Bucket', 'Arn'] } } }],
  nonCompliant: [
    { Out: { BucketARN: 'arn:aws:s3:::backup-us-east-1' } }, { Out: { S3Bucket: 'backup-us-east-1' } },
    { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::backup-us-east-1/*' }] } },
  ],
  unknown: [{ Out: { BucketARN: 'arn:aws:s3:::someones-bucket' } }, { Out: { S3Bucket: 'someones-bucket' } }, { Out: { BucketARN: 'arn:aws:s3:::backup-eu-west-1' } }, { Out: { S3Bucket: PARAM } }],
  notApplicable: [
    {}, { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: ['arn:aws:s3:::someones-bucket/*', 'arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*'] }] } },
  ],
  override: { path: 'Out.S3Bucket', to: 'backup-us-east-1' },
});
ruleTable('ResidencyModel', {
  type: 'AWS::SageMaker::Model',
  around: { Package: { Type: 'AWS::SageMaker::ModelPackage', Properties: {} } },
  compliant: [{ PrimaryContainer: { ModelPackageName: { Ref: 'Package' } } }, { PrimaryContainer: { ModelPackageName: 'arn:aws:sagemaker:eu-west-1:1:model-package/g/1' } }],
  nonCompliant: [{ PrimaryContainer: { ModelPackageName: 'arn:aws:sagemaker:us-east-1:1:model-package/g/1' } }],
  unknown: [{ PrimaryContainer: { ModelPackageName: { 'Fn::Sub': 'arn:aws:sagemaker:${Param}:1:model-package/g/1' } } }, { PrimaryContainer: { ModelPackageName: PARAM } }],
  notApplicable: [{}],
  override: { path: 'PrimaryContainer.ModelPackageName', to: 'arn:aws:sagemaker:us-east-1:1:model-package/g/1' },
});
ruleTable('ResidencyModel', {
  action: 'sagemaker:createModel',
  compliant: [{ PrimaryContainer: { ModelPackageName: 'arn:aws:sagemaker:eu-west-1:1:model-package/g/1' } }],
  nonCompliant: [{ PrimaryContainer: { ModelPackageName: 'arn:aws:sagemaker:us-east-1:1:model-package/g/1' } }],
  unknown: [{ PrimaryContainer: { ModelPackageName: PARAM } }],
  notApplicable: [{}, { PrimaryContainer: { 'ModelPackageName.$': '$.detail.ModelPackageArn' } }],
  override: { path: 'PrimaryContainer.ModelPackageName', to: 'arn:aws:sagemaker:us-east-1:1:model-package/g/1' },
});
ruleTable('ResidencyKey', {
  type: 'AWS::KMS::Key',
  compliant: [{}, { MultiRegion: false }],
  nonCompliant: [{ MultiRegion: true }, { MultiRegion: { 'Fn::If': ['Cond', true, false] } }],
  unknown: [{ MultiRegion: PARAM }],
  override: { path: 'MultiRegion', to: true },
});
ruleTable('ResidencyKey', {
  step: 'Training',
  around,
  compliant: [{ OutputDataConfig: { KmsKeyId: kmsIn('eu-central-1') } }, { OutputDataConfig: { KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } } }],
  nonCompliant: [{ OutputDataConfig: { KmsKeyId: kmsIn('us-east-1') } }, { Anything: { 'Fn::Sub': 'arn:${AWS::Partition}:kms:us-east-1:${Param}:key/x' } }],
  unknown: [{ OutputDataConfig: { KmsKeyId: PARAM } }],
  notApplicable: [{}],
  override: { path: 'OutputDataConfig.KmsKeyId', to: kmsIn('us-east-1') },
});
ruleTable('ResidencyReference', {
  type: 'AWS::Lambda::Function',
  compliant: [{ Layers: ['arn:aws:lambda:eu-west-1:1:layer:x:1'] }, { Layers: [{ 'Fn::Sub': 'arn:aws:lambda:${Param}:1:layer:x:1' }] }, { Environment: { Variables: { AWS_REGION: 'eu-west-1' } } }],
  nonCompliant: [
    { Layers: ['arn:aws:lambda:us-east-1:1:layer:x:1'] },
    { Layers: ['arn:aws:lambda:eu-west-1:1:layer:x:1', 'arn:aws:lambda:us-east-1:1:layer:y:1'] },
    { Environment: { Variables: { DATA_REGION: 'us-east-1' } } },
    { Environment: { Variables: { ENDPOINT: 'https://runtime.sagemaker.us-east-1.amazonaws.com' } } }, { Environment: { Variables: { ENDPOINT: 'https://runtime.sagemaker.eu-lunar-1.amazonaws.com' } } },
    { ServiceName: 'com.amazonaws.us-east-1.s3' },
    { Topic: 'arn:aws-cn:sns:cn-north-1:1:x' },
    { AvailabilityZone: 'us-east-1a' },
    { Args: 'run --topic=arn:aws:sns:us-east-1:123456789012:x --quiet' },
    { Args: { 'Fn::Sub': 'run ${Param} arn:aws:sns:us-east-1:123456789012:x' } },
  ],
  unknown: [{ Topic: { 'Fn::Sub': 'arn:aws:sns:${Param}:1:x' } }],
  notApplicable: [
    {}, { EventPattern: { source: ['aws.iam'], region: ['us-east-1'], detail: { awsRegion: ['us-east-1'] } } }, { FilterPolicy: { region: ['us-east-1'] } }, { Role: 'arn:aws:iam::123456789012:role/x' }, { Description: 'com.amazonaws.us-east-1.s3' },
    { Statement: [{ Effect: 'Deny', Action: '*', Resource: 'arn:aws:sns:us-east-1:1:x' }] },
    { Statement: [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:sns:*:1:x', Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } }] },
  ],
  override: { path: 'Layers', to: ['arn:aws:lambda:us-east-1:1:layer:x:1'] },
  tokenAnswer: undefined,
});
// services of others stand in regions of AWS as well, and name them in their hosts
const variable = (X: unknown) => ({ Environment: { Variables: { X } } });
ruleTable('ResidencyReference', {
  type: 'AWS::Lambda::Function',
  compliant: [
    variable('https://acct.eu-west-1.snowflakecomputing.com'), variable('acct.eu-central-1.aws.snowflakecomputing.com:443'), variable('eu-west-1,eu-central-1'), variable('eu-west-1a'), { AvailabilityZoneName: 'eu-west-1a' },
  ],
  nonCompliant: [
    ...['https://acct.us-east-1.snowflakecomputing.com', 'acct.us-east-1.snowflakecomputing.com', 'pkc-1.us-west-2.aws.confluent.cloud:9092', 'postgresql://me:word@ep-1.us-east-2.aws.neon.tech/db', 'index-1.svc.us-east-1-aws.pinecone.io',
      'eu-central-1,us-east-1', 'us-east-1 us-west-2', 'US-EAST-1A', 'curl https://acct.us-east-1.snowflakecomputing.com/x', 'echo\ncurl https://acct.us-east-1.snowflakecomputing.com'].map(variable),
    variable({ 'Fn::Sub': 'https://${Param}.us-east-1.snowflakecomputing.com/' }), { SnowflakeDestinationConfiguration: { AccountUrl: 'https://acct.us-east-1.aws.snowflakecomputing.com' } }, { AvailabilityZoneName: 'us-east-1a' },
    { Destinations: [{ AvailabilityZoneName: 'us-east-1a' }] },
  ],
  unknown: [],
  notApplicable: [
    ...['https://us-east-1.console.aws.amazon.com/x', 'data.us-east-1.parquet', 'us-east-1,ourselves', 'job-us-east-1a', 'https://example.com/us-east-1.html', 'acct.us-lunar-1.snowflakecomputing.com'].map(variable),
    { Tags: [{ Key: 'zones', Value: 'us-east-1a,us-east-1b' }] }, { LongDescription: 'https://acct.us-east-1.snowflakecomputing.com' },
  ],
  override: { path: 'Environment.Variables.X', to: 'acct.us-east-1.snowflakecomputing.com' },
  tokenAnswer: undefined,
});
test('a list of regions and an address each name a region once', () => {
  const found = judged([template({ F: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { A: 'us-east-1,eu-west-1', B: 'https://x.us-west-2.amazonaws.com/\n' } } } } })], [ruleNamed('ResidencyReference')]);
  expect(found.filter(({ answer }) => answer === 'non-compliant').map(({ detail }) => detail)).toEqual([expect.stringContaining('us-east-1'), expect.stringContaining('us-west-2')]);
});
// the name of a bucket can begin as a region does
ruleTable('ResidencyLocation', {
  step: 'Processing',
  compliant: [],
  nonCompliant: ['us-train-us-east-1', 'eu-data-us-west-2-x'].map((bucket) => ({ ProcessingInputs: { S3Input: { S3Uri: `s3://${bucket}/x` } } })),
  unknown: ['us-train-eu-west-1', 'us-train-1', 'us-train-eu-west-1-us-east-1'].map((bucket) => ({ ProcessingInputs: { S3Input: { S3Uri: `s3://${bucket}/x` } } })),
});
// Lambda takes code of its own region only; a template and a script hold no data, and neither may come from outside by its name
ruleTable('ResidencyLocation', {
  type: 'AWS::Lambda::Function',
  around,
  compliant: [{ Code: { S3Bucket: 'someones-code' } }, { Code: { S3Bucket: PARAM } }, { Code: { S3Bucket: { 'Fn::Sub': '${Param}-code' } } }, { Code: { S3Bucket: 'code-eu-west-1' } }, { Code: { S3Bucket: { Ref: 'Bucket' } } }],
  nonCompliant: [{ Code: { S3Bucket: 'code-us-east-1' } }, { Code: { S3Bucket: 'cdk-hnb659fds-assets-123456789012-us-east-1' } }, { Code: { S3Bucket: { 'Fn::Sub': '${Param}-us-east-1' } } }],
  unknown: [{ Environment: { Variables: { DATA_BUCKET: PARAM } } }],
  notApplicable: [{}, { Code: { ZipFile: 's3://someones' } }],
  override: { path: 'Code.S3Bucket', to: 'code-us-east-1' },
  tokenAnswer: 'compliant',
});
ruleTable('ResidencyLocation', {
  type: 'AWS::Glue::Job',
  around,
  compliant: [{ Command: { ScriptLocation: 's3://own/x.py' } }],
  nonCompliant: [{ Command: { ScriptLocation: 's3://code-us-east-1/x.py' } }, { DefaultArguments: { '--TempDir': 's3://temp-us-east-1/' } }],
  unknown: [{ DefaultArguments: { '--TempDir': 's3://someones/' } }],
  notApplicable: [{}, { Command: { ScriptLocation: 's3://someones/x.py' } }, { Command: { ScriptLocation: { 'Fn::Sub': 's3://${Param}/x.py' } } }, { Command: { ScriptLocation: PARAM } }],
  override: { path: 'Command.ScriptLocation', to: 's3://code-us-east-1/x.py' },
  tokenAnswer: undefined,
});
ruleTable('ResidencyLocation', {
  type: 'AWS::CloudFormation::Stack',
  compliant: [{ TemplateURL: 'https://b.s3.eu-west-1.amazonaws.com/t.yaml' }],
  nonCompliant: [{ TemplateURL: 'https://b.s3.us-east-1.amazonaws.com/t.yaml' }, { TemplateURL: 'https://templates-us-east-1.s3.amazonaws.com/t.yaml' }],
  unknown: [{ Parameters: { DataBucket: PARAM } }],
  notApplicable: [{ TemplateURL: 'https://s3.amazonaws.com/someones/t.yaml' }, { TemplateURL: { 'Fn::Sub': 'https://s3.amazonaws.com/${Param}/t.yaml' } }],
});
ruleTable('ResidencyLocation', {
  type: 'AWS::S3::Bucket',
  around,
  compliant: [{ LoggingConfiguration: { DestinationBucketName: 'someones-logs' } }, { LoggingConfiguration: { DestinationBucketName: PARAM } }, { InventoryConfigurations: [{ Destination: { BucketArn: 'arn:aws:s3:::someones' } }] }],
  nonCompliant: [{ LoggingConfiguration: { DestinationBucketName: 'logs-us-east-1' } }],
  unknown: [{ Other: { DestinationBucketName: 'someones-logs' } }],
  notApplicable: [{}, { BucketName: 'data-us-east-1' }],
  override: { path: 'LoggingConfiguration.DestinationBucketName', to: 'logs-us-east-1' },
  tokenAnswer: 'compliant',
});
test('code of another region is told to be of use in that region only', () => {
  const [found] = judged([template({ Handler: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Bucket: 'code-us-east-1' } } } })], [ruleNamed('ResidencyLocation')]);
  expect(found!.finding.detail).toBe("'code-us-east-1' is in us-east-1, outside the residency (EU); a stack of that region only can use it");
});
test('a bucket that two properties call by one text is one bucket, though what a parameter puts into it is not known', () => {
  const variables = (Variables: unknown) => ({ Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables } } });
  const parameters = { Parameters: { Name: { Type: 'String' }, Other: { Type: 'String' } } };
  const found = judged([template({
    Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { 'Fn::Sub': '${Name}-${AWS::AccountId}' } } },
    One: variables({ DATA_BUCKET: { 'Fn::Join': ['-', [{ Ref: 'Name' }, { Ref: 'AWS::AccountId' }]] }, ARGS: { 'Fn::Sub': '--in s3://${Name}-${AWS::AccountId}/x' } }),
    Two: variables({ DATA_BUCKET: { 'Fn::Sub': '${Other}-${AWS::AccountId}' } }),
    Three: variables({ DATA_BUCKET: { 'Fn::Sub': '${Name}' } }),
  }, parameters)], [ruleNamed('ResidencyLocation')]);
  expect(found.map(({ resource, finding }) => [resource.logicalId, finding.answer])).toEqual([['One', 'compliant'], ['Three', 'unknown'], ['Two', 'unknown']]);
});
test('that a stack names no region is said once, of the stack', () => {
  const resources = {
    Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
    Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Bucket' } } },
    Copied: { Type: 'AWS::S3::Bucket', Properties: { ReplicationConfiguration: { Rules: [{ Destination: { Bucket: { 'Fn::GetAtt': ['Bucket', 'Arn'] } } }] } } },
    Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { Replicas: [{ Region: { Ref: 'AWS::Region' } }] } },
    Role: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'logs:*', Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:x' } }] } } },
    Handler: { Type: 'AWS::Lambda::Function', Properties: {
      Code: { S3Bucket: { 'Fn::Sub': 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' } },
      Environment: { Variables: { DATA_BUCKET: { 'Fn::Sub': 'sagemaker-${AWS::Region}-${AWS::AccountId}' }, IMAGE: { 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/x' } } },
    } },
    Build: { Type: 'AWS::CodeBuild::Project', Properties: { Environment: { Image: 'aws/codebuild/standard:7.0' } } },
  };
  const rules = ['ResidencyStack', 'ResidencyLocation', 'ResidencyReference', 'ResidencyImage', 'ResidencyReplication'].map(ruleNamed);
  const open = (region?: string) => judged([{ ...template(resources), account: undefined, region }], rules).filter(({ answer }) => answer === 'unknown').map(({ id }) => id);
  expect([open(), open('eu-west-1')]).toEqual([['RegulatedML-ResidencyStack'], []]);
  const outside = judged([{ ...template({ Handler: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Bucket: 'code-us-east-1' } } } }), region: undefined }], [ruleNamed('ResidencyLocation')]);
  expect(outside.map(({ answer }) => answer)).toEqual(['non-compliant']);
});
const replica = (target: unknown) => ({ ReplicationConfiguration: { Rules: [{ Destination: { Bucket: target } }] } });
ruleTable('ResidencyReplication', {
  type: 'AWS::S3::Bucket',
  around: { Copy: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'copy' } } },
  compliant: [replica({ 'Fn::GetAtt': ['Copy', 'Arn'] }), replica('arn:aws:s3:::copy')],
  nonCompliant: [replica('arn:aws:s3:::backup-us-east-1')],
  unknown: [replica('arn:aws:s3:::backup'), replica('arn:aws:s3:::backup-eu-west-1'), replica(PARAM)],
  notApplicable: [{}],
  override: { path: 'ReplicationConfiguration.Rules.0.Destination.Bucket', to: 'arn:aws:s3:::backup-us-east-1' },
});
ruleTable('ResidencyReplication', {
  type: 'AWS::SecretsManager::Secret',
  compliant: [{ ReplicaRegions: [{ Region: 'eu-west-1' }] }],
  nonCompliant: [{ ReplicaRegions: [{ Region: 'eu-west-1' }, { Region: 'us-east-1' }] }],
  unknown: [{ ReplicaRegions: [{ Region: PARAM }] }],
  notApplicable: [{}],
  override: { path: 'ReplicaRegions.0.Region', to: 'us-east-1' },
});

const copied = (type: string, wrap: (place: unknown) => Record<string, unknown>, inside: unknown, outside: unknown) => ruleTable('ResidencyReplication', {
  type, compliant: [wrap(inside)], nonCompliant: [wrap(outside)], unknown: [wrap(PARAM)], notApplicable: [{}],
});
const vault = (region: string) => `arn:aws:backup:${region}:123456789012:backup-vault:x`;
copied('AWS::Backup::BackupPlan', (place) => ({ BackupPlan: { BackupPlanRule: [{ CopyActions: [{ DestinationBackupVaultArn: place }] }] } }), vault('eu-west-1'), vault('us-east-1'));
copied('AWS::DLM::LifecyclePolicy', (place) => ({ PolicyDetails: { Schedules: [{ CrossRegionCopyRules: [{ TargetRegion: place }] }] } }), 'eu-west-1', 'us-east-1');
copied('AWS::DLM::LifecyclePolicy', (place) => ({ PolicyDetails: { Actions: [{ CrossRegionCopy: [{ Target: place }] }] } }), 'eu-west-1', 'us-east-1');
copied('AWS::DLM::LifecyclePolicy', (place) => ({ CrossRegionCopyTargets: [{ TargetRegion: place }] }), 'eu-west-1', 'us-east-1');
copied('AWS::DynamoDB::GlobalTable', (place) => ({ Replicas: [{ Region: 'eu-central-1' }, { Region: place }] }), 'eu-west-1', 'us-east-1');
copied('AWS::ECR::ReplicationConfiguration', (place) => ({ ReplicationConfiguration: { Rules: [{ Destinations: [{ Region: place, RegistryId: '123456789012' }] }] } }), 'eu-west-1', 'us-east-1');
copied('AWS::EFS::FileSystem', (place) => ({ ReplicationConfiguration: { Destinations: [{ Region: place }] } }), 'eu-west-1', 'us-east-1');
copied('AWS::ImageBuilder::DistributionConfiguration', (place) => ({ Distributions: [{ Region: place }] }), 'eu-west-1', 'us-east-1');
copied('AWS::RDS::DBInstance', (place) => ({ AutomaticBackupReplicationRegion: place }), 'eu-west-1', 'us-east-1');
copied('AWS::RDS::DBCluster', (place) => ({ SourceRegion: place }), 'eu-west-1', 'us-east-1');
copied('AWS::Redshift::Cluster', (place) => ({ DestinationRegion: place }), 'eu-west-1', 'us-east-1');
copied('AWS::S3Tables::TableBucket', (place) => ({ ReplicationConfiguration: { Rules: [{ Destinations: [{ DestinationTableBucketARN: place }] }] } }), 'arn:aws:s3tables:eu-west-1:123456789012:bucket/x', 'arn:aws:s3tables:us-east-1:123456789012:bucket/x');
copied('AWS::SSMIncidents::ReplicationSet', (place) => ({ Regions: [{ RegionName: place }] }), 'eu-west-1', 'us-east-1');
copied('AWS::CloudFormation::StackSet', (place) => ({ StackInstancesGroup: [{ Regions: ['eu-central-1', place] }] }), 'eu-west-1', 'us-east-1');

test('a copy is named once, by the rule on copies', () => {
  const found = judged([template({ Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { Replicas: [{ Region: 'us-east-1' }] } } })], [ruleNamed('ResidencyReplication'), ruleNamed('ResidencyReference')]);
  expect(found.map(({ finding }) => [finding.rule, finding.answer])).toEqual([['RegulatedML-ResidencyReplication', 'non-compliant']]);
});

const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
ruleTable('ResidencyInferenceProfile', {
  type: 'AWS::Bedrock::Agent',
  around: { Profile: { Type: 'AWS::Bedrock::ApplicationInferenceProfile', Properties: {} } },
  compliant: [
    { FoundationModel: `eu.${CLAUDE}` }, { FoundationModel: `arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.${CLAUDE}` },
    { FoundationModel: { 'Fn::Sub': `arn:\${AWS::Partition}:bedrock:eu-central-1:\${AWS::AccountId}:inference-profile/eu.amazon.nova-pro-v1:0` } },
  ],
  nonCompliant: [
    { FoundationModel: `us.${CLAUDE}` }, { FoundationModel: `global.${CLAUDE}` }, { FoundationModel: 'apac.amazon.nova-lite-v1:0' }, { FoundationModel: 'jp.anthropic.claude-haiku-4-5-20251001-v1:0' }, { FoundationModel: 'us-gov.meta.llama3-70b' },
    { FoundationModel: `arn:aws:bedrock:eu-central-1:123456789012:inference-profile/global.${CLAUDE}` }, { Environment: { Variables: { ARGS: `--model=global.${CLAUDE} --quiet` } } },
    { FoundationModel: { 'Fn::If': ['Cond', `eu.${CLAUDE}`, `us.${CLAUDE}`] } },
  ],
  unknown: [
    { FoundationModel: PARAM }, { ModelId: PARAM }, { FoundationModel: { 'Fn::Sub': `\${Param}.${CLAUDE}` } }, { Environment: { ARGS: { 'Fn::Sub': `--model \${Param}.${CLAUDE}` } } },
    { FoundationModel: { 'Fn::Sub': `arn:aws:bedrock:eu-central-1:123456789012:inference-profile/\${Param}.${CLAUDE}` } }, { FoundationModel: `sa.${CLAUDE}` },
    { FoundationModel: { 'Fn::Sub': 'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/${Param}' } },
  ],
  // a model by itself answers where it is asked; a host is no model; a profile of the app is judged where it is made
  notApplicable: [
    {}, { FoundationModel: CLAUDE }, { FoundationModel: 'mistral.mistral-7b-instruct-v0:2' }, { FoundationModel: 'zai.glm-4.6' }, { Host: 'eu.amazon.example' }, { Host: 'www.us.anthropic.com.example' }, { Name: 'us.newmaker.model-v1:0' },
    { FoundationModel: { 'Fn::GetAtt': ['Profile', 'InferenceProfileArn'] } }, { Other: PARAM },
    { FoundationModel: { 'Fn::Sub': 'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/${Profile.InferenceProfileId}' } },
    { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: { 'Fn::Sub': 'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/${Param}' } }] } },
  ],
  override: { path: 'FoundationModel', to: `global.${CLAUDE}` },
});
ruleTable('ResidencyInferenceProfile', {
  type: 'AWS::Lambda::Function',
  compliant: [{ Environment: { Variables: { MODEL_ID: 'eu.newmaker.model-v1:0' } } }],
  nonCompliant: [
    { Environment: { Variables: { MODEL_ID: 'us.newmaker.model-v1:0' } } }, { Environment: { Variables: { ANY: 'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/us.newmaker.model-v1:0' } } },
  ],
  unknown: [{ Environment: { Variables: { INFERENCE_PROFILE_ARN: { 'Fn::Sub': `\${Param}.${CLAUDE}` } } } }],
  notApplicable: [{}, { Environment: { Variables: { MODEL_ID: PARAM } } }],
});
test('a profile of the Union is outside a residency that leaves one of its regions out', () => {
  const one = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.regions('eu-central-1') });
  const [found] = judged([template({ Agent: { Type: 'AWS::Bedrock::Agent', Properties: { FoundationModel: `eu.${CLAUDE}` } } })], [ruleNamed('ResidencyInferenceProfile')], one);
  expect([found!.finding.answer, found!.finding.detail]).toEqual(['non-compliant', `'eu.${CLAUDE}' may answer from eu-north-1, eu-south-1, eu-south-2 and 2 others, outside the residency (eu-central-1)`]);
});

const told = (...texts: unknown[]) => texts.map((TOLD) => ({ Environment: { Variables: { TOLD } } }));
ruleTable('ResidencyReference', {
  type: 'AWS::Serverless::Function',
  compliant: told('{"region":"eu-west-1"}', '--region eu-west-1', 'EU-WEST-1', '["eu-west-1","eu-central-1"]', { 'Fn::Sub': 'https://sqs.eu-west-1.amazonaws.com/${Param}/q' }),
  nonCompliant: told(
    '{"region":"us-east-1"}', '{"region": "us-east-1", "n": 1}', '{\\"region\\":\\"us-east-1\\"}', '{"where":"us-east-1"}', '["eu-west-1","us-east-1"]', "{'region': 'us-east-1'}", '--region us-east-1', '--region=us-east-1 --quiet',
    'train --aws-region "us-east-1"', 'region=us-east-1', 'AWS_DEFAULT_REGION=us-east-1;X=1', 'regions: eu-west-1, us-east-1', 'US-EAST-1', 'region=US-EAST-1', 'https://x.example/?region=us-east-1', 'region_name="us-east-1a"',
    { 'Fn::Sub': '--region us-east-1 --key ${Param}' }, { 'Fn::Sub': 'https://sqs.us-east-1.amazonaws.com/${Param}/q' },
  ),
  unknown: told({ 'Fn::Sub': '--region ${Param}' }, { 'Fn::Sub': '{"region":"${Param}","n":1}' }, { 'Fn::Sub': 'https://runtime.sagemaker.${Param}.amazonaws.com' }, { 'Fn::Sub': 'com.amazonaws.${Param}.s3' }),
  notApplicable: [
    ...told(
      'etl-us-east-1', 'us-east-1-etl', 'region=etl-us-east-1', 'models/us-east-1/v1', '--region-of-interest 4 us-east-1', 'a talk of us-east-1', 'regional us-east-1', '"not us-east-1"', '{"digest":"us-east-12ab"}', '9fus-east-1c0', 'us-east-1.example',
      'region=mars-north-1', '{"Statement":[{"Effect":"Deny","Action":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}}]}', { 'Fn::Sub': '--key ${Param} --regional x' },
    ),
    // where AWS publishes what rotates secrets of databases
    { Location: { ApplicationId: 'arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSMySQLRotationSingleUser' } },
    { ImageDescription: 'made with --region us-east-1' }, { ImageDescription: 'made\nwith --region us-east-1' }, { Tags: [{ Key: 'made', Value: 'region=us-east-1' }] },
  ],
});
ruleTable('ResidencyReference', {
  type: 'AWS::EC2::Subnet',
  compliant: [{ AvailabilityZone: 'eu-central-1a' }, { AvailabilityZone: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] } }, { AvailabilityZones: { 'Fn::GetAZs': { Ref: 'AWS::Region' } } }],
  nonCompliant: [
    { AvailabilityZone: { 'Fn::Select': [0, { 'Fn::GetAZs': 'us-east-1' }] } }, { AvailabilityZone: 'us-east-1-bos-1a' }, { AvailabilityZone: 'us-east-1-wl1-bos-wlz-1' }, { AvailabilityZoneId: 'use1-bos1-az1' }, { PreferredAvailabilityZone: 'us-east-1a' },
  ],
  // Warsaw is in the Union, and Casablanca is not: the name of its region does not tell
  unknown: [{ AvailabilityZone: 'eu-central-1-waw-1a' }, { AvailabilityZone: 'eu-west-3-cmn-wlz-1' }, { AvailabilityZoneId: 'euc1-waw1-az1' }],
  notApplicable: [{}, { AvailabilityZone: PARAM }, { AvailabilityZone: { 'Fn::Select': [0, { 'Fn::GetAZs': PARAM }] } }, { AvailabilityZoneId: 'use1-bos1-az1x' }],
});
ruleTable('ResidencyReference', {
  type: 'AWS::EC2::VPCEndpoint',
  compliant: [{ ServiceName: 'com.amazonaws.eu-central-1.s3' }, { ServiceName: { 'Fn::Sub': 'com.amazonaws.${AWS::Region}.s3' } }],
  nonCompliant: [{ ServiceName: 'com.amazonaws.us-east-1.s3' }],
  unknown: [{ ServiceName: PARAM }, { ServiceName: { 'Fn::Sub': 'com.amazonaws.${Param}.s3' } }],
  notApplicable: [{}],
  override: { path: 'ServiceName', to: 'com.amazonaws.us-east-1.s3' },
});
const packed = (text: string | Buffer) => gzipSync(text);
const ABROAD = '#!/bin/bash\naws configure set region us-east-1 --region us-east-1\n';
const message = (type: string, body: string, more = '') => (
  `Content-Type: multipart/mixed; boundary="=="\r\nMIME-Version: 1.0\r\n\r\n--==\r\nContent-Type: ${type}\r\n${more}Content-Disposition: attachment\r\n\r\n${body}\r\n--==--\r\n`);
const base64 = (text: string) => Buffer.from(text).toString('base64');
ruleTable('ResidencyLocation', {
  type: 'AWS::SageMaker::NotebookInstanceLifecycleConfig',
  around,
  compliant: [{ OnStart: [{ Content: base64('#!/bin/bash\naws s3 cp s3://own/x /home\n') }] }],
  nonCompliant: [
    { OnStart: [{ Content: base64('#!/bin/bash\naws s3 cp /data s3://backup-us-east-1/x\n') }] }, { OnCreate: [{ Content: { 'Fn::Base64': 'aws s3 cp /data s3://backup-us-east-1/x' } }] },
    { OnStart: [{ Content: { 'Fn::Base64': { 'Fn::Sub': 'aws s3 cp /data/${Param} s3://backup-us-east-1/x' } } }] },
    { OnStart: [{ Content: { 'Fn::Base64': { 'Fn::If': ['Cond', 'true', 'aws s3 cp /data s3://backup-us-east-1/x'] } } }] },
  ],
  unknown: [{ OnStart: [{ Content: base64('aws s3 cp /data s3://someones/x') }] }],
  notApplicable: [{}, { OnStart: [{ Content: base64('echo us-east-1 s3') }] }, { OnStart: [{ Content: 'AAECAwQFBgcICQoL' }] }, { OnStart: [{ Content: 'c2hvcnQ' }] }],
});
ruleTable('ResidencyReference', {
  type: 'AWS::EC2::LaunchTemplate',
  compliant: [{ LaunchTemplateData: { UserData: base64('aws configure set region eu-west-1 --region eu-west-1') } }],
  nonCompliant: [
    { LaunchTemplateData: { UserData: base64('#!/bin/bash\naws s3 sync /data s3://$OUT --region us-east-1\n') } }, { LaunchTemplateData: { UserData: base64('curl https://sqs.us-east-1.amazonaws.com/') } },
    { LaunchTemplateData: { UserData: base64('export AWS_REGION=us-east-1') } }, { LaunchTemplateData: { UserData: { 'Fn::Base64': { 'Fn::Sub': 'publish ${Param} arn:aws:sns:us-east-1:123456789012:x' } } } },
    // packed, in parts of a message, packed within one, and what it writes to a file
    { LaunchTemplateData: { UserData: packed(ABROAD).toString('base64') } }, { LaunchTemplateData: { UserData: base64(message('text/x-shellscript', ABROAD)) } },
    { LaunchTemplateData: { UserData: base64(message('text/x-shellscript', `${base64(ABROAD).slice(0, 20)}\r\n${base64(ABROAD).slice(20)}`, 'Content-Transfer-Encoding: base64\r\n')) } },
    { LaunchTemplateData: { UserData: packed(message('application/gzip', packed(ABROAD).toString('base64'), 'Content-Transfer-Encoding: base64\r\n')).toString('base64') } },
    { LaunchTemplateData: { UserData: base64(`#cloud-config\nwrite_files:\n- encoding: gz+b64\n  content: ${packed(ABROAD).toString('base64')}\n`) } },
  ],
  // cut off, of more than a machine takes, no text, packed too often
  unknown: [
    { LaunchTemplateData: { UserData: packed(ABROAD).subarray(0, 30).toString('base64') } }, { LaunchTemplateData: { UserData: packed('x'.repeat(5_000_000)).toString('base64') } },
    { LaunchTemplateData: { UserData: packed(Buffer.from([0, 1, 2, 255])).toString('base64') } }, { LaunchTemplateData: { UserData: packed(packed(packed(packed(ABROAD)))).toString('base64') } },
    { LaunchTemplateData: { UserData: base64(`#cloud-config\nwrite_files:\n- encoding: gz+b64\n  content: ${packed(ABROAD).toString('base64').slice(0, 40)}\n`) } },
  ],
  notApplicable: [
    {}, { LaunchTemplateData: { UserData: base64('# not for us-east-1') } }, { LaunchTemplateData: { UserData: PARAM } }, { LaunchTemplateData: { UserData: packed('echo 1').toString('base64') } },
    { LaunchTemplateData: { UserData: base64('x'.repeat(9) + 'H4sI') } },
  ],
});
ruleTable('ResidencyReference', {
  type: 'Custom::CrossRegionExportWriter',
  compliant: [{ WriterProps: { region: 'eu-west-1', exports: {} } }, { Anything: 'eu-west-1' }, { ServiceName: 'com.amazonaws.vpce.eu-west-1.vpce-svc-1' }, { LocationName: 'euc1-az1' }, { Regions: 'eu-west-1,eu-central-1' }],
  nonCompliant: [
    { WriterProps: { region: 'us-east-1', exports: {} } }, { ReaderProps: { region: 'us-east-1', imports: {} } }, { Anything: 'us-east-1' }, { Anything: ['eu-west-1', 'us-east-1'] },
    { Regions: 'eu-west-1,us-east-1' }, { ServiceName: 'com.amazonaws.vpce.us-east-1.vpce-svc-1' }, { ServiceRegion: 'us-east-1' }, { LocationName: 'use1-az4' }, { AvailabilityZoneIds: ['usw2-az1'] },
    { Name: 'arn:aws:s3express:us-east-1:123456789012:bucket/x--use1-az4--x-s3' }, { SourceSnapshot: 'arn:aws:rds:us-east-1:123456789012:snapshot:x' }, { Image: { SnapshotArn: 'arn:aws:ec2:us-west-2::snapshot/snap-1' } },
  ],
  unknown: [{ WriterProps: { region: PARAM } }, { Regions: [PARAM] }],
  notApplicable: [{}, { Tags: [{ Key: 'copied-from', Value: 'us-east-1' }] }, { Anything: 'not us-east-1 but a text' }, { Name: 'use1-az4x' }],
  override: { path: 'WriterProps.region', to: 'us-east-1' },
});
ruleTable('ResidencyLocation', {
  type: 'AWS::S3::MultiRegionAccessPoint',
  around: { Home: bucket, Away: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'away-us-west-2' } } },
  compliant: [{ Regions: [{ Bucket: 'own' }] }, { Regions: [{ Bucket: { Ref: 'Home' } }] }],
  nonCompliant: [{ Regions: [{ Bucket: 'own' }, { Bucket: 'someones-us-east-1' }] }],
  unknown: [{ Regions: [{ Bucket: 'someones' }] }, { Regions: [{ Bucket: PARAM }] }],
  notApplicable: [{}],
});
test('an image of a repository of the app is where the repository is', () => {
  const answers = (region: string) => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: { ...ENV, region } });
    new CfnResource(stack, 'Model', { type: 'AWS::SageMaker::Model', properties: { PrimaryContainer: { Image: new ecr.Repository(stack, 'Repository').repositoryUriForTag('1') } } });
    return judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed('ResidencyImage')], profile: PROFILE, pack: 'R' }).map(({ finding }) => finding.answer);
  };
  expect([answers('eu-west-1'), answers('us-east-1')]).toEqual([['compliant'], ['non-compliant']]);
});
test('the name of a directory bucket says where it is', () => {
  const answers = (name: string) => judged([template({ Model: { Type: 'AWS::SageMaker::Model', Properties: { ModelDataUrl: `s3://x--${name}--x-s3/m.tgz` } } })], [ruleNamed('ResidencyLocation')]).map(({ finding }) => finding.answer);
  expect([answers('euc1-az1'), answers('use1-az4'), answers('zzz9-az1')]).toEqual([['compliant'], ['non-compliant'], ['unknown']]);
});
test('ids of zones tell the region of every region that is known', () => {
  expect(['use1-az4', 'usw2-az1', 'apne1-az2', 'apse3-az1', 'euc1-az1', 'eus2-az3', 'usgw1-az1', 'cnnw1-az1', 'sae1-az1', 'cac1-az4', 'mec1-az1', 'nowhere-az1'].map(regionOfZoneId))
    .toEqual(['us-east-1', 'us-west-2', 'ap-northeast-1', 'ap-southeast-3', 'eu-central-1', 'eu-south-2', 'us-gov-west-1', 'cn-northwest-1', 'sa-east-1', 'ca-central-1', 'me-central-1', undefined]);
});

describe('references between regions that the CDK makes', () => {
  /** What the rule says of a model in one region whose artifact lies in a bucket of another. */
  function found(rule: string, source: string, reader: string): string[][] {
    const app = new App();
    const away = new Stack(app, 'Away', { env: { ...ENV, region: source }, crossRegionReferences: true });
    const bucket = new s3.Bucket(away, 'Bucket');
    const home = new Stack(app, 'Home', { env: { ...ENV, region: reader }, crossRegionReferences: true });
    new CfnResource(home, 'Model', { type: 'AWS::SageMaker::Model', properties: { PrimaryContainer: { ModelDataUrl: `s3://${bucket.bucketName}/m.tgz` } } });
    app.synth();
    return judgementsOf({ view: readApp(app, true).view, rules: [ruleNamed(rule)], profile: PROFILE, pack: 'R' })
      .filter(({ resource }) => /^(Custom::CrossRegion|AWS::SageMaker)/.test(resource.type)).map(({ resource, finding }) => [resource.type, finding.answer]);
  }
  test('the bucket is where its own stack is, not where it is read', () => {
    expect(found('ResidencyLocation', 'us-east-1', 'eu-west-1')).toEqual([['AWS::SageMaker::Model', 'non-compliant']]);
    expect(found('ResidencyLocation', 'eu-central-1', 'eu-west-1')).toEqual([['AWS::SageMaker::Model', 'compliant']]);
  });
  test('a writer of parameters in another region is a finding', () => {
    expect(found('ResidencyReference', 'eu-central-1', 'us-east-1')).toContainEqual(['Custom::CrossRegionExportWriter', 'non-compliant']);
    expect(found('ResidencyReference', 'eu-central-1', 'eu-west-1').map(([, answer]) => answer)).not.toContain('non-compliant');
  });
});

describe('ResidencyStack', () => {
  test.each([['eu-west-1', 'compliant'], ['us-east-1', 'non-compliant'], ['moon-1', 'non-compliant'], [undefined, 'unknown']])('a stack in %s is %s', (region, answer) => {
    const found = judged([{ ...template({}), region }], [ruleNamed('ResidencyStack')]);
    expect(found.map(({ finding }) => finding.answer)).toEqual([answer]);
  });
});

test('a bucket in a stack of another region is found through the reference', () => {
  const home = template({ Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: { 'Fn::Join': ['', ['s3://', { 'Fn::ImportValue': 'Away:Bucket' }, '/m.tgz']] } } } } });
  const away = {
    ...template({ Bucket: { Type: 'AWS::S3::Bucket', Properties: {} } }, { Outputs: { Out: { Value: { Ref: 'Bucket' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Bucket' } } } } }),
    stackName: 'Away', path: 'Away', region: 'us-east-1',
  };
  const found = judged([home, away], [ruleNamed('ResidencyLocation')]);
  expect(found.map(({ finding }) => [finding.path, finding.answer])).toEqual([['Model', 'non-compliant']]);
});
