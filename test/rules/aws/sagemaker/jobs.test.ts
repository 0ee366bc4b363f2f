import { IMAGES } from '../../../../lib/aws/pipeline/data/images';
import { CLARIFY_ACCOUNTS } from '../../../../lib/rules/aws/sagemaker/clarify-image';
import { ruleTable } from '../../table';
import { around, CLARIFY, KEY, OWN, PARAM, subnets, VPC } from './samples';

ruleTable('SageMakerJobNetworkIsolation', {
  step: 'Training',
  compliant: [{ EnableNetworkIsolation: true }, { EnableNetworkIsolation: 'true' }, { EnableNetworkIsolation: { 'Fn::If': ['Cond', true, 'true'] } }],
  nonCompliant: [{}, { EnableNetworkIsolation: false }, { EnableNetworkIsolation: { 'Fn::If': ['Cond', true, false] } }],
  unknown: [{ EnableNetworkIsolation: PARAM }, { EnableNetworkIsolation: { Get: 'Parameters.Open' } }],
  override: { path: 'EnableNetworkIsolation', to: false },
});
ruleTable('SageMakerJobNetworkIsolation', {
  step: 'Processing',
  compliant: [
    { NetworkConfig: { EnableNetworkIsolation: true } },
    { AppSpecification: { ImageUri: CLARIFY }, NetworkConfig: { EnableNetworkIsolation: false, VpcConfig: VPC } },
  ],
  nonCompliant: [
    {}, { NetworkConfig: { VpcConfig: VPC } },
    { AppSpecification: { ImageUri: CLARIFY }, NetworkConfig: { EnableNetworkIsolation: false } },
    ...['123456789012.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-clarify-processing:1', '017069133835.dkr.ecr.eu-central-1.amazonaws.com/my-sagemaker-clarify-processing:1',
      '017069133835.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-clarify-processing-mine:1', '017069133835.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-clarify-processing:1',
      { 'Fn::If': ['Cond', CLARIFY, 'x/y:1'] }].map((ImageUri) => ({ AppSpecification: { ImageUri }, NetworkConfig: { EnableNetworkIsolation: false, VpcConfig: VPC } })),
  ],
  unknown: [{ NetworkConfig: PARAM }],
  override: { path: 'NetworkConfig.EnableNetworkIsolation', to: false },
});
ruleTable('SageMakerJobNetworkIsolation', {
  step: 'ClarifyCheck',
  compliant: [{ NetworkConfig: { EnableNetworkIsolation: true } }, { NetworkConfig: { VpcConfig: VPC } }],
  nonCompliant: [{}],
  unknown: [{ NetworkConfig: PARAM }],
  override: { path: 'NetworkConfig.EnableNetworkIsolation', to: false },
});
ruleTable('SageMakerJobNetworkIsolation', {
  step: 'Tuning',
  compliant: [{ TrainingJobDefinition: { EnableNetworkIsolation: true } }, { TrainingJobDefinitions: [{ EnableNetworkIsolation: true }] }],
  nonCompliant: [{ TrainingJobDefinition: {} }, { TrainingJobDefinitions: [{ EnableNetworkIsolation: true }, {}] }],
  unknown: [{ TrainingJobDefinition: { EnableNetworkIsolation: PARAM } }],
  override: { path: 'TrainingJobDefinition.EnableNetworkIsolation', to: false },
});
ruleTable('SageMakerJobVpc', {
  step: 'Training',
  compliant: [{ VpcConfig: VPC }, { VpcConfig: { Subnets: [PARAM], SecurityGroupIds: [PARAM] } }],
  nonCompliant: [{}, { VpcConfig: { Subnets: [], SecurityGroupIds: ['sg-1'] } }, { VpcConfig: { Subnets: ['subnet-1'] } }],
  unknown: [{ VpcConfig: PARAM }, { VpcConfig: { Subnets: PARAM, SecurityGroupIds: ['sg-1'] } }],
  override: { path: 'VpcConfig.Subnets', to: [] },
});
const placed = (subnet: unknown) => ({ VpcConfig: { Subnets: ['subnet-1', subnet], SecurityGroupIds: ['sg-1'] } });
ruleTable('SageMakerJobVpc', {
  step: 'Training',
  around: subnets,
  compliant: [placed({ Ref: 'Inside' }), placed({ Ref: 'Behind' })],
  nonCompliant: [placed({ Ref: 'Addressed' }), placed({ Ref: 'Routed' }), placed({ Ref: 'Named' })],
  unknown: [],
});
ruleTable('SageMakerJobVpc', {
  step: 'AutoML',
  compliant: [{ AutoMLJobConfig: { SecurityConfig: { VpcConfig: VPC } } }, { SecurityConfig: { VpcConfig: VPC } }],
  nonCompliant: [{}],
  unknown: [{ SecurityConfig: PARAM }],
  override: { path: 'AutoMLJobConfig.SecurityConfig.VpcConfig.Subnets', to: [] },
});
ruleTable('SageMakerJobVpc', {
  type: 'AWS::SageMaker::DataQualityJobDefinition',
  compliant: [{ NetworkConfig: { VpcConfig: VPC } }],
  nonCompliant: [{}],
  unknown: [{ NetworkConfig: PARAM }],
  override: { path: 'NetworkConfig.VpcConfig.Subnets', to: [] },
});
ruleTable('SageMakerJobInterContainerEncryption', {
  step: 'Training',
  compliant: [{ EnableInterContainerTrafficEncryption: true }],
  nonCompliant: [
    {}, { EnableInterContainerTrafficEncryption: false, ResourceConfig: { InstanceCount: 2 } }, { ResourceConfig: { InstanceType: 'ml.m5.large' } },
    { ResourceConfig: { InstanceGroups: [{ InstanceCount: 1 }, { InstanceCount: 1 }] } }, { ResourceConfig: { InstanceCount: { 'Fn::If': ['Cond', 1, 2] } } },
  ],
  unknown: [{ EnableInterContainerTrafficEncryption: PARAM }, { ResourceConfig: { InstanceCount: PARAM } }, { EnableInterContainerTrafficEncryption: PARAM, ResourceConfig: { InstanceCount: PARAM } }],
  // nothing goes between instances where there is one
  notApplicable: [
    { EnableInterContainerTrafficEncryption: false, ResourceConfig: { InstanceCount: 1 } }, { EnableInterContainerTrafficEncryption: PARAM, ResourceConfig: { InstanceCount: '1' } },
    { ResourceConfig: { InstanceGroups: [{ InstanceCount: 1 }] } },
  ],
  override: { path: 'EnableInterContainerTrafficEncryption', to: false },
});
ruleTable('SageMakerJobInterContainerEncryption', {
  step: 'Processing',
  compliant: [{ NetworkConfig: { EnableInterContainerTrafficEncryption: true }, ProcessingResources: { ClusterConfig: { InstanceCount: 2 } } }],
  nonCompliant: [{ ProcessingResources: { ClusterConfig: { InstanceCount: 2 } } }],
  unknown: [{ ProcessingResources: { ClusterConfig: { InstanceCount: PARAM } } }],
  notApplicable: [{ ProcessingResources: { ClusterConfig: { InstanceCount: 1 } } }],
  override: { path: 'NetworkConfig.EnableInterContainerTrafficEncryption', to: false },
});
ruleTable('SageMakerJobVolumeKey', {
  step: 'Training',
  around,
  compliant: [
    { ResourceConfig: { InstanceType: 'ml.m5.xlarge', VolumeKmsKeyId: KEY } },
    { ResourceConfig: { InstanceType: 'ml.m5.xlarge', VolumeKmsKeyId: OWN } },
    { ResourceConfig: { InstanceType: 'ml.g5.xlarge' } },
    { ResourceConfig: { InstanceType: 'ml.p4d.24xlarge' } },
    { ResourceConfig: { InstanceGroups: [{ InstanceType: 'ml.g5.xlarge' }, { InstanceType: 'ml.p5.48xlarge' }] } },
  ],
  nonCompliant: [
    {}, { ResourceConfig: { InstanceType: 'ml.m5.xlarge' } }, { ResourceConfig: { InstanceType: { Get: 'Parameters.Known' } } },
    { ResourceConfig: { InstanceType: 'ml.m5.xlarge', VolumeKmsKeyId: 'alias/aws/sagemaker' } },
    { ResourceConfig: { InstanceType: 'ml.m5.xlarge', VolumeKmsKeyId: `${KEY.replace(/key.*/, 'alias/aws/ebs')}` } },
    { ResourceConfig: { InstanceGroups: [{ InstanceType: 'ml.g5.xlarge' }, { InstanceType: 'ml.m5.large' }] } },
  ],
  unknown: [
    { ResourceConfig: { InstanceType: 'ml.m5.xlarge', VolumeKmsKeyId: PARAM } },
    { ResourceConfig: { InstanceType: { Get: 'Parameters.Open' } } },
  ],
  override: { path: 'ResourceConfig.VolumeKmsKeyId', to: '' },
});
ruleTable('SageMakerJobVolumeKey', {
  step: 'Transform',
  compliant: [{ TransformResources: { InstanceType: 'ml.m5.xlarge', VolumeKmsKeyId: KEY } }],
  nonCompliant: [{ TransformResources: { InstanceType: 'ml.m5.xlarge' } }],
  unknown: [{ TransformResources: PARAM }],
  override: { path: 'TransformResources.VolumeKmsKeyId', to: '' },
});
ruleTable('SageMakerJobOutputKey', {
  step: 'Training',
  around,
  compliant: [{ OutputDataConfig: { KmsKeyId: KEY } }, { OutputDataConfig: { KmsKeyId: OWN } }],
  nonCompliant: [{ OutputDataConfig: { S3OutputPath: 's3://x' } }, { OutputDataConfig: { KmsKeyId: 'alias/aws/s3' } }],
  unknown: [{ OutputDataConfig: { KmsKeyId: PARAM } }],
  notApplicable: [{}],
  override: { path: 'OutputDataConfig.KmsKeyId', to: '' },
});
ruleTable('SageMakerJobOutputKey', {
  step: 'Transform',
  compliant: [{ TransformOutput: { KmsKeyId: KEY } }],
  nonCompliant: [{ TransformOutput: {} }, { TransformOutput: { KmsKeyId: KEY }, DataCaptureConfig: {} }],
  unknown: [{ TransformOutput: { KmsKeyId: PARAM } }],
  override: { path: 'TransformOutput.KmsKeyId', to: '' },
});
ruleTable('SageMakerJobMaxRuntime', {
  step: 'Processing',
  compliant: [{ StoppingCondition: { MaxRuntimeInSeconds: 3600 } }, { StoppingCondition: { MaxRuntimeInSeconds: '3600' } }],
  nonCompliant: [{}, { StoppingCondition: {} }, { StoppingCondition: { MaxRuntimeInSeconds: 'soon' } }],
  unknown: [{ StoppingCondition: { MaxRuntimeInSeconds: { Get: 'Parameters.Open' } } }],
  override: { path: 'StoppingCondition.MaxRuntimeInSeconds', to: 0 },
});
ruleTable('SageMakerJobImagePinned', {
  step: 'Training',
  compliant: [
    { AlgorithmSpecification: { TrainingImage: '1.dkr.ecr.eu-central-1.amazonaws.com/train@sha256:abc' } },
    { AlgorithmSpecification: { TrainingImage: '1.dkr.ecr.eu-central-1.amazonaws.com/train:1.2-1' } },
    { AlgorithmSpecification: { TrainingImage: { 'Fn::Sub': '${Param}/train@sha256:abc' } } },
  ],
  nonCompliant: [
    { AlgorithmSpecification: { TrainingImage: '1.dkr.ecr.eu-central-1.amazonaws.com/train:latest' } },
    { AlgorithmSpecification: { TrainingImage: 'localhost:5000/train' } },
    { AlgorithmSpecification: { TrainingImage: { 'Fn::Sub': '${Param}/train:latest' } } },
  ],
  unknown: [{ AlgorithmSpecification: { TrainingImage: PARAM } }],
  notApplicable: [{}],
  override: { path: 'AlgorithmSpecification.TrainingImage', to: 'train:latest' },
});
const tagged = (tag: string) => ({ AlgorithmSpecification: { TrainingImage: `1.dkr.ecr.eu-central-1.amazonaws.com/train:${tag}` } });
ruleTable('SageMakerJobImagePinned', {
  step: 'Training',
  compliant: [
    '1', 'v1', '1.4', '1.2-1', '1.7-1-cpu-py3', '2.3.0-gpu-py310-cu121-ubuntu20.04-sagemaker', 'build-42', '20261127', 'a1b2c3d', 'main-a1b2c3d', 'prod-1.4.2', 'nightly-2026-11-27', 'release-1.4', 'r7', 'risk3', 'clinical-2',
  ].map(tagged),
  // a word that moves, or a version of what the image is made on
  nonCompliant: ['latest', 'latest-gpu-py310', 'stable-2', 'main2', 'cpu-py3', 'gpu-py310-cu121-ubuntu20.04', 'latest-1.4.2', 'dev', 'prod', 'Stable', 'release', 'python-3.12', 'arm64', '1.4-SNAPSHOT'].map(tagged), unknown: [],
});
const watched = (image: unknown) => ({ DebugRuleConfigurations: [{ RuleConfigurationName: 'loss', RuleEvaluatorImage: image }] });
const profiled = (image: unknown) => ({ ProfilerRuleConfigurations: [{ RuleConfigurationName: 'gpu', RuleEvaluatorImage: image }] });
for (const beside of [watched, profiled]) {
  ruleTable('SageMakerJobImagePinned', {
    step: 'Training', compliant: [beside('1.dkr.ecr.eu-central-1.amazonaws.com/watch:1.2')], nonCompliant: [{ ...beside('docker.io/other/watch:latest'), ...tagged('1.2') }], unknown: [beside(PARAM)], notApplicable: [beside(undefined)],
  });
  ruleTable('SageMakerPrivateRegistry', {
    step: 'Training', compliant: [], nonCompliant: [beside('docker.io/other/watch:1.2')], unknown: [beside(PARAM)], notApplicable: [beside('1.dkr.ecr.eu-central-1.amazonaws.com/watch:1.2')],
  });
}
ruleTable('SageMakerJobImagePinned', {
  action: 'sagemaker:updateTrainingJob', compliant: [profiled('1.dkr.ecr.eu-central-1.amazonaws.com/watch:1.2')], nonCompliant: [profiled('watch:latest')], unknown: [], notApplicable: [{ TrainingJobName: 'x' }],
});
ruleTable('SageMakerJobImagePinned', {
  action: 'sagemaker:createOptimizationJob', compliant: [{ OptimizationConfigs: [{ ModelQuantizationConfig: { Image: 'x/quantize:0.29.0' } }] }],
  nonCompliant: ['ModelQuantizationConfig', 'ModelCompilationConfig', 'ModelShardingConfig'].map((kind) => ({ OptimizationConfigs: [{ [kind]: { Image: 'x/optimize:latest' } }] })), unknown: [{ OptimizationConfigs: PARAM }], notApplicable: [{ OptimizationConfigs: [] }],
});
ruleTable('SageMakerJobImagePinned', {
  step: 'EMRServerless', compliant: [{ ApplicationConfig: { imageConfiguration: { imageUri: 'x/spark:1.2' } } }],
  nonCompliant: [{ ApplicationConfig: { imageConfiguration: { imageUri: 'x/spark:latest' } } }, { ApplicationConfig: { workerTypeSpecifications: { Driver: { imageConfiguration: { imageUri: 'x/spark' } } } } }], unknown: [],
  notApplicable: [{ ApplicationId: 'a' }, { ApplicationConfig: { releaseLabel: 'emr-7.9.0' } }],
});
ruleTable('SageMakerJobSpotCheckpoint', {
  step: 'Training',
  compliant: [
    { EnableManagedSpotTraining: false }, {}, { EnableManagedSpotTraining: true, CheckpointConfig: { S3Uri: 's3://b/c' } },
    { EnableManagedSpotTraining: true, CheckpointConfig: { S3Uri: { 'Fn::Sub': 's3://${Param}/c' } } }, { CheckpointConfig: { S3Uri: PARAM } },
  ],
  nonCompliant: [{ EnableManagedSpotTraining: true }, { EnableManagedSpotTraining: true, CheckpointConfig: {} }],
  unknown: [{ EnableManagedSpotTraining: PARAM }, { EnableManagedSpotTraining: true, CheckpointConfig: { S3Uri: PARAM } }],
  override: { path: 'EnableManagedSpotTraining', to: true },
});

test('the accounts of Clarify are those that the images of the library come from', () => {
  expect(CLARIFY_ACCOUNTS).toEqual(IMAGES.clarify!.accounts);
});
