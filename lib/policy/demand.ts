import { Control } from './control';

/** As many as are read: the rule has all of them. */
const NAMED = 3;

/**
 * What asks for a control where no framework of a profile does, so that nothing is asked without a demand: the residency that the profile states,
 * or the practice that a rule stands for.
 *
 * @param sources where the rule has its demand from
 * @param residency the profile's, in words
 */
export function demandOf(control: Control, sources: readonly string[], residency: string): string {
  if (control === Control.DATA_RESIDENCY) return `the residency of the profile (${residency})`;
  return `no framework of the profile${sources.length > 0 ? `, but ${sources.slice(0, NAMED).join(', ')}` : ''}`;
}
