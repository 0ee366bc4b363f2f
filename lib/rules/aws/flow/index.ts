import type { Rule } from '../../rule';
import consentFilter from './consent-filter';
import consentFilterUnchanged from './consent-filter-unchanged';
import consentPurpose from './consent-purpose';
import consentSnapshotAge from './consent-snapshot-age';
import consentWithdrawalHeard from './consent-withdrawal-heard';
import deIdentificationMatches from './de-identification-matches';
import differentialPrivacy from './differential-privacy';
import inputsMatchFlow from './inputs-match-flow';
import pipelineMatchesFlow from './pipeline-matches-flow';
import privacyMatches from './privacy-matches';
import storeDiscovery from './store-discovery';
import storeErasure from './store-erasure';
import tokenVault from './token-vault';

export const flowRules: readonly Rule[] = [
  consentFilter, consentFilterUnchanged, consentPurpose, consentSnapshotAge, consentWithdrawalHeard, deIdentificationMatches, differentialPrivacy,
  inputsMatchFlow, pipelineMatchesFlow, privacyMatches, storeDiscovery, storeErasure, tokenVault,
];
