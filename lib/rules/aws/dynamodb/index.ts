import type { Rule } from '../../rule';
import tableDeletionProtection from './table-deletion-protection';
import tableKey from './table-key';
import tableRecovery from './table-recovery';

export const dynamodbRules: readonly Rule[] = [tableDeletionProtection, tableKey, tableRecovery];
