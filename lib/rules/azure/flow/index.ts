import type { Rule } from '../../rule';
import deIdentificationMatches from './de-identification-matches';
import storeDiscovery from './store-discovery';
import tokenVault from './token-vault';

export const flowRules: readonly Rule[] = [
  deIdentificationMatches, storeDiscovery, tokenVault,
];
