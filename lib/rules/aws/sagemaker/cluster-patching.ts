import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { any } from '../../verdict';

export default rule({
  name: 'SageMakerClusterPatching',
  title: 'Nodes of HyperPod clusters get new machine images on a schedule',
  severity: 'warning',
  control: Control.SUPPORTED_SOFTWARE,
  resources: ['AWS::SageMaker::Cluster'],
  why: 'a cluster that nobody updates runs for a year on the kernel it was made with',
  fix: 'give each instance group an AutoPatchConfig or a ScheduledUpdateConfig',
  properties: ['InstanceGroups.AutoPatchConfig', 'InstanceGroups.ScheduledUpdateConfig'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-operate-cli-command.html'],
  good: { InstanceGroups: [{ InstanceGroupName: 'workers', AutoPatchConfig: { PatchingStrategy: 'WhenIdle' } }] },
  bad: { InstanceGroups: [{ InstanceGroupName: 'workers', InstanceType: 'ml.p5.48xlarge' }] },
  check: (cluster) => cluster.at('InstanceGroups').items.map((group) => any(group.at('AutoPatchConfig').present(), group.at('ScheduledUpdateConfig').present())),
});
