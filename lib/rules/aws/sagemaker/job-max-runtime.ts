import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { JOBS, jobsOf } from './job';

export default rule({
  name: 'SageMakerJobMaxRuntime',
  title: 'SageMaker jobs have a maximum runtime',
  severity: 'error',
  control: Control.RESOURCE_LIMIT,
  resources: JOBS,
  why: 'a job that hangs holds decrypted data on its volume and costs money until somebody looks',
  fix: 'set StoppingCondition.MaxRuntimeInSeconds',
  properties: [
    'StoppingCondition.MaxRuntimeInSeconds', 'TrainingJobDefinition.StoppingCondition.MaxRuntimeInSeconds', 'TrainingJobDefinitions.StoppingCondition.MaxRuntimeInSeconds',
    'AutoMLJobConfig.CompletionCriteria.MaxAutoMLJobRuntimeInSeconds', 'AutoMLProblemTypeConfig', 'InputConfig.JobDurationInSeconds', 'JobConfig.executionTimeoutMinutes',
    'MonitoringScheduleConfig.MonitoringJobDefinition.StoppingCondition.MaxRuntimeInSeconds',
  ],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html'],
  good: { StoppingCondition: { MaxRuntimeInSeconds: 3600 } },
  bad: {},
  check: (step) => jobsOf(step).map((job) => job.maxRuntime?.number((time) => time > 0, 'more than 0') ?? NOT_APPLICABLE),
});
