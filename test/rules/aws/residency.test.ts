import { ruleTable } from '../table';
import { judged, ruleNamed, template } from '../support';

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
  ],
  nonCompliant: [
    { AlgorithmSpecification: { TrainingImage: ecrIn('us-east-1') } },
    { Environment: { OTHER: ecrIn('us-east-1') } },
    { ContainerArguments: [`--base=${ecrIn('us-east-1')}`] },
    { AlgorithmSpecification: { TrainingImage: { 'Fn::Join': ['', [PARAM, '.dkr.ecr.us-west-2.amazonaws.com/x']] } } },
    { AlgorithmSpecification: { TrainingImage: { 'Fn::If': ['Cond', ecrIn('eu-west-1'), ecrIn('us-east-1')] } } },
    { AlgorithmSpecification: { TrainingImage: { 'Std:Join': { On: '', Values: ['123456789012.dkr.ecr.us-east-1', '.amazonaws.com/x'] } } } },
  ],
  unknown: [
    { AlgorithmSpecification: { TrainingImage: PARAM } },
    { AlgorithmSpecification: { TrainingImage: 'docker.io/library/python:3' } },
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
ruleTable('ResidencyLocation', {
  step: 'Processing',
  around,
  compliant: [
    { ProcessingInputs: { S3Input: { S3Uri: 's3://own/x' } } },
    { ProcessingInputs: { S3Input: { S3Uri: { 'Fn::Sub': 's3://${Bucket}/x' } } } },
    { ProcessingInputs: { S3Input: { S3Uri: 's3://cdk-hnb659fds-assets-123456789012-eu-west-1/x' } } },
    { ProcessingInputs: { S3Input: { S3Uri: { Get: 'Steps.Train.ModelArtifacts.S3ModelArtifacts' } } } },
    { ProcessingInputs: { S3Input: { S3Uri: { 'Std:Join': { On: '/', Values: ['s3://own', { Get: 'Execution.PipelineExecutionId' }] } } } } },
  ],
  nonCompliant: [
    { ProcessingInputs: { S3Input: { S3Uri: 's3://jumpstart-cache-prod-us-west-2/x' } } },
    { ContainerArguments: ['--from=s3://jumpstart-cache-prod-us-west-2/x'] },
    { ProcessingInputs: { S3Input: { S3Uri: { 'Std:Join': { On: '/', Values: ['s3://jumpstart-cache-prod-us-west-2', { Get: 'Execution.PipelineExecutionId' }] } } } } },
  ],
  unknown: [
    { ProcessingInputs: { S3Input: { S3Uri: 's3://somewhere/x' } } },
    { ProcessingInputs: { S3Input: { S3Uri: 's3://sagemaker-eu-west-1-123456789012/x' } } },
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
  compliant: [{ PrimaryContainer: { ModelPackageName: 'arn:aws:sagemaker:eu-west-1:1:model-package/g/1' } }],
  nonCompliant: [{ PrimaryContainer: { ModelPackageName: 'arn:aws:sagemaker:us-east-1:1:model-package/g/1' } }],
  unknown: [{ PrimaryContainer: { ModelPackageName: { 'Fn::Sub': 'arn:aws:sagemaker:${Param}:1:model-package/g/1' } } }],
  notApplicable: [{}],
  override: { path: 'PrimaryContainer.ModelPackageName', to: 'arn:aws:sagemaker:us-east-1:1:model-package/g/1' },
  tokenAnswer: undefined,
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
  compliant: [{ Layers: ['arn:aws:lambda:eu-west-1:1:layer:x:1'] }, { Environment: { Variables: { AWS_REGION: 'eu-west-1' } } }],
  nonCompliant: [
    { Layers: ['arn:aws:lambda:us-east-1:1:layer:x:1'] },
    { Environment: { Variables: { DATA_REGION: 'us-east-1' } } },
    { Environment: { Variables: { ENDPOINT: 'https://runtime.sagemaker.us-east-1.amazonaws.com' } } },
    { ServiceName: 'com.amazonaws.us-east-1.s3' },
    { Topic: 'arn:aws-cn:sns:cn-north-1:1:x' },
    { AvailabilityZone: 'us-east-1a' },
    { Args: 'run --topic=arn:aws:sns:us-east-1:123456789012:x --quiet' },
    { Args: { 'Fn::Sub': 'run ${Param} arn:aws:sns:us-east-1:123456789012:x' } },
  ],
  unknown: [{ Layers: [{ 'Fn::Sub': 'arn:aws:lambda:${Param}:1:layer:x:1' }] }],
  notApplicable: [
    {}, { Role: 'arn:aws:iam::123456789012:role/x' }, { Description: 'com.amazonaws.us-east-1.s3' },
    { Statement: [{ Effect: 'Deny', Action: '*', Resource: 'arn:aws:sns:us-east-1:1:x' }] },
    { Statement: [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:sns:*:1:x', Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } }] },
  ],
  override: { path: 'Layers', to: ['arn:aws:lambda:us-east-1:1:layer:x:1'] },
  tokenAnswer: undefined,
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
