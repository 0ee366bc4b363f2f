import type { Rule } from '../../rule';
import cellsFilter from './cells-filter';
import defaultPermissions from './default-permissions';
import externalAccess from './external-access';
import hybridAccess from './hybrid-access';
import permissions from './permissions';
import registered from './registered';

export const lakeFormationRules: readonly Rule[] = [
  cellsFilter, defaultPermissions, externalAccess, hybridAccess, permissions, registered,
];
