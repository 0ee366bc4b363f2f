import type { Rule } from '../../rule';
import keyedHash from './keyed-hash';

export const dataBrewRules: readonly Rule[] = [keyedHash];
