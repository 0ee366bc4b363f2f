import { CONTROLS, type Capability, type Carrier } from '../../../../lib/aws/pipeline/controls';
import { jobsOf, type Job } from '../../../../lib/rules/aws/sagemaker/job';
import { STEP_TYPES } from '../../../../lib/rules/aws/sagemaker/step-types';
import { STEPS_WITHOUT_RULE, type JobControl } from '../../../../lib/rules/aws/sagemaker/without-rules';
import type { Resource } from '../../../../lib/rules/resource';
import { STEP } from '../../../../lib/rules/rule';
import { Value } from '../../../../lib/rules/value';
import { ruleTable } from '../../table';
import { around, CLOUD_KEY, KEY, OWN, PARAM, VPC } from './samples';

// what of a request the kinds of job differ by; it is given, so that a job that has machines only sometimes has them
const REQUEST = {
  TrainingJobDefinition: {}, LabelingJobAlgorithmsConfig: { LabelingJobResourceConfig: {} }, ClusterConfig: {}, ApplicationConfig: {},
  OptimizationConfigs: [{}], OutputDataConfig: {}, ProcessingOutputConfig: {}, TransformOutput: {}, OutputConfig: {},
};

function controlsOf(job: Job): JobControl[] {
  const has: Record<JobControl, boolean> = {
    isolation: job.isolation !== undefined, vpc: job.vpc !== undefined, interContainer: job.interContainer !== undefined, volume: job.volume !== undefined,
    output: job.outputs.length > 0,
    maxRuntime: job.maxRuntime !== undefined, image: job.images.length > 0, spot: job.spot !== undefined,
  };
  return Object.entries(has).filter(([, given]) => given).map(([control]) => control as JobControl);
}

function jobOf(kind: string): Job | undefined {
  return jobsOf({ type: STEP, within: { kind }, properties: Value.of(REQUEST, 'Properties') } as unknown as Resource)[0];
}

const ALL: readonly JobControl[] = ['isolation', 'vpc', 'interContainer', 'volume', 'output', 'maxRuntime', 'image', 'spot'];

describe('what a kind of step can carry is written down', () => {
  test('for every kind of step that is known', () => {
    expect([...STEP_TYPES].filter((kind) => STEPS_WITHOUT_RULE[kind] === undefined)).toEqual([]);
  });

  test.each(Object.entries(STEPS_WITHOUT_RULE))('%s is judged on everything else', (kind, reasons) => {
    const job = jobOf(kind);
    if (typeof reasons === 'string') {
      expect(job).toBeUndefined();
      return;
    }
    expect(controlsOf(job!).sort()).toEqual(ALL.filter((control) => reasons[control] === undefined).sort());
    for (const reason of Object.values(reasons)) expect(reason.length).toBeGreaterThan(15);
  });
});

test('the constructs and the rules are of one mind about what a step can carry', () => {
  const kinds: Partial<Record<Carrier, string>> = {
    'processing': 'Processing', 'training': 'Training', 'tuning': 'Tuning', 'transform': 'Transform', 'quality-check': 'QualityCheck', 'automl': 'AutoML',
    'emr-serverless': 'EMRServerless',
  };
  const words: Partial<Record<Capability, JobControl>> = {
    networkIsolation: 'isolation', vpc: 'vpc', interContainerEncryption: 'interContainer', volumeKey: 'volume', outputKey: 'output', maxRuntime: 'maxRuntime',
  };
  for (const [carrier, kind] of Object.entries(kinds)) {
    const carried = controlsOf(jobOf(kind)!).filter((control) => control !== 'image' && control !== 'spot').sort();
    expect({ kind, carried }).toEqual({ kind, carried: CONTROLS[carrier as Carrier].can.map((capability) => words[capability]!).sort() });
  }
});

const processing = 'AWS::SageMaker::ProcessingJob';
ruleTable('SageMakerJobNetworkIsolation', {
  type: processing, compliant: [{ NetworkConfig: { EnableNetworkIsolation: true } }], nonCompliant: [{}], unknown: [{ NetworkConfig: PARAM }],
  override: { path: 'NetworkConfig.EnableNetworkIsolation', to: false },
});
ruleTable('SageMakerJobVpc', {
  type: processing, compliant: [{ NetworkConfig: { VpcConfig: VPC } }], nonCompliant: [{}], unknown: [{ NetworkConfig: PARAM }],
  override: { path: 'NetworkConfig.VpcConfig.Subnets', to: [] },
});
ruleTable('SageMakerJobInterContainerEncryption', {
  type: processing, compliant: [{ NetworkConfig: { EnableInterContainerTrafficEncryption: true } }], nonCompliant: [{}], unknown: [{ NetworkConfig: PARAM }],
  override: { path: 'NetworkConfig.EnableInterContainerTrafficEncryption', to: false },
});
ruleTable('SageMakerJobVolumeKey', {
  type: processing, around, compliant: [{ ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: OWN } } }],
  nonCompliant: [{ ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.large' } } }], unknown: [{ ProcessingResources: PARAM }],
  override: { path: 'ProcessingResources.ClusterConfig.VolumeKmsKeyId', to: CLOUD_KEY },
});
const athena = (dataset: object) => ({
  ProcessingOutputConfig: { KmsKeyId: KEY },
  ProcessingInputs: [{ InputName: 'raw', S3Input: {} }, { InputName: 'query', DatasetDefinition: { AthenaDatasetDefinition: dataset } }],
});
ruleTable('SageMakerJobOutputKey', {
  type: processing,
  compliant: [{ ProcessingOutputConfig: { KmsKeyId: KEY } }, athena({ KmsKeyId: KEY })],
  nonCompliant: [
    { ProcessingOutputConfig: {} }, athena({ OutputS3Uri: 's3://queries/' }),
    { ProcessingInputs: [{ DatasetDefinition: { RedshiftDatasetDefinition: { KmsKeyId: 'alias/aws/s3' } } }] },
  ],
  unknown: [{ ProcessingOutputConfig: PARAM }, { ProcessingInputs: PARAM }],
  notApplicable: [{}, { ProcessingInputs: [{ S3Input: {} }] }],
  override: { path: 'ProcessingOutputConfig.KmsKeyId', to: '' },
});
ruleTable('SageMakerJobMaxRuntime', {
  type: processing, compliant: [{ StoppingCondition: { MaxRuntimeInSeconds: 3600 } }], nonCompliant: [{}], unknown: [{ StoppingCondition: PARAM }],
  override: { path: 'StoppingCondition.MaxRuntimeInSeconds', to: 0 },
});
ruleTable('SageMakerJobImagePinned', {
  type: processing, compliant: [{ AppSpecification: { ImageUri: 'x/clean@sha256:abc' } }], nonCompliant: [{ AppSpecification: { ImageUri: 'x/clean' } }],
  unknown: [{ AppSpecification: PARAM }],
  override: { path: 'AppSpecification.ImageUri', to: 'x/clean:latest' },
});
ruleTable('SageMakerJobVolumeKey', {
  step: 'Training', compliant: [{ ResourceConfig: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: KEY } }],
  nonCompliant: [{ ServerlessJobConfig: { JobType: 'FineTuning' }, ResourceConfig: { InstanceType: 'ml.m5.large' } }],
  unknown: [], notApplicable: [{ ServerlessJobConfig: { JobType: 'FineTuning' } }],
});
ruleTable('SageMakerJobVolumeKey', {
  step: 'Tuning',
  compliant: [
    { TrainingJobDefinition: { ResourceConfig: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: KEY } } },
    {
      TrainingJobDefinitions: [
        { HyperParameterTuningResourceConfig: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: KEY } },
        { HyperParameterTuningResourceConfig: { InstanceConfigs: [{ InstanceType: 'ml.g5.xlarge' }] } },
      ],
    },
  ],
  nonCompliant: [
    { TrainingJobDefinitions: [{ HyperParameterTuningResourceConfig: { InstanceConfigs: [{ InstanceType: 'ml.g5.xlarge' }, { InstanceType: 'ml.m5.large' }] } }] },
    { TrainingJobDefinition: {} },
  ],
  unknown: [{ TrainingJobDefinition: { ResourceConfig: PARAM } }],
  override: { path: 'TrainingJobDefinition.ResourceConfig.VolumeKmsKeyId', to: '' },
});
ruleTable('SageMakerJobMaxRuntime', {
  step: 'AutoML',
  compliant: [
    { AutoMLJobConfig: { CompletionCriteria: { MaxAutoMLJobRuntimeInSeconds: 3600 } } },
    { AutoMLProblemTypeConfig: { TabularJobConfig: { CompletionCriteria: { MaxAutoMLJobRuntimeInSeconds: 3600 } } } },
  ],
  nonCompliant: [{}, { AutoMLProblemTypeConfig: { TabularJobConfig: { TargetAttributeName: 'y' } } }],
  unknown: [{ AutoMLJobConfig: PARAM }],
  override: { path: 'AutoMLJobConfig.CompletionCriteria.MaxAutoMLJobRuntimeInSeconds', to: 0 },
});
const label = (resources: object) => ({ LabelingJobAlgorithmsConfig: { LabelingJobResourceConfig: resources } });
ruleTable('SageMakerJobVpc', {
  action: 'sagemaker:createLabelingJob', compliant: [label({ VpcConfig: VPC })], nonCompliant: [label({})], unknown: [label({ VpcConfig: PARAM })], notApplicable: [{}],
  override: { path: 'LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.VpcConfig.Subnets', to: [] },
});
ruleTable('SageMakerJobVolumeKey', {
  action: 'sagemaker:createLabelingJob', compliant: [label({ VolumeKmsKeyId: KEY })], nonCompliant: [label({})], unknown: [label({ VolumeKmsKeyId: PARAM })], notApplicable: [{}],
  override: { path: 'LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.VolumeKmsKeyId', to: CLOUD_KEY },
});
for (const action of ['createLabelingJob', 'createCompilationJob', 'createOptimizationJob', 'createFlowDefinition', 'createInferenceRecommendationsJob']) {
  ruleTable('SageMakerJobOutputKey', {
    action: `sagemaker:${action}`, compliant: [{ OutputConfig: { KmsKeyId: KEY } }], nonCompliant: [{ OutputConfig: { S3OutputPath: 's3://labels/' } }],
    unknown: [{ OutputConfig: PARAM }],
    override: { path: 'OutputConfig.KmsKeyId', to: CLOUD_KEY },
  });
}
for (const action of ['createCompilationJob', 'createOptimizationJob']) {
  ruleTable('SageMakerJobVpc', {
    action: `sagemaker:${action}`, compliant: [{ VpcConfig: VPC }], nonCompliant: [{}], unknown: [{ VpcConfig: PARAM }], override: { path: 'VpcConfig.SecurityGroupIds', to: [] },
  });
  ruleTable('SageMakerJobMaxRuntime', {
    action: `sagemaker:${action}`, compliant: [{ StoppingCondition: { MaxRuntimeInSeconds: 900 } }], nonCompliant: [{}], unknown: [{ StoppingCondition: PARAM }],
    override: { path: 'StoppingCondition.MaxRuntimeInSeconds', to: 0 },
  });
}
const tried = (InputConfig: object) => ({ JobType: 'Default', InputConfig });
ruleTable('SageMakerJobVpc', {
  action: 'sagemaker:createInferenceRecommendationsJob', compliant: [tried({ VpcConfig: VPC })], nonCompliant: [tried({}), {}], unknown: [tried({ VpcConfig: PARAM })],
  override: { path: 'InputConfig.VpcConfig.Subnets', to: [] },
});
ruleTable('SageMakerJobVolumeKey', {
  action: 'sagemaker:createInferenceRecommendationsJob', compliant: [tried({ VolumeKmsKeyId: KEY }), tried({ EndpointConfigurations: [{ InstanceType: 'ml.g5.xlarge' }] })],
  nonCompliant: [tried({}), tried({ EndpointConfigurations: [{ InstanceType: 'ml.g5.xlarge' }, { InstanceType: 'ml.m5.large' }] })], unknown: [tried({ VolumeKmsKeyId: PARAM })],
  override: { path: 'InputConfig.VolumeKmsKeyId', to: CLOUD_KEY },
});
ruleTable('SageMakerJobMaxRuntime', {
  action: 'sagemaker:createInferenceRecommendationsJob', compliant: [tried({ JobDurationInSeconds: 7200 })], nonCompliant: [tried({})],
  unknown: [tried({ JobDurationInSeconds: PARAM })],
  override: { path: 'InputConfig.JobDurationInSeconds', to: 0 },
});
const made = (ClusterConfig: object) => ({ ClusterConfig, StepConfig: {} });
const standing = { ClusterId: 'j-1K48XXXXXXHCB', StepConfig: {} };
ruleTable('SageMakerJobVpc', {
  step: 'EMR', compliant: [made({ Instances: { Ec2SubnetIds: ['subnet-0a1b2c3d'] } }), made({ Instances: { Ec2SubnetId: 'subnet-0a1b2c3d' } })],
  nonCompliant: [made({ Instances: {} }), made({})], unknown: [made({ Instances: PARAM })], notApplicable: [standing],
  override: { path: 'ClusterConfig.Instances.Ec2SubnetIds', to: [] },
});
ruleTable('SageMakerJobOutputKey', {
  step: 'EMR', compliant: [made({ LogUri: 's3://logs/', LogEncryptionKmsKeyId: KEY })], nonCompliant: [made({ LogUri: 's3://logs/' })],
  unknown: [made({ LogUri: 's3://logs/', LogEncryptionKmsKeyId: PARAM })],
  notApplicable: [standing, made({})], override: { path: 'ClusterConfig.LogEncryptionKmsKeyId', to: '' },
});
const security = (EncryptionConfiguration: object) => ({ Type: 'AWS::EMR::SecurityConfiguration', Properties: { SecurityConfiguration: { EncryptionConfiguration } } });
ruleTable('SageMakerEmrStepEncryption', {
  step: 'EMR',
  around: {
    Both: security({ EnableAtRestEncryption: true, EnableInTransitEncryption: true }), Half: security({ EnableAtRestEncryption: true, EnableInTransitEncryption: false }),
    Named: {
      ...security({ EnableAtRestEncryption: true, EnableInTransitEncryption: true }),
      Properties: { ...security({ EnableAtRestEncryption: true, EnableInTransitEncryption: true }).Properties, Name: 'strict' },
    },
  },
  compliant: [made({ SecurityConfiguration: { Ref: 'Both' } }), made({ SecurityConfiguration: 'strict' })],
  nonCompliant: [made({}), made({ SecurityConfiguration: '' }), made({ SecurityConfiguration: { Ref: 'Half' } })],
  unknown: [made({ SecurityConfiguration: 'of-another-app' }), made({ SecurityConfiguration: PARAM })],
  notApplicable: [standing],
  override: { path: 'ClusterConfig.SecurityConfiguration', to: '' },
});
const spark = (config: object) => ({ ApplicationId: '00f0abc', JobConfig: config });
ruleTable('SageMakerJobMaxRuntime', {
  step: 'EMRServerless', compliant: [spark({ executionTimeoutMinutes: 360 })], nonCompliant: [spark({}), spark({ executionTimeoutMinutes: 0 })],
  unknown: [spark({ executionTimeoutMinutes: PARAM })],
  override: { path: 'JobConfig.executionTimeoutMinutes', to: 0 },
});
const logged = (s3MonitoringConfiguration: object) => spark({ configurationOverrides: { monitoringConfiguration: { s3MonitoringConfiguration } } });
ruleTable('SageMakerJobOutputKey', {
  step: 'EMRServerless', compliant: [logged({ logUri: 's3://logs/', encryptionKeyArn: KEY })], nonCompliant: [logged({ logUri: 's3://logs/' })],
  unknown: [logged({ logUri: 's3://logs/', encryptionKeyArn: PARAM })],
  notApplicable: [spark({})], override: { path: 'JobConfig.configurationOverrides.monitoringConfiguration.s3MonitoringConfiguration.encryptionKeyArn', to: '' },
});
ruleTable('SageMakerJobVpc', {
  step: 'EMRServerless', compliant: [{ ApplicationConfig: { networkConfiguration: { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] } } }],
  nonCompliant: [{ ApplicationConfig: {} }],
  unknown: [{ ApplicationConfig: PARAM }], notApplicable: [spark({})], override: { path: 'ApplicationConfig.networkConfiguration.subnetIds', to: [] },
});
