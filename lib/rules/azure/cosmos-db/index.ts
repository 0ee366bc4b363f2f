import type { Rule } from '../../rule';
import backup from './backup';
import key from './key';
import keyWrites from './key-writes';
import localAuth from './local-auth';
import publicAccess from './public-access';
import roleAssignment from './role-assignment';
import roleDefinition from './role-definition';
import tls from './tls';

export const cosmosDbRules: readonly Rule[] = [
  backup, key, keyWrites, localAuth, publicAccess, roleAssignment, roleDefinition, tls,
];
