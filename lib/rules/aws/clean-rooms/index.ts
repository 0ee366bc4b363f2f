import type { Rule } from '../../rule';
import allowedAnalyses from './allowed-analyses';
import budgetRefresh from './budget-refresh';
import differentialPrivacy from './differential-privacy';
import image from './image';
import logRedaction from './log-redaction';
import logStatus from './log-status';
import mlKey from './ml-key';
import noise from './noise';
import privacyBudget from './privacy-budget';
import syntheticData from './synthetic-data';

export const cleanRoomsRules: readonly Rule[] = [
  allowedAnalyses, budgetRefresh, differentialPrivacy, image, logRedaction, logStatus, mlKey, noise, privacyBudget, syntheticData,
];
