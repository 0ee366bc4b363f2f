import type { Rule } from '../../rule';
import executionData from './execution-data';
import machineKey from './machine-key';

export const stepFunctionsRules: readonly Rule[] = [executionData, machineKey];
