import type { Rule } from '../../rule';
import deIdentification from './de-identification';
import pipelineMatchesFlow from './pipeline-matches-flow';
import purpose from './purpose';
import storeClassification from './store-classification';

export const flowRules: readonly Rule[] = [
  deIdentification, pipelineMatchesFlow, purpose, storeClassification,
];
