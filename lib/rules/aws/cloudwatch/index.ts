import type { Rule } from '../../rule';
import alarmActions from './alarm-actions';

export const cloudwatchRules: readonly Rule[] = [alarmActions];
