import type { Rule } from '../../rule';
import copies from './copies';
import geoRedundancy from './geo-redundancy';
import location from './location';
import vaultPair from './vault-pair';

export const residencyRules: readonly Rule[] = [
  copies, geoRedundancy, location, vaultPair,
];
