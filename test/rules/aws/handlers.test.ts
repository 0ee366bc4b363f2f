import { ComplianceProfile, Framework, Jurisdiction, Residency } from '../../../lib/policy';
import { ruleTable } from '../table';
import { KEY, PARAM, USES } from './around';

// what carries data of machine learning, named by a model, or handling a bucket that a model names
const HANDLED = {
  Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
  Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: { 'Fn::Sub': 's3://${Bucket}/m.tgz' } } } },
};
const handling = (more: Record<string, unknown> = {}) => ({ Environment: { Variables: { BUCKET: { Ref: 'Bucket' } } }, ...more });

ruleTable('DynamoDbTableKey', {
  type: 'AWS::DynamoDB::Table', around: USES,
  compliant: [{ SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY } }],
  nonCompliant: [{}, { SSESpecification: { SSEEnabled: true } }, { SSESpecification: { SSEEnabled: false, KMSMasterKeyId: KEY } }, { SSESpecification: { SSEEnabled: true, KMSMasterKeyId: 'alias/aws/dynamodb' } }],
  unknown: [{ SSESpecification: PARAM }, { SSESpecification: { SSEEnabled: true, KMSMasterKeyId: PARAM } }],
  override: { path: 'SSESpecification.KMSMasterKeyId', to: '' },
});
const replicas = (...keys: unknown[]) => ({ SSESpecification: { SSEEnabled: true, SSEType: 'KMS' }, Replicas: keys.map((key) => ({ Region: 'eu-central-1', ...(key === undefined ? {} : { SSESpecification: { KMSMasterKeyId: key } }) })) });
ruleTable('DynamoDbTableKey', {
  type: 'AWS::DynamoDB::GlobalTable', around: USES,
  compliant: [replicas(KEY), replicas(KEY, KEY)], nonCompliant: [replicas(KEY, undefined), {}], unknown: [replicas(PARAM)],
});
ruleTable('SnsTopicKey', {
  type: 'AWS::SNS::Topic', around: USES,
  compliant: [{ KmsMasterKeyId: KEY }], nonCompliant: [{}, { KmsMasterKeyId: 'alias/aws/sns' }], unknown: [{ KmsMasterKeyId: PARAM }],
  override: { path: 'KmsMasterKeyId', to: 'alias/aws/sns' },
});
ruleTable('SqsQueueKey', {
  type: 'AWS::SQS::Queue', around: USES,
  compliant: [{ KmsMasterKeyId: KEY }], nonCompliant: [{}, { SqsManagedSseEnabled: true }], unknown: [{ KmsMasterKeyId: PARAM }],
  override: { path: 'KmsMasterKeyId', to: '' },
});
ruleTable('LogGroupKey', {
  type: 'AWS::Logs::LogGroup', around: HANDLED,
  compliant: [{ LogGroupName: '/aws/sagemaker/TrainingJobs', KmsKeyId: KEY }],
  nonCompliant: [{ LogGroupName: '/aws/sagemaker/TrainingJobs' }, { LogGroupName: '/aws/sagemaker/Endpoints/x', KmsKeyId: '' }],
  unknown: [{ LogGroupName: '/aws/sagemaker/TrainingJobs', KmsKeyId: PARAM }],
  notApplicable: [{ LogGroupName: '/vpc/flow-logs' }, {}],
  override: { path: 'KmsKeyId', to: '' },
});
ruleTable('LogGroupKey', {
  type: 'AWS::Logs::LogGroup',
  around: { ...HANDLED, Handler: { Type: 'AWS::Lambda::Function', Properties: handling({ LoggingConfig: { LogGroup: { Ref: 'Subject' } } }) } },
  compliant: [{ KmsKeyId: KEY }], nonCompliant: [{}], unknown: [],
});
ruleTable('LogGroupRetention', {
  type: 'AWS::Logs::LogGroup', around: USES,
  compliant: [{ RetentionInDays: 365 }, { RetentionInDays: 2192 }],
  nonCompliant: [{}, { RetentionInDays: 3653 }],
  unknown: [{ RetentionInDays: PARAM }],
  override: { path: 'RetentionInDays', to: 3653 },
});
ruleTable('LogGroupRetention', {
  type: 'AWS::Logs::LogGroup', around: USES, profile: ComplianceProfile.of({ frameworks: [Framework.EU_AI_ACT], residency: Residency.within(Jurisdiction.EU) }),
  compliant: [{ RetentionInDays: 365 }], nonCompliant: [{ RetentionInDays: 1 }, { RetentionInDays: 180 }], unknown: [], override: { path: 'RetentionInDays', to: 90 },
});
ruleTable('LambdaLogGroup', {
  type: 'AWS::Lambda::Function',
  around: { ...HANDLED, Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/lambda/predict' } } },
  compliant: [handling({ LoggingConfig: { LogGroup: 'predictions' } }), handling({ LoggingConfig: { LogGroup: { Ref: 'Logs' } } }), handling({ FunctionName: 'predict' })],
  nonCompliant: [handling(), handling({ LoggingConfig: { LogFormat: 'JSON' } })],
  unknown: [handling({ LoggingConfig: { LogGroup: PARAM } })],
  notApplicable: [{}],
  override: { path: 'LoggingConfig.LogGroup', to: '' },
});
// named after the function, or after what its name is made of
const group = (LogGroupName: unknown) => ({ ...HANDLED, Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName } } });
for (const name of [{ 'Fn::Sub': '/aws/lambda/${Subject}' }, { 'Fn::Join': ['', ['/aws/lambda/', { Ref: 'Subject' }]] }]) {
  ruleTable('LambdaLogGroup', { type: 'AWS::Lambda::Function', around: group(name), compliant: [handling()], nonCompliant: [], unknown: [] });
}
ruleTable('LambdaLogGroup', {
  type: 'AWS::Lambda::Function', around: group({ 'Fn::Sub': '/aws/lambda/${Param}-score' }), compliant: [handling({ FunctionName: { 'Fn::Join': ['-', [PARAM, 'score']] } })],
  nonCompliant: [handling(), handling({ FunctionName: PARAM }), handling({ FunctionName: { 'Fn::Sub': '${Param}-train' } })], unknown: [],
});
ruleTable('LambdaLogGroup', { type: 'AWS::Lambda::Function', around: group({ 'Fn::Sub': '/aws/lambda/${Param}' }), compliant: [handling({ FunctionName: PARAM })], nonCompliant: [handling()], unknown: [] });
ruleTable('LambdaLogGroup', { type: 'AWS::Lambda::Function', around: group({ 'Fn::Sub': '/aws/lambda/${Subject}-old' }), compliant: [], nonCompliant: [handling()], unknown: [] });
const groups = {
  Keyed: { Type: 'AWS::Logs::LogGroup', Properties: { KmsKeyId: KEY } }, Plain: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'plain' } },
};
const TASK = { DefinitionString: '{"States":{"Train":{"Type":"Task","Resource":"arn:aws:states:::sagemaker:createTrainingJob.sync","Parameters":{}}}}' };
const logging = (included: unknown, arn?: unknown) => ({ ...TASK, LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: included, ...(arn === undefined ? {} : { Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: arn } }] }) } });
ruleTable('StateMachineExecutionData', {
  type: 'AWS::StepFunctions::StateMachine', around: groups,
  compliant: [logging(false), TASK, logging(true, { 'Fn::GetAtt': ['Keyed', 'Arn'] })],
  nonCompliant: [logging(true), logging(true, { 'Fn::GetAtt': ['Plain', 'Arn'] }), logging(true, 'arn:aws:logs:eu-central-1:123456789012:log-group:plain:*'), logging(true, 'arn:aws:logs:eu-central-1:123456789012:log-group:elsewhere:*')],
  unknown: [logging(PARAM), logging(PARAM, { 'Fn::GetAtt': ['Plain', 'Arn'] })],
  notApplicable: [{ DefinitionString: '{"States":{"Pass":{"Type":"Pass"}}}', LoggingConfiguration: { IncludeExecutionData: true } }],
  override: { path: 'LoggingConfiguration.IncludeExecutionData', to: true },
});
const keyed = (type: unknown, key?: unknown) => ({ ...TASK, EncryptionConfiguration: { Type: type, ...(key === undefined ? {} : { KmsKeyId: key }) } });
ruleTable('StateMachineKey', {
  type: 'AWS::StepFunctions::StateMachine',
  compliant: [keyed('CUSTOMER_MANAGED_KMS_KEY', KEY)],
  nonCompliant: [TASK, keyed('AWS_OWNED_KEY'), keyed('CUSTOMER_MANAGED_KMS_KEY')],
  unknown: [keyed(PARAM, KEY), keyed('CUSTOMER_MANAGED_KMS_KEY', PARAM)],
  notApplicable: [{ DefinitionString: '{"States":{"Pass":{"Type":"Pass"}}}' }],
  override: { path: 'EncryptionConfiguration.Type', to: 'AWS_OWNED_KEY' },
});
