import type { Rule } from '../../rule';
import differentialPrivacy from './differential-privacy';
import pipelineMatchesFlow from './pipeline-matches-flow';
import storeDiscovery from './store-discovery';

export const flowRules: readonly Rule[] = [
  differentialPrivacy, pipelineMatchesFlow, storeDiscovery,
];
