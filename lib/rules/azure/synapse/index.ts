import type { Rule } from '../../rule';
import directoryOnly from './directory-only';
import exfiltration from './exfiltration';
import firewall from './firewall';
import key from './key';
import publicAccess from './public-access';

export const synapseRules: readonly Rule[] = [
  directoryOnly, exfiltration, firewall, key, publicAccess,
];
