import { Control } from '../../../policy/control';
import { rule, STEP } from '../../rule';
import { all, NOT_APPLICABLE } from '../../verdict';
import { jobsOf, MONITORS } from './job';

export default rule({
  name: 'SageMakerJobOutputKey',
  title: 'SageMaker jobs encrypt what they write with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: [STEP, ...MONITORS],
  why: 'what a job writes is as sensitive as what it read',
  fix: 'set the KmsKeyId of the output configuration',
  check: (step) => all(...jobsOf(step).flatMap((job) => job.outputs.map(({ config, key }) => (
    config.isAbsent ? NOT_APPLICABLE : step.relations.customerKey(key))))),
});
