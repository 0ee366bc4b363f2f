import { Answer } from '../../../policy/finding';
import type { Resource } from '../../resource';
import type { Value } from '../../value';
import { COMPLIANT, unknown, type Verdict } from '../../verdict';
import { hasLocalStorage } from './instance-type';

/** A key for the volumes of some instances. It may be left out only where every instance type has local NVMe storage, which SageMaker refuses a key for. */
export function volumeKey(key: Value, instanceTypes: readonly Value[], resource: Resource): Verdict {
  const verdict = resource.customerKey(key);
  if (verdict.answer !== Answer.NON_COMPLIANT) return verdict;
  const undecided = instanceTypes.flatMap((type) => type.unknowns);
  if (instanceTypes.some((type) => type.texts.some((text) => !hasLocalStorage(text)))) return verdict;
  if (undecided.length > 0) return unknown(`${key.name} is not set, and the instance type is ${undecided[0]!.reason}`, key.location);
  return instanceTypes.length > 0 && instanceTypes.every((type) => type.texts.length > 0) ? COMPLIANT : verdict;
}
