import type { Rule } from '../../rule';
import topicKey from './topic-key';

export const snsRules: readonly Rule[] = [topicKey];
