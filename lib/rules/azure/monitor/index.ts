import type { Rule } from '../../rule';
import actionGroup from './action-group';
import alertAction from './alert-action';
import diagnosticSettings from './diagnostic-settings';

export const monitorRules: readonly Rule[] = [
  actionGroup, alertAction, diagnosticSettings,
];
