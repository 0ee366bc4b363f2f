import type { Rule } from '../../rule';
import databaseKey from './database-key';
import databasePublicAccess from './database-public-access';

export const databaseRules: readonly Rule[] = [databaseKey, databasePublicAccess];
