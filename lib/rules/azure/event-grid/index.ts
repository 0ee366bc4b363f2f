import type { Rule } from '../../rule';
import localAuth from './local-auth';
import publicAccess from './public-access';

export const eventGridRules: readonly Rule[] = [
  localAuth, publicAccess,
];
