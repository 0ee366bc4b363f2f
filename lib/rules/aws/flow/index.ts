import type { Rule } from '../../rule';
import consentPurpose from './consent-purpose';
import differentialPrivacy from './differential-privacy';
import inputsMatchFlow from './inputs-match-flow';
import pipelineMatchesFlow from './pipeline-matches-flow';
import privacyMatches from './privacy-matches';
import storeDiscovery from './store-discovery';
import storeErasure from './store-erasure';

export const flowRules: readonly Rule[] = [
  consentPurpose, differentialPrivacy, inputsMatchFlow, pipelineMatchesFlow, privacyMatches, storeDiscovery, storeErasure,
];
