import { ruleTable } from '../../table';
import { around, CLOUD_KEY, KEY, OWN, PARAM, VPC } from './samples';

// the kinds of job definition, the words of each before `AppSpecification` and `JobOutputConfig`, and whether Clarify runs it
const KINDS: readonly (readonly [kind: string, clarify: boolean])[] = [['DataQuality', false], ['ModelQuality', false], ['ModelBias', true], ['ModelExplainability', true]];

for (const [kind, clarify] of KINDS) {
  const type = `AWS::SageMaker::${kind}JobDefinition`;
  const network = (NetworkConfig: unknown) => ({ NetworkConfig });
  const machines = (InstanceCount: unknown) => ({ JobResources: { ClusterConfig: { InstanceCount } } });
  // a Clarify job calls the API: in a VPC it cannot be isolated, and is kept in by the VPC
  const openInVpc = network({ EnableNetworkIsolation: false, VpcConfig: VPC });
  ruleTable('SageMakerJobNetworkIsolation', {
    type,
    compliant: [network({ EnableNetworkIsolation: true }), ...(clarify ? [openInVpc] : [])],
    nonCompliant: [{}, network({}), network({ EnableNetworkIsolation: false }), ...(clarify ? [] : [openInVpc])],
    unknown: [network(PARAM), network({ EnableNetworkIsolation: PARAM })],
    override: { path: 'NetworkConfig.EnableNetworkIsolation', to: false },
  });
  ruleTable('SageMakerJobInterContainerEncryption', {
    type,
    compliant: [network({ EnableInterContainerTrafficEncryption: true })],
    // Security Hub asks it of bias jobs from two instances on, of the others always
    nonCompliant: [{}, network({ EnableInterContainerTrafficEncryption: false }), machines(2), ...(kind === 'ModelBias' ? [] : [machines(1)])],
    unknown: [network({ EnableInterContainerTrafficEncryption: PARAM }), ...(kind === 'ModelBias' ? [machines(PARAM)] : [])],
    notApplicable: kind === 'ModelBias' ? [machines(1)] : [],
    override: { path: 'NetworkConfig.EnableInterContainerTrafficEncryption', to: false },
  });
  ruleTable('SageMakerJobVpc', {
    type, compliant: [network({ VpcConfig: VPC })], nonCompliant: [{}], unknown: [network({ VpcConfig: PARAM })], override: { path: 'NetworkConfig.VpcConfig.Subnets', to: [] },
  });
  ruleTable('SageMakerJobVolumeKey', {
    type,
    around,
    compliant: [
      { JobResources: { ClusterConfig: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: OWN } } }, { JobResources: { ClusterConfig: { InstanceType: 'ml.m5d.large' } } },
    ],
    nonCompliant: [
      {}, { JobResources: { ClusterConfig: { InstanceType: 'ml.m5.large' } } },
      { JobResources: { ClusterConfig: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: CLOUD_KEY } } },
    ],
    unknown: [{ JobResources: { ClusterConfig: { InstanceType: PARAM } } }],
    override: { path: 'JobResources.ClusterConfig.VolumeKmsKeyId', to: 'alias/aws/ebs' },
  });
  ruleTable('SageMakerJobOutputKey', {
    type,
    compliant: [{ [`${kind}JobOutputConfig`]: { KmsKeyId: KEY } }],
    nonCompliant: [{ [`${kind}JobOutputConfig`]: { MonitoringOutputs: [] } }],
    unknown: [{ [`${kind}JobOutputConfig`]: PARAM }],
    notApplicable: [{}],
    override: { path: `${kind}JobOutputConfig.KmsKeyId`, to: CLOUD_KEY },
  });
  ruleTable('SageMakerJobMaxRuntime', {
    type, compliant: [{ StoppingCondition: { MaxRuntimeInSeconds: 3600 } }], nonCompliant: [{}], unknown: [{ StoppingCondition: PARAM }],
    override: { path: 'StoppingCondition.MaxRuntimeInSeconds', to: 0 },
  });
  ruleTable('SageMakerJobImagePinned', {
    type,
    compliant: [{ [`${kind}AppSpecification`]: { ImageUri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/monitor:1.4' } }],
    nonCompliant: [{ [`${kind}AppSpecification`]: { ImageUri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/monitor' } }],
    unknown: [{ [`${kind}AppSpecification`]: { ImageUri: PARAM } }],
    notApplicable: [{}],
    override: { path: `${kind}AppSpecification.ImageUri`, to: 'monitor:latest' },
  });
}

const inline = (MonitoringJobDefinition: unknown, rest: object = {}) => ({ MonitoringScheduleConfig: { MonitoringJobDefinition, ...rest } });
// a schedule that names a job definition says nothing of the job
const named = { MonitoringScheduleConfig: { MonitoringJobDefinitionName: 'drift', MonitoringType: 'DataQuality' } };
const inside = 'MonitoringScheduleConfig.MonitoringJobDefinition.';
const schedule = 'AWS::SageMaker::MonitoringSchedule';

ruleTable('SageMakerJobNetworkIsolation', {
  type: schedule,
  compliant: [
    inline({ NetworkConfig: { EnableNetworkIsolation: true } }),
    inline({ NetworkConfig: { EnableNetworkIsolation: false, VpcConfig: VPC } }, { MonitoringType: 'ModelBias' }),
    { MonitoringScheduleConfig: { 'Fn::If': ['Cond', { MonitoringJobDefinition: { NetworkConfig: { EnableNetworkIsolation: true } } }, named.MonitoringScheduleConfig] } },
  ],
  nonCompliant: [
    inline({}), inline({ NetworkConfig: { EnableNetworkIsolation: false } }),
    inline({ NetworkConfig: { EnableNetworkIsolation: false, VpcConfig: VPC } }, { MonitoringType: 'DataQuality' }),
    { MonitoringScheduleConfig: { 'Fn::If': ['Cond', { MonitoringJobDefinition: {} }, named.MonitoringScheduleConfig] } },
  ],
  unknown: [inline(PARAM), { MonitoringScheduleConfig: PARAM }],
  notApplicable: [named, {}],
  override: { path: `${inside}NetworkConfig.EnableNetworkIsolation`, to: false },
});
ruleTable('SageMakerJobInterContainerEncryption', {
  type: schedule,
  compliant: [inline({ NetworkConfig: { EnableInterContainerTrafficEncryption: true } })],
  nonCompliant: [inline({})],
  unknown: [inline({ NetworkConfig: PARAM })],
  notApplicable: [named],
  override: { path: `${inside}NetworkConfig.EnableInterContainerTrafficEncryption`, to: false },
});
ruleTable('SageMakerJobVpc', {
  type: schedule, compliant: [inline({ NetworkConfig: { VpcConfig: VPC } })], nonCompliant: [inline({})], unknown: [inline({ NetworkConfig: PARAM })], notApplicable: [named],
  override: { path: `${inside}NetworkConfig.VpcConfig.Subnets`, to: [] },
});
ruleTable('SageMakerJobVolumeKey', {
  type: schedule,
  compliant: [inline({ MonitoringResources: { ClusterConfig: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: KEY } } })],
  nonCompliant: [inline({ MonitoringResources: { ClusterConfig: { InstanceType: 'ml.m5.large' } } })],
  unknown: [inline({ MonitoringResources: PARAM })],
  notApplicable: [named],
  override: { path: `${inside}MonitoringResources.ClusterConfig.VolumeKmsKeyId`, to: CLOUD_KEY },
});
ruleTable('SageMakerJobOutputKey', {
  type: schedule, compliant: [inline({ MonitoringOutputConfig: { KmsKeyId: KEY } })], nonCompliant: [inline({ MonitoringOutputConfig: {} })],
  unknown: [inline({ MonitoringOutputConfig: PARAM })],
  notApplicable: [named, inline({})], override: { path: `${inside}MonitoringOutputConfig.KmsKeyId`, to: '' },
});
ruleTable('SageMakerJobMaxRuntime', {
  type: schedule, compliant: [inline({ StoppingCondition: { MaxRuntimeInSeconds: 1800 } })], nonCompliant: [inline({})], unknown: [inline({ StoppingCondition: PARAM })],
  notApplicable: [named],
  override: { path: `${inside}StoppingCondition.MaxRuntimeInSeconds`, to: 0 },
});
ruleTable('SageMakerJobImagePinned', {
  type: schedule, compliant: [inline({ MonitoringAppSpecification: { ImageUri: 'x/monitor:1.4' } })],
  nonCompliant: [inline({ MonitoringAppSpecification: { ImageUri: 'x/monitor' } })],
  unknown: [inline({ MonitoringAppSpecification: PARAM })], notApplicable: [named], override: { path: `${inside}MonitoringAppSpecification.ImageUri`, to: 'x/monitor:stable' },
});

const every = (ScheduleExpression: unknown) => ({ MonitoringScheduleConfig: { MonitoringJobDefinitionName: 'drift', ScheduleConfig: { ScheduleExpression } } });
ruleTable('SageMakerMonitoringScheduleRecurring', {
  type: schedule,
  compliant: [every('cron(0 * ? * * *)'), every('cron(0 0/12 ? * * *)')],
  nonCompliant: [{}, named, every('NOW'), every({ 'Fn::If': ['Cond', 'cron(0 * ? * * *)', 'NOW'] })],
  unknown: [every(PARAM), { MonitoringScheduleConfig: PARAM }],
  override: { path: 'MonitoringScheduleConfig.ScheduleConfig.ScheduleExpression', to: 'NOW' },
});
