import type { Resource } from '../../resource';
import type { Value } from '../../value';

/** Mechanisms whose loss can be reckoned. */
export const KNOWN_MECHANISM = /^dp-(?:sgd|federated)$/;

/** Kinds of steps that learn, as the flow has them. */
const LEARNING = new Set(['Training', 'Tuning', 'AutoML']);

/** Whether a job is a step that learns, as it was declared. */
export function learns({ path, relations }: Resource): boolean {
  return LEARNING.has(relations.flow?.node(path)?.detail ?? '');
}

/** A text or number that a job is given: written by itself, or as the value of an input. */
export function settingOf(job: Resource, name: string): Value {
  const input = job.at(`properties.inputs.${name}`);
  const value = input.at('value');
  return value.isAbsent ? input : value;
}
