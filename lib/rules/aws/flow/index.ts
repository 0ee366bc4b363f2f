import type { Rule } from '../../rule';
import consentPurpose from './consent-purpose';
import deIdentificationMatches from './de-identification-matches';
import differentialPrivacy from './differential-privacy';
import inputsMatchFlow from './inputs-match-flow';
import pipelineMatchesFlow from './pipeline-matches-flow';
import privacyMatches from './privacy-matches';
import storeDiscovery from './store-discovery';

export const flowRules: readonly Rule[] = [
  consentPurpose, deIdentificationMatches, differentialPrivacy, inputsMatchFlow, pipelineMatchesFlow, privacyMatches, storeDiscovery,
];
