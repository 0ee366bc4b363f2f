import type { Rule } from '../../rule';
import groupKey from './group-key';
import groupRetention from './group-retention';

export const logsRules: readonly Rule[] = [groupKey, groupRetention];
