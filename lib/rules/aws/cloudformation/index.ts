import type { Rule } from '../../rule';
import templateReadable from './template-readable';

export const cloudformationRules: readonly Rule[] = [
  templateReadable,
];
