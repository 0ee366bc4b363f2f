import { ComplianceProfile, Framework, Jurisdiction, Residency, Retention } from '../../../lib/policy';
import { ruleTable } from '../table';
import { KEY, PARAM, USES } from './around';

// a model reads a bucket, and so does whatever names the bucket
const HANDLED = {
  Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
  Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: { 'Fn::Sub': 's3://${Bucket}/m.tgz' } } } },
};
const variables = (more: Record<string, unknown> = {}) => ({ Environment: { Variables: { BUCKET: { Ref: 'Bucket' }, ...more } } });
const FUNCTIONS = {
  ...HANDLED,
  Reads: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'reads', ...variables() } },
  Other: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'other' } },
};

const deny = (action: unknown, change: Record<string, unknown> = {}) => ({ Effect: 'Deny', Principal: '*', Action: action, Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } }, ...change });
const policy = (type: string, property: string, owner: unknown, ...statements: unknown[]) => ({ Type: type, Properties: { [property]: owner, PolicyDocument: { Statement: statements } } });
const used = (names: readonly string[], arn: string) => ({
  Uses: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: 's3://x/m', Environment: Object.fromEntries(names.map((name) => [name.toUpperCase(), `${arn}:${name}`])) } } },
});

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012';
const topicPolicy = (name: string, ...statements: unknown[]) => policy('AWS::SNS::TopicPolicy', 'Topics', [`${TOPIC}:${name}`], ...statements);
ruleTable('SnsTopicTls', {
  type: 'AWS::SNS::Topic',
  around: {
    ...used(['whole', 'own', 'text', 'allows', 'narrow', 'elsewhere', 'others', 'bare', 'token'], TOPIC),
    P1: topicPolicy('whole', { Effect: 'Allow' }, deny('sns:Publish')),
    P2: topicPolicy('own', deny(['sns:Subscribe', 'sns:Pub*'], { Principal: { AWS: '*' }, Resource: `${TOPIC}:own` })),
    P0: { Type: 'AWS::SNS::TopicPolicy', Properties: { Topics: [`${TOPIC}:text`], PolicyDocument: JSON.stringify({ Statement: [deny('sns:Publish')] }) } },
    P3: topicPolicy('allows', deny('sns:Publish', { Effect: 'Allow' })),
    P4: topicPolicy('narrow', deny('sns:Publish', { Condition: { Bool: { 'aws:SecureTransport': 'false' }, StringEquals: { 'aws:PrincipalAccount': '1' } } })),
    P5: topicPolicy('elsewhere', deny('sns:Publish', { Resource: `${TOPIC}:whole` })),
    P6: topicPolicy('others', deny('sns:Subscribe')),
    P7: topicPolicy('token', deny('sns:Publish', { Resource: PARAM })),
  },
  compliant: [{ TopicName: 'whole' }, { TopicName: 'own' }, { TopicName: 'text' }],
  nonCompliant: ['allows', 'narrow', 'elsewhere', 'others', 'bare'].map((TopicName) => ({ TopicName })),
  unknown: [{ TopicName: 'token' }],
  notApplicable: [{ TopicName: 'news' }],
  override: { path: 'TopicName', to: 'bare' }, tokenAnswer: undefined,
});
ruleTable('SnsTopicTls', {
  type: 'AWS::SNS::Topic', around: { ...USES, Policy: policy('AWS::SNS::TopicInlinePolicy', 'TopicArn', { Ref: 'Subject' }, deny('sns:Publish', { Resource: { Ref: 'Subject' } })) },
  compliant: [{}], nonCompliant: [], unknown: [],
});
const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012';
const queuePolicy = (name: string, ...statements: unknown[]) => policy('AWS::SQS::QueuePolicy', 'Queues', [`https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`], ...statements);
ruleTable('SqsQueueTls', {
  type: 'AWS::SQS::Queue',
  around: { ...used(['whole', 'half', 'halves', 'bare'], QUEUE), P1: queuePolicy('whole', deny('sqs:*', { Resource: `${QUEUE}:whole` })), P2: queuePolicy('half', deny('sqs:SendMessage')), P3: queuePolicy('token', PARAM), P4: queuePolicy('halves', deny('sqs:SendMessage'), deny('sqs:ReceiveMessage')) },
  compliant: [{ QueueName: 'whole' }, { QueueName: 'halves' }], nonCompliant: [{ QueueName: 'half' }, { QueueName: 'bare' }], unknown: [],
  override: { path: 'QueueName', to: 'bare' }, tokenAnswer: undefined,
});
ruleTable('SqsQueueTls', {
  type: 'AWS::SQS::Queue', around: { ...USES, Policy: policy('AWS::SQS::QueueInlinePolicy', 'Queue', { Ref: 'Subject' }, PARAM) },
  compliant: [], nonCompliant: [], unknown: [{}],
});

const recovery = (on: unknown) => ({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: on } });
ruleTable('DynamoDbTableRecovery', {
  type: 'AWS::DynamoDB::Table', around: USES,
  compliant: [recovery(true)], nonCompliant: [{}, recovery(false)], unknown: [recovery(PARAM)],
  override: { path: 'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled', to: false },
});
ruleTable('DynamoDbTableRecovery', {
  type: 'AWS::DynamoDB::GlobalTable', around: USES,
  compliant: [{ Replicas: [recovery(true), recovery(true)] }], nonCompliant: [{ Replicas: [recovery(true), {}] }], unknown: [{ Replicas: [PARAM] }],
});
ruleTable('DynamoDbTableDeletionProtection', {
  type: 'AWS::DynamoDB::Table', around: USES,
  compliant: [{ DeletionProtectionEnabled: true }], nonCompliant: [{}, { DeletionProtectionEnabled: false }], unknown: [{ DeletionProtectionEnabled: PARAM }],
  override: { path: 'DeletionProtectionEnabled', to: false },
});
ruleTable('DynamoDbTableDeletionProtection', {
  type: 'AWS::DynamoDB::GlobalTable', around: USES,
  compliant: [{ Replicas: [{ DeletionProtectionEnabled: true }] }], nonCompliant: [{ Replicas: [{}] }], unknown: [],
});
const open = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'dynamodb:GetItem', Resource: '*' }] };
const closed = { Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'dynamodb:GetItem', Resource: '*' }] };
ruleTable('ResourcePolicyPublic', {
  type: 'AWS::DynamoDB::GlobalTable',
  compliant: [{ Replicas: [{ ResourcePolicy: { PolicyDocument: closed } }] }], nonCompliant: [{ Replicas: [{ ResourcePolicy: { PolicyDocument: closed } }, { ResourcePolicy: { PolicyDocument: open } }] }],
  unknown: [{ Replicas: [{ ResourcePolicy: PARAM }] }], notApplicable: [{ Replicas: [{}] }],
});
ruleTable('ResourcePolicyPublic', { type: 'AWS::Kinesis::ResourcePolicy', compliant: [{ ResourcePolicy: closed }], nonCompliant: [{ ResourcePolicy: open }], unknown: [{ ResourcePolicy: PARAM }] });

const streamKey = (key: unknown, type: unknown = 'KMS') => ({ StreamEncryption: { EncryptionType: type, KeyId: key } });
ruleTable('KinesisStreamKey', {
  type: 'AWS::Kinesis::Stream', around: USES,
  compliant: [streamKey(KEY)], nonCompliant: [{}, streamKey('alias/aws/kinesis'), streamKey(KEY, 'NONE')], unknown: [streamKey(PARAM)],
  override: { path: 'StreamEncryption.KeyId', to: 'alias/aws/kinesis' },
});
const NINETY_DAYS = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.days(90) } });
ruleTable('KinesisStreamRetention', {
  type: 'AWS::Kinesis::Stream', around: USES, profile: NINETY_DAYS,
  compliant: [{ RetentionPeriodHours: 2160 }, {}], nonCompliant: [{ RetentionPeriodHours: 2161 }], unknown: [{ RetentionPeriodHours: PARAM }],
  override: { path: 'RetentionPeriodHours', to: 8760 },
});
ruleTable('KinesisStreamRetention', { type: 'AWS::Kinesis::Stream', around: USES, compliant: [{ RetentionPeriodHours: 8760 }], nonCompliant: [], unknown: [] });
const delivered = (more: Record<string, unknown> = {}) => ({ ExtendedS3DestinationConfiguration: { BucketARN: { 'Fn::GetAtt': ['Bucket', 'Arn'] } }, ...more });
const firehoseKey = (key: unknown, type: unknown = 'CUSTOMER_MANAGED_CMK') => delivered({ DeliveryStreamEncryptionConfigurationInput: { KeyType: type, KeyARN: key } });
ruleTable('FirehoseDeliveryStreamKey', {
  type: 'AWS::KinesisFirehose::DeliveryStream', around: HANDLED,
  compliant: [firehoseKey(KEY)], nonCompliant: [delivered(), firehoseKey(undefined), firehoseKey(KEY, 'AWS_OWNED_CMK')], unknown: [firehoseKey(PARAM)],
  notApplicable: [delivered({ DeliveryStreamType: 'KinesisStreamAsSource' }), {}],
  override: { path: 'DeliveryStreamEncryptionConfigurationInput.KeyType', to: 'AWS_OWNED_CMK' },
});

ruleTable('LambdaUrlAuth', {
  type: 'AWS::Lambda::Url', around: FUNCTIONS,
  compliant: [{ TargetFunctionArn: { 'Fn::GetAtt': ['Reads', 'Arn'] }, AuthType: 'AWS_IAM' }],
  nonCompliant: [{ TargetFunctionArn: { 'Fn::GetAtt': ['Reads', 'Arn'] }, AuthType: 'NONE' }, { TargetFunctionArn: 'reads', AuthType: 'NONE' }, { TargetFunctionArn: 'reads' }],
  unknown: [{ TargetFunctionArn: 'reads', AuthType: PARAM }, { TargetFunctionArn: 'arn:aws:lambda:eu-central-1:1:function:far', AuthType: 'NONE' }],
  notApplicable: [{ TargetFunctionArn: { Ref: 'Other' }, AuthType: 'NONE' }],
  override: { path: 'AuthType', to: 'NONE' },
});
const may = (who: unknown, more: Record<string, unknown> = {}) => ({ Action: 'lambda:InvokeFunction', FunctionName: { Ref: 'Reads' }, Principal: who, ...more });
ruleTable('LambdaPermissionPublic', {
  type: 'AWS::Lambda::Permission', around: FUNCTIONS,
  compliant: [
    may('arn:aws:iam::123456789012:role/x'), may('*', { PrincipalOrgID: 'o-1' }), may('events.amazonaws.com'), may(undefined),
    may('*', { SourceAccount: '123456789012' }), may('*', { SourceArn: 'arn:aws:s3:::mine' }), may('*', { SourceArn: { 'Fn::Sub': 'arn:aws:events:${AWS::Region}:${AWS::AccountId}:rule/*' } }),
  ],
  nonCompliant: [
    ...['*', 'arn:aws:s3:::*', 'arn:aws:execute-api:*:*:*', 'arn:aws:events:eu-central-1:*:rule/mine'].map((SourceArn) => may('*', { SourceArn })),
    may('*', { SourceArn: { 'Fn::If': ['Cond', 'arn:aws:s3:::mine', { Ref: 'AWS::NoValue' }] } }),
    may('*'), may('*', { FunctionName: 'arn:aws:lambda:eu-central-1:123456789012:function:reads:live' })],
  unknown: [may(PARAM), may('*', { FunctionName: 'far' }), may('*', { SourceArn: PARAM })], notApplicable: [may('*', { FunctionName: 'other' })],
  override: { path: 'Principal', to: '*' },
});
ruleTable('LambdaPermissionSource', {
  type: 'AWS::Lambda::Permission', around: FUNCTIONS,
  compliant: [may('s3.amazonaws.com', { SourceAccount: '123456789012' }), may('s3.amazonaws.com', { SourceArn: 'arn:aws:s3:::mine' }), may('s3.amazonaws.com', { PrincipalOrgID: 'o-1' })],
  nonCompliant: [may('s3.amazonaws.com'), may('s3.amazonaws.com', { SourceArn: 'arn:aws:s3:::*' }), may('apigateway.amazonaws.com', { SourceArn: 'arn:aws:execute-api:*:*:*' })],
  unknown: [may(PARAM), may('events.amazonaws.com', { SourceArn: PARAM }), may('s3.amazonaws.com', { FunctionName: 'far' })],
  notApplicable: [may('123456789012'), may('s3.amazonaws.com', { FunctionName: { Ref: 'Other' } })],
  override: { path: 'SourceAccount', to: undefined },
});
const DYNAMIC = '{{resolve:secretsmanager:warehouse:SecretString:password}}';
ruleTable('LambdaEnvironmentKey', {
  type: 'AWS::Lambda::Function', around: HANDLED,
  compliant: [{ ...variables({ PASSWORD: DYNAMIC }), KmsKeyArn: KEY }], nonCompliant: [variables({ PASSWORD: DYNAMIC }), variables({ URL: `jdbc:x?password=${DYNAMIC}` })],
  unknown: [{ ...variables({ PASSWORD: DYNAMIC }), KmsKeyArn: PARAM }], notApplicable: [variables(), { Environment: { Variables: { PASSWORD: DYNAMIC } } }],
  override: { path: 'KmsKeyArn', to: '' },
});
const runtime = (name: unknown) => ({ ...variables(), Runtime: name });
ruleTable('LambdaRuntime', {
  type: 'AWS::Lambda::Function', around: HANDLED,
  compliant: ['nodejs24.x', 'nodejs22.x', 'python3.14', 'python3.11', 'java21', 'java17', 'java8.al2', 'provided.al2023', 'dotnet10', 'ruby3.4', 'nodejs26.x'].map(runtime),
  nonCompliant: ['nodejs', 'nodejs6.10', 'nodejs20.x', 'python3.9', 'python3.10', 'ruby3.2', 'dotnet8', 'provided.al2', 'python2.7', 'java8', 'dotnetcore3.1', 'dotnet6', 'ruby2.7', 'go1.x', 'provided'].map(runtime),
  unknown: [runtime(PARAM)], notApplicable: [{ ...variables(), PackageType: 'Image' }, { Runtime: 'python3.9' }],
  override: { path: 'Runtime', to: 'nodejs18.x' },
});
ruleTable('LambdaVpc', {
  type: 'AWS::Lambda::Function', around: HANDLED,
  compliant: [{ ...variables(), VpcConfig: { SubnetIds: ['subnet-1'] } }], nonCompliant: [variables(), { ...variables(), VpcConfig: { SubnetIds: [] } }], unknown: [{ ...variables(), VpcConfig: PARAM }],
  notApplicable: [{}], override: { path: 'VpcConfig.SubnetIds', to: [] },
});

const ROLE = {
  Reader: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
      Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: 'Subject' } }] } }],
    },
  },
};
ruleTable('SecretKey', {
  type: 'AWS::SecretsManager::Secret', around: ROLE,
  compliant: [{ KmsKeyId: KEY }], nonCompliant: [{}, { KmsKeyId: 'alias/aws/secretsmanager' }], unknown: [{ KmsKeyId: PARAM }],
  override: { path: 'KmsKeyId', to: '' },
});
ruleTable('SecretKey', { type: 'AWS::SecretsManager::Secret', around: HANDLED, compliant: [], nonCompliant: [], unknown: [], notApplicable: [{}] });
const rotated = (by: unknown) => ({ ...ROLE, Rotation: { Type: 'AWS::SecretsManager::RotationSchedule', Properties: { SecretId: by } } });
ruleTable('SecretRotation', {
  type: 'AWS::SecretsManager::Secret', around: rotated({ Ref: 'Subject' }),
  compliant: [{ GenerateSecretString: {} }, {}], nonCompliant: [{ SecretString: 'correct-horse-battery' }], unknown: [],
  override: { path: 'SecretString', to: 'correct-horse-battery' }, tokenAnswer: 'compliant',
});
ruleTable('SecretRotation', { type: 'AWS::SecretsManager::Secret', around: ROLE, compliant: [], nonCompliant: [{ GenerateSecretString: {} }], unknown: [] });
ruleTable('SecretRotation', {
  type: 'AWS::SecretsManager::Secret',
  around: { ...rotated({ Ref: 'Attached' }), Attached: { Type: 'AWS::SecretsManager::SecretTargetAttachment', Properties: { SecretId: { Ref: 'Subject' } } } },
  compliant: [{}], nonCompliant: [], unknown: [],
});

const args = (more: Record<string, unknown>) => ({ Command: { Name: 'glueetl' }, DefaultArguments: more });
ruleTable('PlainSecrets', {
  type: 'AWS::Glue::Job',
  compliant: [args({ '--db_secret': 'arn:aws:secretsmanager:eu-central-1:1:secret:x' }), args({ '--db_password': DYNAMIC }), args({ '--db_password': PARAM }), {}],
  nonCompliant: [args({ '--db_password': 'correct-horse-battery' }), { NonOverridableArguments: { '--url': 'jdbc://u:pw@db.internal/x' } }], unknown: [],
  override: { path: 'DefaultArguments', to: { '--api_key': 'correct-horse-battery' } }, tokenAnswer: 'compliant',
});
for (const [type, properties] of [
  ['AWS::Glue::Session', { DefaultArguments: { '--token': 'correct-horse-battery' } }], ['AWS::Glue::Connection', { ConnectionInput: { ConnectionProperties: { PASSWORD: 'correct-horse-battery' } } }],
  ['AWS::Glue::Trigger', { Actions: [{ JobName: 'x', Arguments: { '--password': 'correct-horse-battery' } }] }], ['AWS::Glue::Workflow', { DefaultRunProperties: { password: 'correct-horse-battery' } }],
  ['AWS::EMRServerless::Application', { RuntimeConfiguration: [{ Classification: 'spark-defaults', Properties: { 'spark.db.password': 'correct-horse-battery' } }] }],
  ['AWS::Glue::Connection', { ConnectionInput: { AuthenticationConfiguration: { BasicAuthenticationCredentials: { Username: 'a', Password: 'correct-horse-battery' } } } }],
  ['AWS::Glue::DevEndpoint', { Arguments: { '--db_password': 'correct-horse-battery' } }],
  ['AWS::CleanRoomsML::ConfiguredModelAlgorithm', { TrainingContainerConfig: { Arguments: ['--epochs', '3', '--db-password', 'correct-horse-battery'] } }],
] as const) {
  ruleTable('PlainSecrets', { type, compliant: [{}], nonCompliant: [properties], unknown: [] });
}
ruleTable('PlainSecrets', {
  type: 'AWS::Lambda::Function', around: HANDLED,
  compliant: [variables({ DB_SECRET: 'prod/warehouse' })], nonCompliant: [variables({ DB_PASSWORD: 'correct-horse-battery' })], unknown: [],
  notApplicable: [{ Environment: { Variables: { DB_PASSWORD: 'correct-horse-battery' } } }],
});
const variable = (Name: string, Value: unknown, more: Record<string, unknown> = {}) => ({ Name, Value, ...more });
for (const [type, of] of [
  ['AWS::Batch::JobDefinition', (...all) => ({ ContainerProperties: { Image: 'x', Environment: all } })], ['AWS::ECS::TaskDefinition', (...all) => ({ ContainerDefinitions: [{ Name: 'x', Environment: all }] })],
  ['AWS::CodeBuild::Project', (...all) => ({ Environment: { Image: 'x', EnvironmentVariables: all } })],
] as readonly (readonly [string, (...all: unknown[]) => Record<string, unknown>])[]) {
  ruleTable('PlainSecrets', {
    type, around: { Model: { Type: 'AWS::SageMaker::Model', Properties: {} } },
    compliant: [of(variable('DB_SECRET', 'prod/warehouse'), variable('DB_PASSWORD', DYNAMIC)), of(variable('DB_PASSWORD', PARAM)), of(variable('API_TOKEN', 'build-token-of-ci', { Type: 'PARAMETER_STORE' })), of()],
    nonCompliant: [of(variable('MODE', 'train'), variable('DB_PASSWORD', 'hunter22hunter')), of(variable('GIT', `ghp_${'a'.repeat(36)}`))], unknown: [],
  });
  ruleTable('PlainSecrets', { type, compliant: [], nonCompliant: [], unknown: [], notApplicable: [of(variable('DB_PASSWORD', 'hunter22hunter'))] });
}
ruleTable('PlainSecrets', {
  type: 'AWS::BedrockAgentCore::Runtime', compliant: [{ EnvironmentVariables: { DB_SECRET: 'prod/warehouse' } }], nonCompliant: [{ EnvironmentVariables: { DB_PASSWORD: 'hunter22hunter' } }], unknown: [],
});

for (const [type, properties] of [
  ['AWS::KinesisFirehose::DeliveryStream', { RedshiftDestinationConfiguration: { Password: 'correct-horse-battery' } }],
  ['AWS::KinesisFirehose::DeliveryStream', { SplunkDestinationConfiguration: { HECToken: 'correct-horse-battery' } }],
  ['AWS::KinesisFirehose::DeliveryStream', { SnowflakeDestinationConfiguration: { KeyPassphrase: 'correct-horse-battery' } }],
  ['AWS::KinesisFirehose::DeliveryStream', { HttpEndpointDestinationConfiguration: { EndpointConfiguration: { AccessKey: 'correct-horse-battery' } } }],
  ['AWS::RDS::DBInstance', { MasterUserPassword: 'correct-horse-battery' }], ['AWS::RDS::DBInstance', { TdeCredentialPassword: 'correct-horse-battery' }],
  ['AWS::RDS::DBCluster', { MasterUserPassword: 'correct-horse-battery' }], ['AWS::Redshift::Cluster', { MasterUserPassword: 'correct-horse-battery' }],
] as const) {
  ruleTable('PlainSecrets', { type, around: USES, compliant: [{}, { MasterUserPassword: DYNAMIC }], nonCompliant: [properties], unknown: [] });
}

ruleTable('GlueJobTimeout', {
  type: 'AWS::Glue::Job', compliant: [{ Timeout: 120 }], nonCompliant: [{}, { Timeout: 0 }], unknown: [{ Timeout: PARAM }], override: { path: 'Timeout', to: 0 },
});
ruleTable('GlueInteractive', { type: 'AWS::Glue::DevEndpoint', compliant: [], nonCompliant: [{}, { GlueVersion: '1.0' }], unknown: [] });
ruleTable('GlueInteractive', { type: 'AWS::Glue::Session', compliant: [], nonCompliant: [{}], unknown: [] });
ruleTable('EmrServerlessRelease', {
  type: 'AWS::EMRServerless::Application',
  compliant: ['emr-7.9.0', 'emr-7.12.0', 'emr-8.0.0', 'emr-spark-8.0', undefined].map((ReleaseLabel) => ({ ReleaseLabel })),
  nonCompliant: ['emr-6.15.0', 'emr-7.5.0', 'emr-5.36.2'].map((ReleaseLabel) => ({ ReleaseLabel })), unknown: [{ ReleaseLabel: PARAM }],
  override: { path: 'ReleaseLabel', to: 'emr-6.9.0' },
});
ruleTable('CleanRoomsMlImage', {
  type: 'AWS::CleanRoomsML::ConfiguredModelAlgorithm',
  compliant: [{ TrainingContainerConfig: { ImageUri: `1.dkr.ecr.eu-central-1.amazonaws.com/risk@sha256:${'0'.repeat(64)}` } }],
  nonCompliant: [{ TrainingContainerConfig: { ImageUri: '1.dkr.ecr.eu-central-1.amazonaws.com/risk:latest' } }, { InferenceContainerConfig: { ImageUri: '1.dkr.ecr.eu-central-1.amazonaws.com/risk' } }],
  unknown: [{ TrainingContainerConfig: { ImageUri: PARAM } }],
  override: { path: 'TrainingContainerConfig.ImageUri', to: '1.dkr.ecr.eu-central-1.amazonaws.com/risk:latest' },
});
ruleTable('S3TableBucketErasure', {
  type: 'AWS::S3Tables::TableBucket',
  compliant: [{ UnreferencedFileRemoval: { Status: 'Enabled' } }, {}], nonCompliant: [{ UnreferencedFileRemoval: { Status: 'Disabled' } }], unknown: [{ UnreferencedFileRemoval: PARAM }],
  override: { path: 'UnreferencedFileRemoval.Status', to: 'Disabled' },
});
ruleTable('S3TableBucketKey', {
  type: 'AWS::S3Vectors::Index',
  compliant: [{ EncryptionConfiguration: { SseType: 'aws:kms', KmsKeyArn: KEY } }], nonCompliant: [{ EncryptionConfiguration: { SseType: 'AES256' } }],
  unknown: [{ EncryptionConfiguration: PARAM }], notApplicable: [{}],
  override: { path: 'EncryptionConfiguration.SseType', to: 'AES256' },
});
const columns = (...names: unknown[]) => ({ IcebergMetadata: { IcebergSchema: { SchemaFieldList: names.map((Name) => ({ Name, Type: 'string' })) } } });
ruleTable('SageMakerFeatureGroupNames', {
  type: 'AWS::S3Tables::Table', compliant: [columns('age_band', 'patient_pseudonym')], nonCompliant: [columns('age_band', 'email_address')], unknown: [columns(PARAM)], notApplicable: [{}],
});
const TASK = { DefinitionString: '{"States":{"Train":{"Type":"Task","Resource":"arn:aws:states:::sagemaker:createTrainingJob.sync","Parameters":{}}}}' };
ruleTable('StateMachineLogLevel', {
  type: 'AWS::StepFunctions::StateMachine',
  compliant: [{ ...TASK, LoggingConfiguration: { Level: 'ALL' } }, { ...TASK, LoggingConfiguration: { Level: 'ERROR' } }],
  nonCompliant: [TASK, { ...TASK, LoggingConfiguration: { Level: 'OFF' } }, { ...TASK, LoggingConfiguration: { Level: 'FATAL' } }], unknown: [{ ...TASK, LoggingConfiguration: PARAM }],
  notApplicable: [{ DefinitionString: '{"States":{"Pass":{"Type":"Pass"}}}' }],
  override: { path: 'LoggingConfiguration.Level', to: 'OFF' },
});
const APP = { Model: { Type: 'AWS::SageMaker::Model', Properties: {} }, Group: { Type: 'AWS::Logs::LogGroup', Properties: {} } };
ruleTable('CloudTrailLogs', {
  type: 'AWS::CloudTrail::Trail', around: APP,
  compliant: [{ CloudWatchLogsLogGroupArn: 'arn:aws:logs:eu-central-1:1:log-group:trail:*' }, { CloudWatchLogsLogGroupArn: { 'Fn::GetAtt': ['Group', 'Arn'] } }],
  nonCompliant: [{}], unknown: [{ CloudWatchLogsLogGroupArn: PARAM }],
  override: { path: 'CloudWatchLogsLogGroupArn', to: '' },
});
