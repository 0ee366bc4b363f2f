import type { Rule } from '../../rule';
import publicAccess from './public-access';
import scanIdentity from './scan-identity';
import scanTrigger from './scan-trigger';

export const purviewRules: readonly Rule[] = [
  publicAccess, scanIdentity, scanTrigger,
];
