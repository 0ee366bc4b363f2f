import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { groupsOf } from './cluster';
import { inVpc, vpcConfig } from './network';

export default rule({
  name: 'SageMakerClusterVpc',
  title: 'HyperPod clusters run in a VPC, in no subnet that this app makes public',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['AWS::SageMaker::Cluster'],
  why: 'people log in to the nodes of a cluster and all training data passes them: without a VPC of yours nothing limits where it goes',
  fix: 'set VpcConfig with private subnets and a security group, and take public subnets out of OverrideVpcConfig',
  properties: ['VpcConfig', 'InstanceGroups.OverrideVpcConfig', 'RestrictedInstanceGroups.OverrideVpcConfig'],
  sources: ['AIA SM-28', 'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html'],
  good: { VpcConfig: { Subnets: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] } },
  bad: { ClusterName: 'research' },
  check: (cluster) => [...inVpc(vpcConfig(cluster.at('VpcConfig')), cluster.relations), ...groupsOf(cluster).map((group) => group.at('OverrideVpcConfig').given)
    .filter((own) => !own.isAbsent).flatMap((own) => inVpc(vpcConfig(own), cluster.relations))],
});
