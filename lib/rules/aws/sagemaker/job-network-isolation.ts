import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all, any, NOT_APPLICABLE } from '../../verdict';
import { JOBS, jobsOf } from './job';
import { inVpc } from './network';

export default rule({
  name: 'SageMakerJobNetworkIsolation',
  title: 'SageMaker jobs run without network access',
  severity: 'error',
  control: Control.NETWORK_ISOLATION,
  resources: JOBS,
  why: 'a container with egress can copy training data out',
  fix: 'set EnableNetworkIsolation on the job; a Clarify job inside a VPC needs it off and is kept in by the VPC instead',
  properties: [
    'EnableNetworkIsolation', 'NetworkConfig.EnableNetworkIsolation', 'TrainingJobDefinition.EnableNetworkIsolation', 'TrainingJobDefinitions.EnableNetworkIsolation',
    'MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.EnableNetworkIsolation',
  ],
  sources: [
    'Security Hub SageMaker.11', 'Security Hub SageMaker.12', 'Security Hub SageMaker.14', 'Security Hub SageMaker.20', 'Security Hub SageMaker.25',
    'AWS Config sagemaker-data-quality-job-isolation', 'AWS Config sagemaker-model-bias-job-isolation', 'AWS Config sagemaker-monitoring-schedule-isolation',
    'AWS Config sagemaker-model-explainability-job-network-isolation', 'AWS Config sagemaker-model-quality-job-definition-isolation',
    'Prowler sagemaker_training_jobs_network_isolation_enabled', 'https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-vpc.html',
  ],
  good: { EnableNetworkIsolation: true },
  bad: { EnableNetworkIsolation: false },
  check: (step) => jobsOf(step).map((job) => {
    if (!job.isolation) return NOT_APPLICABLE;
    return job.clarify && job.vpc ? any(job.isolation.boolean(), all(...inVpc(job.vpc, step.relations))) : job.isolation.boolean();
  }),
});
