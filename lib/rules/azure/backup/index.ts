import type { Rule } from '../../rule';
import publicAccess from './public-access';

export const backupRules: readonly Rule[] = [publicAccess];
