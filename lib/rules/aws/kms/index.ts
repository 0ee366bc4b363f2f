import type { Rule } from '../../rule';
import keyPolicy from './key-policy';
import keyRotation from './key-rotation';

export const kmsRules: readonly Rule[] = [
  keyPolicy, keyRotation,
];
