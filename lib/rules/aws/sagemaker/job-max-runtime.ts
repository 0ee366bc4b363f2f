import { Control } from '../../../policy/control';
import { rule, STEP } from '../../rule';
import { all, NOT_APPLICABLE } from '../../verdict';
import { jobsOf, MONITORS } from './job';

export default rule({
  name: 'SageMakerJobMaxRuntime',
  title: 'SageMaker jobs have a maximum runtime',
  severity: 'error',
  control: Control.RESOURCE_LIMIT,
  resources: [STEP, ...MONITORS],
  why: 'a job that hangs holds decrypted data on its volume and costs money until somebody looks',
  fix: 'set StoppingCondition.MaxRuntimeInSeconds',
  check: (step) => all(...jobsOf(step).map((job) => job.maxRuntime?.number((seconds) => seconds > 0, 'a number of seconds') ?? NOT_APPLICABLE)),
});
