import type { Rule } from '../../rule';
import directions from './directions';
import keys from './keys';
import store from './store';
import training from './training';

export const tokenVaultRules: readonly Rule[] = [directions, keys, store, training];
