import type { Rule } from '../../rule';
import infrastructureEncryption from './infrastructure-encryption';
import key from './key';
import nodes from './nodes';
import publicAccess from './public-access';

export const databricksRules: readonly Rule[] = [
  infrastructureEncryption, key, nodes, publicAccess,
];
