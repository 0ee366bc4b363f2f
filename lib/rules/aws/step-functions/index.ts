import type { Rule } from '../../rule';
import executionData from './execution-data';
import logLevel from './log-level';
import machineKey from './machine-key';

export const stepFunctionsRules: readonly Rule[] = [executionData, logLevel, machineKey];
