import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule, STEP } from '../../rule';
import type { Value } from '../../value';
import { Answer } from '../../../policy/finding';
import { all, COMPLIANT, NOT_APPLICABLE, unknown, type Verdict } from '../../verdict';
import { hasLocalStorage } from './instance-type';
import { jobsOf, MONITORS } from './job';

export default rule({
  name: 'SageMakerJobVolumeKey',
  title: 'SageMaker jobs encrypt their volumes with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: [STEP, ...MONITORS],
  why: 'a job copies its input onto the volume; without a key of your own you can neither revoke nor audit access to it',
  fix: 'set VolumeKmsKeyId; leave it out only for instance types with local NVMe storage, which SageMaker rejects it for',
  check: (step) => all(...jobsOf(step).map((job) => (job.volume ? keyed(step, job.volume.key, job.volume.instanceTypes) : NOT_APPLICABLE))),
});

function keyed(step: Resource, key: Value, instanceTypes: readonly Value[]): Verdict {
  const verdict = step.relations.customerKey(key);
  if (verdict.answer !== Answer.NON_COMPLIANT) return verdict;
  const types = instanceTypes.flatMap((type) => type.texts);
  const undecided = instanceTypes.flatMap((type) => type.unknowns);
  if (types.some((type) => !hasLocalStorage(type))) return verdict;
  if (undecided.length > 0) return unknown(`${key.name} is not set, and the instance type is ${undecided[0]!.reason}`, key.location);
  return types.length > 0 ? COMPLIANT : verdict;
}
