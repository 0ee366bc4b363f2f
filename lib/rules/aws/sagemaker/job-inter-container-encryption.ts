import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import { rule } from '../../rule';
import { scalarText, type Value } from '../../value';
import { NOT_APPLICABLE, unknown, type Verdict } from '../../verdict';
import { JOBS, jobsOf } from './job';

export default rule({
  name: 'SageMakerJobInterContainerEncryption',
  title: 'SageMaker jobs encrypt traffic between their containers',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: JOBS,
  why: 'distributed jobs exchange records and gradients between instances. A training, a processing or a bias job of one instance, which has none to exchange with, is not asked; other monitors are, as Security Hub asks them',
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
  check: (step) => jobsOf(step).map(({ interContainer, instances = [] }) => (interContainer ? unlessAlone(interContainer.boolean(), instances) : NOT_APPLICABLE)),
});

// on one instance nothing goes between instances, and the tasks of the CDK for Step Functions cannot set it
function unlessAlone(verdict: Verdict, instances: readonly Value[]): Verdict {
  const [count] = instances;
  if (verdict.answer === Answer.COMPLIANT || !count || count.isAbsent || instances.length > 1) return verdict;
  if (count.unknowns.length > 0) return verdict.answer === Answer.UNKNOWN ? verdict : unknown(`${verdict.detail}, and on how many instances the job runs is ${count.unknowns[0]!.reason}`, verdict.location);
  return count.alternatives.every((one) => scalarText(one) === '1') ? NOT_APPLICABLE : verdict;
}
