import { ruleTable } from '../../table';
import { around, CLOUD_KEY, KEY, OWN, PARAM, subnets, VPC } from './samples';

const type = 'AWS::SageMaker::Cluster';
const groups = (...InstanceGroups: object[]) => ({ InstanceGroups });

ruleTable('SageMakerClusterVpc', {
  type,
  around: subnets,
  compliant: [{ VpcConfig: VPC }, { VpcConfig: VPC, ...groups({ OverrideVpcConfig: { Subnets: [{ Ref: 'Inside' }], SecurityGroupIds: ['sg-0a1b2c3d'] } }) }],
  nonCompliant: [
    {}, { VpcConfig: { Subnets: [] } }, { VpcConfig: VPC, ...groups({ OverrideVpcConfig: { Subnets: [{ Ref: 'Routed' }], SecurityGroupIds: ['sg-0a1b2c3d'] } }) },
    { VpcConfig: VPC, RestrictedInstanceGroups: [{ OverrideVpcConfig: {} }] },
  ],
  unknown: [{ VpcConfig: PARAM }, { VpcConfig: VPC, ...groups({ OverrideVpcConfig: PARAM }) }],
  override: { path: 'VpcConfig.Subnets', to: [] },
});
const root = (VolumeKmsKeyId?: unknown) => ({ EbsVolumeConfig: { RootVolume: true, VolumeKmsKeyId } });
const data = (VolumeKmsKeyId?: unknown) => ({ EbsVolumeConfig: { VolumeSizeInGB: 500, VolumeKmsKeyId } });
const storage = (...InstanceStorageConfigs: unknown[]) => groups({ InstanceGroupName: 'workers', InstanceStorageConfigs });
ruleTable('SageMakerClusterVolumeKey', {
  type,
  around,
  compliant: [
    storage(root(KEY)), storage(root(OWN), data(OWN)), { ...storage(root(KEY)), RestrictedInstanceGroups: [{ InstanceStorageConfigs: [data(KEY)] }] },
    storage({ FsxLustreConfig: {} }, root(KEY)),
  ],
  nonCompliant: [
    groups({}), storage(data(KEY)), storage(root(KEY), data()), storage(root(CLOUD_KEY)), groups({ InstanceStorageConfigs: [root(KEY)] }, {}),
    { RestrictedInstanceGroups: [{ InstanceStorageConfigs: [data()] }] },
  ],
  unknown: [storage(root(PARAM)), storage({ EbsVolumeConfig: { RootVolume: PARAM, VolumeKmsKeyId: KEY } })],
  notApplicable: [{}],
  override: { path: 'InstanceGroups', to: [{ InstanceGroupName: 'workers' }] },
});
ruleTable('SageMakerClusterNodeRecovery', {
  type, compliant: [{ NodeRecovery: 'Automatic' }], nonCompliant: [{}, { NodeRecovery: 'None' }], unknown: [{ NodeRecovery: PARAM }],
  override: { path: 'NodeRecovery', to: 'None' },
});
ruleTable('SageMakerClusterPatching', {
  type,
  compliant: [groups({ AutoPatchConfig: { PatchingStrategy: 'WhenIdle' } }, { ScheduledUpdateConfig: { ScheduleExpression: 'cron(0 3 ? * SUN *)' } })],
  nonCompliant: [groups({}), groups({ AutoPatchConfig: { PatchingStrategy: 'WhenIdle' } }, {})],
  unknown: [groups({ AutoPatchConfig: PARAM })],
  notApplicable: [{}, { RestrictedInstanceGroups: [{}] }],
  override: { path: 'InstanceGroups', to: [{}] },
});
ruleTable('SageMakerClusterNodeRecovery', {
  action: 'sagemaker:createCluster', compliant: [{ NodeRecovery: 'Automatic' }], nonCompliant: [{}], unknown: [{ NodeRecovery: PARAM }],
});
