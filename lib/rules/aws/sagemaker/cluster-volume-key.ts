import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { nonCompliant, type Verdict } from '../../verdict';
import { groupsOf } from './cluster';

export default rule({
  name: 'SageMakerClusterVolumeKey',
  title: 'HyperPod clusters encrypt root and data volumes with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SageMaker::Cluster'],
  why: 'nodes live for months and keep data, checkpoints and shell histories; with the cloud\'s own key nobody can revoke access to them',
  fix: 'give each group an EbsVolumeConfig with RootVolume true and one without, each with a VolumeKmsKeyId',
  properties: ['InstanceGroups.InstanceStorageConfigs.EbsVolumeConfig.VolumeKmsKeyId', 'RestrictedInstanceGroups.InstanceStorageConfigs.EbsVolumeConfig.VolumeKmsKeyId'],
  sources: ['AIA SM-27', 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterEbsVolumeConfig.html'],
  good: {
    InstanceGroups: [{
      InstanceGroupName: 'workers', InstanceType: 'ml.p5.48xlarge',
      InstanceStorageConfigs: [{ EbsVolumeConfig: { RootVolume: true, VolumeKmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab' } }],
    }],
  },
  bad: { InstanceGroups: [{ InstanceGroupName: 'workers', InstanceType: 'ml.p5.48xlarge', InstanceStorageConfigs: [{ EbsVolumeConfig: { VolumeSizeInGB: 500 } }] }] },
  check: (cluster) => [
    ...groupsOf(cluster).flatMap(volumesOf).map((volume) => cluster.customerKey(volume.at('VolumeKmsKeyId'))),
    ...cluster.at('InstanceGroups').items.map(rootIsKeyed),
  ],
});

function volumesOf(group: Value): Value[] {
  return group.at('InstanceStorageConfigs').items.map((storage) => storage.at('EbsVolumeConfig').given).filter((volume) => !volume.isAbsent);
}

// without a configuration of its own the root volume has a key of AWS's
function rootIsKeyed(group: Value): Verdict {
  const roots = volumesOf(group).map((volume) => volume.at('RootVolume').boolean());
  const none = nonCompliant('no EbsVolumeConfig is for the root volume', group.at('InstanceStorageConfigs').location);
  return roots.find(({ answer }) => answer === 'compliant') ?? roots.find(({ answer }) => answer === 'unknown') ?? none;
}
