import type { Rule } from '../../rule';
import queueKey from './queue-key';
import queueTls from './queue-tls';

export const sqsRules: readonly Rule[] = [queueKey, queueTls];
