import type { Rule } from '../../rule';
import roleAssignment from './role-assignment';
import roleDefinition from './role-definition';

export const identityRules: readonly Rule[] = [
  roleAssignment, roleDefinition,
];
