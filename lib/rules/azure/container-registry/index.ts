import type { Rule } from '../../rule';
import adminUser from './admin-user';
import anonymousPull from './anonymous-pull';
import exportPolicy from './export-policy';
import key from './key';
import publicAccess from './public-access';
import quarantine from './quarantine';

export const containerRegistryRules: readonly Rule[] = [
  adminUser, anonymousPull, exportPolicy, key, publicAccess, quarantine,
];
