import type { Rule } from '../../rule';
import confusedDeputy from './confused-deputy';
import decryptAll from './decrypt-all';
import fullAccess from './full-access';
import longLivedCredentials from './long-lived-credentials';
import passRole from './pass-role';
import trustPublic from './trust-public';
import wildcardAction from './wildcard-action';
import wildcardResource from './wildcard-resource';

export const iamRules: readonly Rule[] = [
  confusedDeputy, decryptAll, fullAccess, longLivedCredentials, passRole, trustPublic, wildcardAction, wildcardResource,
];
