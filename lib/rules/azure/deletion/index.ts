import type { Rule } from '../../rule';
import preventDestroy from './prevent-destroy';

export const deletionRules: readonly Rule[] = [
  preventDestroy,
];
