import { Answer } from '../../../policy/finding';
import type { Resource } from '../../resource';
import { COMPLIANT, NOT_APPLICABLE, type Verdict } from '../../verdict';

/** Whether a compute is made of nodes of Azure ML, as clusters and instances are; others are attached from elsewhere. */
export function isNode(compute: Resource): boolean {
  if (!compute.type.startsWith('Microsoft.')) return true;
  const kinds = compute.at('properties.computeType');
  return kinds.unknowns.length > 0 || kinds.texts.some((kind) => kind === 'AmlCompute' || kind === 'ComputeInstance');
}

/** What a rule says of computes of one kind: nothing of others, and of one whose kind is not known no more than that it keeps the rule. */
export function ofKind(compute: Resource, kind: 'AmlCompute' | 'ComputeInstance', verdict: Verdict): Verdict {
  if (!compute.type.startsWith('Microsoft.')) return verdict;
  const kinds = compute.at('properties.computeType');
  if (kinds.texts.includes(kind)) return verdict;
  if (kinds.unknowns.length === 0) return NOT_APPLICABLE;
  return verdict.answer === Answer.COMPLIANT ? verdict : kinds.judge(() => COMPLIANT);
}
