import { ruleTable } from '../../table';
import { around, CLOUD_KEY, KEY, OWN, PARAM, VPC } from './samples';

ruleTable('SageMakerEndpointConfigKey', {
  type: 'AWS::SageMaker::EndpointConfig',
  around,
  compliant: [
    { KmsKeyId: OWN, ProductionVariants: [{ InstanceType: 'ml.m5.large' }] },
    { ProductionVariants: [{ InstanceType: 'ml.g5.xlarge' }] },
  ],
  nonCompliant: [
    { ProductionVariants: [{ InstanceType: 'ml.m5.large' }] },
    { ProductionVariants: [{ InstanceType: 'ml.g5.xlarge' }], ShadowProductionVariants: [{ InstanceType: 'ml.m5.large' }] },
    { KmsKeyId: 'alias/aws/sagemaker', ProductionVariants: [{ InstanceType: 'ml.m5.large' }] },
  ],
  unknown: [{ KmsKeyId: PARAM, ProductionVariants: [{ InstanceType: 'ml.m5.large' }] }, { ProductionVariants: [{ InstanceType: PARAM }] }],
  notApplicable: [{ ProductionVariants: [{ ServerlessConfig: { MaxConcurrency: 1 } }] }],
  override: { path: 'KmsKeyId', to: '' },
});
ruleTable('SageMakerEndpointConfigCaptureKey', {
  type: 'AWS::SageMaker::EndpointConfig',
  around,
  compliant: [{ DataCaptureConfig: { EnableCapture: true, KmsKeyId: OWN } }],
  nonCompliant: [{ DataCaptureConfig: { EnableCapture: true } }],
  unknown: [{ DataCaptureConfig: { EnableCapture: true, KmsKeyId: PARAM } }],
  notApplicable: [{}, { DataCaptureConfig: { EnableCapture: false } }],
  override: { path: 'DataCaptureConfig.KmsKeyId', to: '' },
});
ruleTable('SageMakerEndpointConfigAsyncKey', {
  type: 'AWS::SageMaker::EndpointConfig',
  compliant: [{ AsyncInferenceConfig: { OutputConfig: { KmsKeyId: KEY } } }],
  nonCompliant: [{ AsyncInferenceConfig: { OutputConfig: {} } }],
  unknown: [{ AsyncInferenceConfig: { OutputConfig: { KmsKeyId: PARAM } } }],
  notApplicable: [{}],
  override: { path: 'AsyncInferenceConfig.OutputConfig.KmsKeyId', to: '' },
});
ruleTable('SageMakerEndpointConfigInstanceCount', {
  type: 'AWS::SageMaker::EndpointConfig',
  compliant: [{ ProductionVariants: [{ InitialInstanceCount: 2 }] }],
  nonCompliant: [{ ProductionVariants: [{ InitialInstanceCount: 1 }] }, { ProductionVariants: [{ InitialInstanceCount: 2 }, {}] }],
  unknown: [{ ProductionVariants: [{ InitialInstanceCount: PARAM }] }, { ProductionVariants: PARAM }],
  notApplicable: [{ ProductionVariants: [{ ServerlessConfig: {} }] }],
  override: { path: 'ProductionVariants.0.InitialInstanceCount', to: 1 },
});
const config = 'AWS::SageMaker::EndpointConfig';
const variants = (...ProductionVariants: object[]) => ({ ProductionVariants });
ruleTable('SageMakerEndpointConfigKey', {
  type: config,
  compliant: [
    { KmsKeyId: KEY, ...variants({ InstancePools: [{ InstanceType: 'ml.m5.large', Priority: 1 }] }) },
    variants({ InstancePools: [{ InstanceType: 'ml.g5.xlarge', Priority: 1 }] }),
  ],
  nonCompliant: [variants({ InstancePools: [{ InstanceType: 'ml.g5.xlarge', Priority: 1 }, { InstanceType: 'ml.m5.large', Priority: 2 }] })], unknown: [],
});
ruleTable('SageMakerEndpointConfigCoreDumpKey', {
  type: config,
  compliant: [variants({ CoreDumpConfig: { DestinationS3Uri: 's3://dumps/', KmsKeyId: KEY } })],
  nonCompliant: [
    variants({ CoreDumpConfig: { DestinationS3Uri: 's3://dumps/' } }), variants({}, { CoreDumpConfig: { KmsKeyId: CLOUD_KEY } }),
    { ShadowProductionVariants: [{ CoreDumpConfig: {} }] },
  ],
  unknown: [variants({ CoreDumpConfig: { KmsKeyId: PARAM } }), variants({ CoreDumpConfig: PARAM })],
  notApplicable: [{}, variants({ InstanceType: 'ml.m5.large' })],
  override: { path: 'ProductionVariants.0.CoreDumpConfig.KmsKeyId', to: '' },
});
const component = { VariantName: 'AllTraffic', InstanceType: 'ml.m5.xlarge', InitialInstanceCount: 2 };
ruleTable('SageMakerEndpointConfigNetworkIsolation', {
  type: config,
  compliant: [{ EnableNetworkIsolation: true, ...variants(component) }],
  nonCompliant: [variants(component), { EnableNetworkIsolation: false, ...variants({ ...component, ModelName: 'risk' }, component) }],
  unknown: [{ EnableNetworkIsolation: PARAM, ...variants(component) }],
  // a model brings its own, and a serverless variant takes none
  notApplicable: [{}, variants({ ...component, ModelName: 'risk' }), variants({ ...component, ModelName: PARAM }), variants({ ServerlessConfig: { MaxConcurrency: 1 } })],
  override: { path: 'EnableNetworkIsolation', to: false },
});
ruleTable('SageMakerEndpointConfigVpc', {
  type: config, compliant: [{ VpcConfig: VPC, ...variants(component) }],
  nonCompliant: [variants(component), { VpcConfig: { Subnets: ['subnet-0a1b2c3d'] }, ...variants(component) }],
  unknown: [{ VpcConfig: PARAM, ...variants(component) }], notApplicable: [{}, variants({ ...component, ModelName: 'risk' })], override: { path: 'VpcConfig.Subnets', to: [] },
});
ruleTable('SageMakerEndpointConfigAmi', {
  type: config,
  compliant: [variants({ InferenceAmiVersion: 'al2023-ami-sagemaker-inference-gpu-4-1' })],
  nonCompliant: [
    variants({ InferenceAmiVersion: 'al2-ami-sagemaker-inference-gpu-2' }),
    { ShadowProductionVariants: [{ InferenceAmiVersion: 'al2-ami-sagemaker-inference-neuron-2' }] },
  ],
  unknown: [variants({ InferenceAmiVersion: PARAM })],
  notApplicable: [{}, variants(component)],
  override: { path: 'ProductionVariants.0.InferenceAmiVersion', to: 'al2-ami-sagemaker-inference-gpu-3-1' },
});
ruleTable('SageMakerRemoteAccess', {
  type: config, compliant: [variants({ EnableSSMAccess: false }), variants({})],
  nonCompliant: [variants({}, { EnableSSMAccess: true }), { ShadowProductionVariants: [{ EnableSSMAccess: 'true' }] }],
  unknown: [variants({ EnableSSMAccess: PARAM })], override: { path: 'ProductionVariants.0.EnableSSMAccess', to: true },
});
ruleTable('SageMakerRemoteAccess', {
  step: 'Training', compliant: [{}, { RemoteDebugConfig: { EnableRemoteDebug: false } }], nonCompliant: [{ RemoteDebugConfig: { EnableRemoteDebug: true } }],
  unknown: [{ RemoteDebugConfig: PARAM }],
  override: { path: 'RemoteDebugConfig.EnableRemoteDebug', to: true },
});
ruleTable('SageMakerRemoteAccess', { step: 'Processing', compliant: [], nonCompliant: [], unknown: [], notApplicable: [{}] });

const configs = {
  Fleet: { Type: config, Properties: { EndpointConfigName: 'fleet', ProductionVariants: [{ ModelName: 'risk', InstanceType: 'ml.m5.large' }] } },
  Serverless: { Type: config, Properties: { EndpointConfigName: 'serverless', ProductionVariants: [{ ModelName: 'risk', ServerlessConfig: { MaxConcurrency: 5 } }] } },
  Components: { Type: config, Properties: { ProductionVariants: [{ InstanceType: 'ml.m5.large', InitialInstanceCount: 2 }] } },
};
const alarms = { DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'risk-errors' }] } } };
const withoutFleet = ['serverless', { 'Fn::GetAtt': ['Serverless', 'EndpointConfigName'] }, { Ref: 'Components' }].map((EndpointConfigName) => ({ EndpointConfigName }));
ruleTable('SageMakerEndpointRollback', {
  type: 'AWS::SageMaker::Endpoint',
  around: configs,
  compliant: [{ EndpointConfigName: { Ref: 'Fleet' }, ...alarms }, { EndpointConfigName: 'of-another-app', ...alarms }],
  nonCompliant: [{}, { EndpointConfigName: 'fleet' }, { EndpointConfigName: 'of-another-app', DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [] } } }],
  unknown: [{ DeploymentConfig: PARAM }],
  notApplicable: withoutFleet,
  override: { path: 'DeploymentConfig.AutoRollbackConfiguration.Alarms', to: [] },
});
ruleTable('SageMakerEndpointRollback', {
  type: 'AWS::SageMaker::InferenceComponent', compliant: [alarms], nonCompliant: [{}, { DeploymentConfig: {} }], unknown: [{ DeploymentConfig: PARAM }],
  override: { path: 'DeploymentConfig.AutoRollbackConfiguration.Alarms', to: [] },
});
ruleTable('SageMakerEndpointRollback', {
  action: 'sagemaker:updateEndpoint', compliant: [alarms], nonCompliant: [{}], unknown: [{ DeploymentConfig: PARAM }],
  override: { path: 'DeploymentConfig.AutoRollbackConfiguration.Alarms', to: [] },
});
ruleTable('SageMakerEndpointRollback', { action: 'sagemaker:updateInferenceComponent', compliant: [alarms], nonCompliant: [{}], unknown: [] });
// there is nothing yet to go back to
for (const action of ['createEndpoint', 'createInferenceComponent']) {
  ruleTable('SageMakerEndpointRollback', { action: `sagemaker:${action}`, compliant: [], nonCompliant: [], unknown: [], notApplicable: [{}, alarms] });
}
ruleTable('SageMakerEndpointRetainVariants', {
  type: 'AWS::SageMaker::Endpoint', around: configs, compliant: [{ EndpointConfigName: 'fleet', RetainAllVariantProperties: true }],
  nonCompliant: [{}, { RetainAllVariantProperties: false }],
  unknown: [{ RetainAllVariantProperties: PARAM }], notApplicable: withoutFleet, override: { path: 'RetainAllVariantProperties', to: false },
});
ruleTable('SageMakerEndpointRetainVariants', {
  step: 'Endpoint', compliant: [], nonCompliant: [], unknown: [], notApplicable: [{}, { EndpointConfigName: { Get: 'Steps.Config.EndpointConfigName' } }],
});

const copies = (CopyCount: unknown) => ({ RuntimeConfig: { CopyCount } });
ruleTable('SageMakerInferenceComponentCopies', {
  type: 'AWS::SageMaker::InferenceComponent',
  compliant: [copies(2), copies('3')],
  nonCompliant: [{}, copies(1), copies(0), copies({ 'Fn::If': ['Cond', 2, 1] })],
  unknown: [copies(PARAM), { RuntimeConfig: PARAM }],
  notApplicable: [{ Specification: { BaseInferenceComponentName: 'base' } }],
  override: { path: 'RuntimeConfig.CopyCount', to: 1 },
});
ruleTable('SageMakerInferenceComponentCopies', { action: 'sagemaker:createInferenceComponent', compliant: [copies(2)], nonCompliant: [{}], unknown: [copies(PARAM)] });
ruleTable('SageMakerInferenceComponentCopies', {
  action: 'sagemaker:updateInferenceComponent', compliant: [copies(2)], nonCompliant: [copies(1)], unknown: [], notApplicable: [{}],
});

ruleTable('SageMakerInferenceExperimentKey', {
  type: 'AWS::SageMaker::InferenceExperiment',
  around,
  compliant: [
    { KmsKey: OWN }, { KmsKey: KEY, DataStorageConfig: { Destination: 's3://captures/', KmsKey: OWN } },
    { ModelVariants: [{ InfrastructureConfig: { RealTimeInferenceConfig: { InstanceType: 'ml.g5.xlarge' } } }] },
  ],
  nonCompliant: [
    {}, { KmsKey: CLOUD_KEY }, { KmsKey: KEY, DataStorageConfig: { Destination: 's3://captures/' } }, { KmsKey: KEY, DataStorageConfig: { KmsKey: 'alias/aws/s3' } },
    { ModelVariants: [{ InfrastructureConfig: { RealTimeInferenceConfig: { InstanceType: 'ml.m5.large' } } }] },
  ],
  unknown: [{ KmsKey: PARAM }, { KmsKey: KEY, DataStorageConfig: PARAM }],
  override: { path: 'KmsKey', to: 'alias/aws/sagemaker' },
});
