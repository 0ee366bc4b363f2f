import type { Rule } from '../../rule';
import key from './key';
import localAuth from './local-auth';
import outbound from './outbound';
import publicAccess from './public-access';

export const aiServicesRules: readonly Rule[] = [
  key, localAuth, outbound, publicAccess,
];
