import { Control } from '../../../policy/control';
import { rule, STEP } from '../../rule';
import { all, NOT_APPLICABLE } from '../../verdict';
import { jobsOf, MONITORS } from './job';

export default rule({
  name: 'SageMakerJobInterContainerEncryption',
  title: 'SageMaker jobs encrypt traffic between their containers',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: [STEP, ...MONITORS],
  why: 'distributed jobs exchange records and gradients between instances; a count of one today is a parameter tomorrow',
  fix: 'set EnableInterContainerTrafficEncryption on the job',
  check: (step) => all(...jobsOf(step).map((job) => job.interContainer?.boolean() ?? NOT_APPLICABLE)),
});
