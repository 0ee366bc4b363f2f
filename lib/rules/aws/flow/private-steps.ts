import type { Resource } from '../../resource';
import type { Value } from '../../value';

/** Mechanisms whose loss can be reckoned. A toolkit reads hyperparameters as JSON, so a text may stand in quotes. */
export const KNOWN_MECHANISM = /^"?dp-(?:sgd|federated)"?$/;

/** The hyperparameters of each training that a step starts, those that are not searched; undefined for a step that has none of its own. */
export function hyperparametersOf(step: Resource): Value[] | undefined {
  switch (step.within?.kind) {
    case 'Training': return [step.at('HyperParameters')];
    case 'Tuning': return definitionsOf(step).map((definition) => definition.at('StaticHyperParameters'));
    case 'AutoML': return [];
    default: return undefined;
  }
}

/** The definitions of a tuning. */
export function definitionsOf(tuning: Resource): Value[] {
  return [...(tuning.at('TrainingJobDefinition').isAbsent ? [] : [tuning.at('TrainingJobDefinition')]), ...tuning.at('TrainingJobDefinitions').items];
}
