import type { Rule } from '../../rule';
import storeDiscovery from './store-discovery';

export const flowRules: readonly Rule[] = [
  storeDiscovery,
];
