import type { Rule } from '../../rule';
import keyExpiry from './key-expiry';
import keyHsm from './key-hsm';
import keyRotation from './key-rotation';
import networkRules from './network-rules';
import publicAccess from './public-access';
import purgeProtection from './purge-protection';
import rbac from './rbac';
import secretExpiry from './secret-expiry';
import secretPlain from './secret-plain';

export const keyVaultRules: readonly Rule[] = [
  keyExpiry, keyHsm, keyRotation, networkRules, publicAccess, purgeProtection, rbac, secretExpiry, secretPlain,
];
