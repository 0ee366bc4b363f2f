import type { Rule } from '../../rule';
import queueKey from './queue-key';

export const sqsRules: readonly Rule[] = [queueKey];
