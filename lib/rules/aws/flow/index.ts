import type { Rule } from '../../rule';
import consentPurpose from './consent-purpose';
import deIdentification from './de-identification';
import differentialPrivacy from './differential-privacy';
import inputsMatchFlow from './inputs-match-flow';
import pipelineMatchesFlow from './pipeline-matches-flow';
import privacyMatches from './privacy-matches';
import purpose from './purpose';
import storeClassification from './store-classification';
import storeDiscovery from './store-discovery';

export const flowRules: readonly Rule[] = [
  consentPurpose, deIdentification, differentialPrivacy, inputsMatchFlow, pipelineMatchesFlow, privacyMatches, purpose, storeClassification, storeDiscovery,
];
