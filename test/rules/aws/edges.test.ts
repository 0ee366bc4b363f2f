import { judged, ruleNamed, template } from '../support';
import { ruleTable } from '../table';
import { USES } from './around';

// one case for each word of a list, and for each part of a condition, that decides by itself

const ROLE = { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }] } };
const may = (statement: Record<string, unknown>) => ({ Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', ...statement }] } }] });
const on = (Action: string, Resource: string, Condition?: unknown) => may({ Action, Resource, ...(Condition ? { Condition } : {}) });

describe('permissions', () => {
  ruleTable('IamWildcardResource', {
    type: 'AWS::IAM::Role',
    compliant: ['ec2:DescribeVpcs', 's3:ListAllMyBuckets', 'sqs:ListQueues'].map((action) => ({ ...ROLE, ...on(action, '*') })),
    nonCompliant: [
      's3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan', 'kinesis:GetRecords', 'kinesis:PutRecord',
      'sagemaker:InvokeEndpoint', 'sagemaker:GetRecord', 'sagemaker:PutRecord', 'sagemaker:DeleteRecord', 'bedrock:InvokeModel', 'secretsmanager:GetSecretValue', 'ssm:GetParameter',
      'sqs:ReceiveMessage', 'sqs:SendMessage', 'sns:Publish', 'athena:GetQueryResults', 'lambda:InvokeFunction',
    ].map((action) => ({ ...ROLE, ...on(action, '*') })),
    unknown: [],
  });
  ruleTable('IamPassRole', {
    type: 'AWS::IAM::Role',
    compliant: [{ ...ROLE, ...on('iam:PassRole', 'arn:aws:iam::123456789012:role/train', { StringEquals: { 'IAM:passedToService': 'sagemaker.amazonaws.com' } }) }],
    nonCompliant: ['iam:AssociatedResourceArn', 'aws:PrincipalTag/team', 'aws:ResourceTag/team', 'aws:SourceVpc', 'iam:PassedToServices']
      .map((key) => ({ ...ROLE, ...on('iam:PassRole', 'arn:aws:iam::123456789012:role/train', { StringEquals: { [key]: 'sagemaker.amazonaws.com' } }) })),
    unknown: [],
  });
  ruleTable('IamLongLivedCredentials', {
    type: 'AWS::IAM::User',
    around: { Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: 's3://data/m.tgz' } } } },
    compliant: [], unknown: [],
    nonCompliant: ['s3:GetObject', 'dynamodb:GetItem', 'kinesis:GetRecords', 'kms:Decrypt', 'secretsmanager:GetSecretValue', 'iam:PassRole', 'sts:AssumeRole'].map((action) => on(action, '*')),
    notApplicable: ['s3:ListAllMyBuckets', 'kinesis:ListStreams', 'iam:GetRole'].map((action) => on(action, '*')),
  });
  const bucket = (condition: unknown) => ({ Bucket: 'data', PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*', Condition: condition }] } });
  ruleTable('ResourcePolicyPublic', {
    type: 'AWS::S3::BucketPolicy',
    compliant: [
      ...['aws:PrincipalAccount', 'aws:SourceAccount', 'aws:SourceOwner', 'kms:CallerAccount', 's3:DataAccessPointAccount'].map((key) => [key, '123456789012']),
      ...['aws:PrincipalOrgID', 'aws:SourceOrgID'].map((key) => [key, 'o-a1b2c3']), ...['aws:PrincipalOrgPaths', 'aws:SourceOrgPaths'].map((key) => [key, 'o-a1b2c3/r-1/*']),
      ...['aws:PrincipalArn', 'aws:SourceArn'].map((key) => [key, 'arn:aws:iam::123456789012:role/read']), ['aws:SourceVpc', 'vpc-1'], ['aws:SourceVpce', 'vpce-1'], ['aws:userid', 'AROA1:*'],
    ].map(([key, value]) => bucket({ StringLike: { [key!]: value } })).concat(bucket({ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } })),
    nonCompliant: ['aws:ViaAWSService', 'kms:ViaService', 'aws:VpcSourceIp', 'aws:SourceOwners', 's3:prefix'].map((key) => bucket({ StringLike: { [key]: '123456789012' } })),
    unknown: [],
  });
});

ruleTable('KmsKeyRotation', {
  type: 'AWS::KMS::Key', compliant: [{ Origin: 'AWS_KMS', EnableKeyRotation: true }], nonCompliant: [{ Origin: 'AWS_KMS' }, { KeySpec: 'SYMMETRIC_DEFAULT' }], unknown: [],
  notApplicable: [{ Origin: 'EXTERNAL' }, { Origin: 'AWS_CLOUDHSM', KeySpec: 'SYMMETRIC_DEFAULT' }, { KeySpec: 'RSA_2048' }],
});

const ending = (more: Record<string, unknown>) => ({ LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 30, ...more }] } });
ruleTable('S3BucketRetention', {
  type: 'AWS::S3::Bucket', around: USES,
  compliant: [ending({}), ending({ Prefix: '', TagFilters: [] })], nonCompliant: [],
  unknown: [ending({ Prefix: 'raw/' }), ending({ TagFilters: [{ Key: 'a', Value: 'b' }] }), ending({ ObjectSizeGreaterThan: '1024' }), ending({ ObjectSizeLessThan: '1024' })],
});

const archiving = (key: string) => ({ Action: 'ARCHIVE', FindingCriteria: { Criterion: { [key]: { eq: ['x'] } } } });
ruleTable('MacieFindingsFilter', {
  type: 'AWS::Macie::FindingsFilter',
  compliant: ['type', 'id', 'resourcesAffected.s3Object.key', 'classificationDetails.jobId'].map(archiving), nonCompliant: ['typeOfDay', 'identity', 'count', 'severity.score'].map(archiving), unknown: [],
});

const called = (image: string) => ({ PrimaryContainer: { Image: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/${image}` } });
ruleTable('SageMakerModelImagePinned', {
  type: 'AWS::SageMaker::Model',
  compliant: ['risk:1.4', 'risk:v2', 'risk:release-7', `risk@sha256:${'a'.repeat(64)}`].map(called), nonCompliant: ['risk:latest', 'risk:stable', 'risk', 'risk2'].map(called), unknown: [],
});

// each way to a function that reads data, and one that leads nowhere
const READER = { Reads: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'reads', Environment: { Variables: { BUCKET: { Ref: 'Data' } } } } }, Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } } };
ruleTable('LambdaUrlAuth', {
  type: 'AWS::Lambda::Url',
  around: {
    ...READER, Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: 's3://data/m.tgz' } } },
    Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Reads' }, FunctionVersion: { 'Fn::GetAtt': ['One', 'Version'] } } },
    One: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Reads' } } },
    Other: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'other' } }, Elsewhere: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Other' } } },
  },
  compliant: [], unknown: [],
  nonCompliant: [{ Ref: 'Reads' }, { Ref: 'Live' }, { Ref: 'One' }, 'reads', 'reads:live', 'arn:aws:lambda:eu-central-1:123456789012:function:reads:live'].map((TargetFunctionArn) => ({ TargetFunctionArn, AuthType: 'NONE' })),
  notApplicable: [{ Ref: 'Other' }, { Ref: 'Elsewhere' }].map((TargetFunctionArn) => ({ TargetFunctionArn, AuthType: 'NONE' })),
});

test('a registry scans the images of its own account and region, and no others', () => {
  const repositories = template({ Subject: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'risk' } }, Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { Image: { 'Fn::GetAtt': ['Subject', 'RepositoryUri'] } } } } });
  const registry = (where: { account?: string; region?: string }) => ({
    ...template({ Registry: { Type: 'AWS::ECR::RegistryScanningConfiguration', Properties: { Rules: [{ ScanFrequency: 'SCAN_ON_PUSH', RepositoryFilters: [{ Filter: '*', FilterType: 'WILDCARD' }] }] } } }),
    stackName: 'Registry', path: 'Registry', template: 'Registry.template.json', ...where,
  });
  const answer = (where: { account?: string; region?: string }) => judged([repositories, registry(where)], [ruleNamed('EcrRepositoryScan')]).map(({ finding }) => finding.answer);
  expect([answer({}), answer({ account: '210987654321' }), answer({ region: 'eu-west-1' })]).toEqual([['compliant'], ['non-compliant'], ['non-compliant']]);
});

// each of the paths leads to a copy by itself
describe.each([
  ['AWS::Backup::BackupPlan', 'BackupPlan.BackupPlanRule.*.CopyActions.*.DestinationBackupVaultArn'],
  ['AWS::CloudFormation::StackSet', 'StackInstancesGroup.*.Regions.*'],
  ['AWS::DLM::LifecyclePolicy', 'PolicyDetails.Schedules.*.CrossRegionCopyRules.*.TargetRegion'],
  ['AWS::DLM::LifecyclePolicy', 'PolicyDetails.Schedules.*.CrossRegionCopyRules.*.Target'],
  ['AWS::DLM::LifecyclePolicy', 'PolicyDetails.Actions.*.CrossRegionCopy.*.Target'],
  ['AWS::DLM::LifecyclePolicy', 'PolicyDetails.CrossRegionCopyTargets.*.TargetRegion'],
  ['AWS::DLM::LifecyclePolicy', 'CrossRegionCopyTargets.*.TargetRegion'],
  ['AWS::DynamoDB::GlobalTable', 'Replicas.*.Region'],
  ['AWS::ECR::ReplicationConfiguration', 'ReplicationConfiguration.Rules.*.Destinations.*.Region'],
  ['AWS::EFS::FileSystem', 'ReplicationConfiguration.Destinations.*.Region'],
  ['AWS::ImageBuilder::DistributionConfiguration', 'Distributions.*.Region'],
  ['AWS::RDS::DBInstance', 'AutomaticBackupReplicationRegion'],
  ['AWS::RDS::DBInstance', 'SourceRegion'],
  ['AWS::RDS::DBCluster', 'SourceRegion'],
  ['AWS::Redshift::Cluster', 'DestinationRegion'],
  ['AWS::S3Tables::TableBucket', 'ReplicationConfiguration.Rules.*.Destinations.*.DestinationTableBucketARN'],
  ['AWS::SecretsManager::Secret', 'ReplicaRegions.*.Region'],
  ['AWS::SSMIncidents::ReplicationSet', 'Regions.*.RegionName'],
])('%s %s', (type, path) => {
  const withRegion = (region: string): Record<string, unknown> => {
    const place = /(?:Arn|ARN)$/.test(path) ? `arn:aws:backup:${region}:123456789012:backup-vault:x` : region;
    return path.split('.').reduceRight<unknown>((inner, key) => (key === '*' ? [inner] : { [key]: inner }), place) as Record<string, unknown>;
  };
  ruleTable('ResidencyReplication', { type, compliant: [withRegion('eu-west-1')], nonCompliant: [withRegion('us-east-1')], unknown: [] });
});

// what a tuning, an automatic training and a transform call otherwise than a training does
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1';
const VPC = { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'] };
const ON_DISK = { ResourceConfig: { InstanceType: 'ml.m5.large' } };
const TUNINGS: readonly [rule: string, good: Record<string, unknown>, bad: Record<string, unknown>][] = [
  ['SageMakerJobImagePinned', { AlgorithmSpecification: { TrainingImage: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/risk:1.4' } }, { AlgorithmSpecification: { TrainingImage: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/risk:latest' } }],
  ['SageMakerJobInterContainerEncryption', { EnableInterContainerTrafficEncryption: true }, { EnableInterContainerTrafficEncryption: false }],
  ['SageMakerJobMaxRuntime', { StoppingCondition: { MaxRuntimeInSeconds: 3600 } }, { StoppingCondition: {} }],
  ['SageMakerJobNetworkIsolation', { EnableNetworkIsolation: true }, {}],
  ['SageMakerJobOutputKey', { OutputDataConfig: { KmsKeyId: KEY } }, { OutputDataConfig: { S3OutputPath: 's3://models/' } }],
  ['SageMakerJobSpotCheckpoint', { EnableManagedSpotTraining: true, CheckpointConfig: { S3Uri: 's3://models/checkpoints/' } }, { EnableManagedSpotTraining: true }],
  ['SageMakerJobVolumeKey', { ResourceConfig: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: KEY } }, ON_DISK],
  ['SageMakerJobVolumeKey', { HyperParameterTuningResourceConfig: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: KEY } }, { HyperParameterTuningResourceConfig: { InstanceType: 'ml.m5.large' } }],
  ['SageMakerJobVpc', { VpcConfig: VPC }, {}],
];
for (const [rule, good, bad] of TUNINGS) {
  ruleTable(rule, {
    step: 'Tuning', unknown: [],
    compliant: [{ TrainingJobDefinition: good }, { TrainingJobDefinitions: [good, good] }],
    nonCompliant: [{ TrainingJobDefinition: bad }, { TrainingJobDefinitions: [good, bad] }],
  });
}
const AUTOML: readonly [rule: string, good: Record<string, unknown>][] = [
  ['SageMakerJobInterContainerEncryption', { EnableInterContainerTrafficEncryption: true }], ['SageMakerJobVolumeKey', { VolumeKmsKeyId: KEY }], ['SageMakerJobVpc', { VpcConfig: VPC }],
];
for (const [rule, SecurityConfig] of AUTOML) {
  ruleTable(rule, {
    step: 'AutoML', compliant: [{ AutoMLJobConfig: { SecurityConfig } }, { SecurityConfig }], nonCompliant: [{ AutoMLJobConfig: { SecurityConfig: {} } }, { SecurityConfig: {} }], unknown: [],
  });
}
ruleTable('SageMakerJobOutputKey', {
  step: 'Transform', compliant: [{ DataCaptureConfig: { DestinationS3Uri: 's3://captures/', KmsKeyId: KEY } }], nonCompliant: [{ DataCaptureConfig: { DestinationS3Uri: 's3://captures/' } }], unknown: [],
});

// secrets in each place that a request or a type has for them
const SECRET = 'correct-horse-battery';
ruleTable('SageMakerPlainSecrets', {
  step: 'Tuning', compliant: [], nonCompliant: [{ TrainingJobDefinition: { StaticHyperParameters: { db_password: SECRET } } }], unknown: [],
});
ruleTable('SageMakerPlainSecrets', {
  step: 'Processing', compliant: [{ AppSpecification: { ContainerArguments: ['--db-password', '/run/secrets/password'] } }],
  nonCompliant: [{ AppSpecification: { ContainerArguments: ['--db-password', SECRET] } }, { AppSpecification: { ContainerEntrypoint: ['run', `--api-key=${SECRET}`] } }], unknown: [],
});
ruleTable('SageMakerPlainSecrets', { type: 'AWS::SageMaker::Model', compliant: [{}], nonCompliant: [{ PrimaryContainer: { Environment: { DB_PASSWORD: SECRET } } }], unknown: [] });
for (const part of ['DataQuality', 'ModelQuality', 'ModelExplainability']) {
  ruleTable('SageMakerPlainSecrets', {
    type: `AWS::SageMaker::${part}JobDefinition`, compliant: [{}], nonCompliant: [{ [`${part}AppSpecification`]: { Environment: { DB_PASSWORD: SECRET } } }], unknown: [],
  });
}
ruleTable('SageMakerPlainSecrets', {
  type: 'AWS::SageMaker::NotebookInstance', compliant: [{ AdditionalCodeRepositories: ['https://git.example.com/models.git'] }],
  nonCompliant: [{ AdditionalCodeRepositories: [['https://ci', `${SECRET}@git.example.com/models.git`].join(':')] }], unknown: [],
});
ruleTable('PlainSecrets', {
  type: 'AWS::KinesisFirehose::DeliveryStream', around: USES, compliant: [{ SnowflakeDestinationConfiguration: { AccountUrl: 'https://a.snowflakecomputing.com' } }],
  nonCompliant: [{ SnowflakeDestinationConfiguration: { PrivateKey: 'MIIEvQIBADANBgkqhkiG9w0BAQEF' } }], unknown: [],
});
ruleTable('ResourcePolicyPublic', {
  type: 'AWS::ECR::RepositoryCreationTemplate', compliant: [], unknown: [], notApplicable: [{}],
  nonCompliant: [{ RepositoryPolicy: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }] }) }],
});

// the second of two places that hold the same
ruleTable('SageMakerEndpointConfigCoreDumpKey', {
  type: 'AWS::SageMaker::EndpointConfig',
  compliant: [{ ShadowProductionVariants: [{ CoreDumpConfig: { DestinationS3Uri: 's3://dumps/', KmsKeyId: KEY } }] }],
  nonCompliant: [{ ShadowProductionVariants: [{ CoreDumpConfig: { DestinationS3Uri: 's3://dumps/', KmsKeyId: 'alias/aws/s3' } }] }], unknown: [],
});
const shipped = (container: Record<string, unknown>) => ({ AdditionalInferenceSpecifications: [{ Name: 'batch', Containers: [{ Image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/risk:latest', ...container }] }] });
ruleTable('SageMakerModelImagePinned', {
  type: 'AWS::SageMaker::ModelPackage', compliant: [shipped({ ImageDigest: `sha256:${'a'.repeat(64)}` })], nonCompliant: [shipped({}), shipped({ ImageDigest: '' })], unknown: [],
});
ruleTable('SageMakerFeatureGroupNames', {
  type: 'AWS::S3Tables::Table', unknown: [],
  compliant: [{ IcebergMetadata: { IcebergSchemaV2: { SchemaV2FieldList: [{ Name: 'age_band' }] } } }], nonCompliant: [{ IcebergMetadata: { IcebergSchemaV2: { SchemaV2FieldList: [{ Name: 'email_address' }] } } }],
});
const startup = (text: string) => ({ OnCreate: [{ Content: Buffer.from(`#!/bin/bash\n${text}\n`).toString('base64') }] });
ruleTable('SageMakerPlainSecrets', {
  type: 'AWS::SageMaker::NotebookInstanceLifecycleConfig', compliant: [startup('pip install pandas')], nonCompliant: [startup(`export DB_PASSWORD=${SECRET}`)], unknown: [],
});
