import type { Rule } from '../../rule';
import logGroup from './log-group';

export const lambdaRules: readonly Rule[] = [logGroup];
