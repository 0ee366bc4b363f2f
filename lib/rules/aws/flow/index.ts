import type { Rule } from '../../rule';
import deIdentification from './de-identification';
import pipelineMatchesFlow from './pipeline-matches-flow';
import purpose from './purpose';
import storeClassification from './store-classification';
import storeDiscovery from './store-discovery';

export const flowRules: readonly Rule[] = [
  deIdentification, pipelineMatchesFlow, purpose, storeClassification, storeDiscovery,
];
