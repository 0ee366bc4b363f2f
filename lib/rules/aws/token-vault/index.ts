import type { Rule } from '../../rule';
import directions from './directions';
import keyContext from './key-context';
import store from './store';
import training from './training';

export const tokenVaultRules: readonly Rule[] = [directions, keyContext, store, training];
