import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { JOBS, jobsOf } from './job';

export default rule({
  name: 'SageMakerJobInterContainerEncryption',
  title: 'SageMaker jobs encrypt traffic between their containers',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: JOBS,
  why: 'distributed jobs exchange records and gradients between instances; a count of one today is a parameter tomorrow',
  fix: 'set EnableInterContainerTrafficEncryption on the job',
  properties: [
    'EnableInterContainerTrafficEncryption', 'NetworkConfig.EnableInterContainerTrafficEncryption', 'TrainingJobDefinition.EnableInterContainerTrafficEncryption',
    'TrainingJobDefinitions.EnableInterContainerTrafficEncryption', 'AutoMLJobConfig.SecurityConfig.EnableInterContainerTrafficEncryption',
    'SecurityConfig.EnableInterContainerTrafficEncryption', 'MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.EnableInterContainerTrafficEncryption',
  ],
  sources: [
    'Security Hub SageMaker.9', 'Security Hub SageMaker.10', 'Security Hub SageMaker.13', 'Security Hub SageMaker.15', 'Security Hub SageMaker.22',
    'AWS Config sagemaker-data-quality-job-encrypt-in-transit', 'AWS Config sagemaker-model-explainability-job-encrypt-in-transit',
    'AWS Config sagemaker-model-quality-job-encrypt-in-transit', 'AWS Config sagemaker-model-bias-job-encrypt-in-transit',
    'AWS Config sagemaker-monitoring-schedule-traffic-encryption', 'Checkov CKV_AWS_369', 'Prowler sagemaker_training_jobs_intercontainer_encryption_enabled', 'AIA SM-21',
  ],
  good: { EnableInterContainerTrafficEncryption: true },
  bad: { EnableInterContainerTrafficEncryption: false },
  check: (step) => jobsOf(step).map((job) => job.interContainer?.boolean() ?? NOT_APPLICABLE),
});
