import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { JOBS, jobsOf } from './job';
import { inVpc } from './network';

export default rule({
  name: 'SageMakerJobVpc',
  title: 'SageMaker jobs run in a VPC, in no subnet that this app makes public',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: JOBS,
  why: 'outside a VPC a job reaches data over the service\'s own network, past endpoint policies and flow logs',
  fix: 'give the job a VpcConfig with private subnets and a security group',
  properties: [
    'VpcConfig', 'NetworkConfig.VpcConfig', 'TrainingJobDefinition.VpcConfig', 'TrainingJobDefinitions.VpcConfig', 'AutoMLJobConfig.SecurityConfig.VpcConfig',
    'SecurityConfig.VpcConfig', 'LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.VpcConfig', 'InputConfig.VpcConfig',
    'ClusterConfig.Instances.Ec2SubnetIds', 'ClusterConfig.Instances.Ec2SubnetId',
    'ApplicationConfig.networkConfiguration', 'MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.VpcConfig',
  ],
  sources: ['Prowler sagemaker_training_jobs_vpc_settings_configured', 'AIA SM-33', 'https://docs.aws.amazon.com/sagemaker/latest/dg/infrastructure-give-access.html'],
  good: { VpcConfig: { Subnets: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] } },
  bad: {},
  check: (step) => jobsOf(step).flatMap((job) => (job.vpc ? inVpc(job.vpc, step.relations) : NOT_APPLICABLE)),
});
