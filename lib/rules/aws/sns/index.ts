import type { Rule } from '../../rule';
import topicKey from './topic-key';
import topicTls from './topic-tls';

export const snsRules: readonly Rule[] = [topicKey, topicTls];
