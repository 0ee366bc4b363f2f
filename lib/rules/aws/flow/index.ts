import type { Rule } from '../../rule';
import deIdentification from './de-identification';
import differentialPrivacy from './differential-privacy';
import pipelineMatchesFlow from './pipeline-matches-flow';
import purpose from './purpose';
import storeClassification from './store-classification';
import storeDiscovery from './store-discovery';

export const flowRules: readonly Rule[] = [
  deIdentification, differentialPrivacy, pipelineMatchesFlow, purpose, storeClassification, storeDiscovery,
];
