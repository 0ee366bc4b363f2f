import type { Rule } from '../../rule';
import tableKey from './table-key';

export const dynamodbRules: readonly Rule[] = [tableKey];
