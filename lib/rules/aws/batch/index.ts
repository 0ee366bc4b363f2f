import type { Rule } from '../../rule';
import queueTimeLimit from './queue-time-limit';

export const batchRules: readonly Rule[] = [queueTimeLimit];
