import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { shown } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { at } from '../property';

export default rule({
  name: 'AzureCosmosRoleDefinition',
  title: 'Roles for data of Cosmos DB name the actions that they allow',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['azurerm_cosmosdb_sql_role_definition', 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions'],
  properties: ['permissions.data_actions', 'properties.permissions.dataActions'],
  why: 'a wildcard lets who should add also read, and who should read also delete',
  fix: 'list the actions, such as items/read and items/create',
  sources: ['https://learn.microsoft.com/azure/cosmos-db/nosql/reference-data-plane-security'],
  good: { permissions: [{ data_actions: ['Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read'] }] },
  bad: { permissions: [{ data_actions: ['Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/*'] }] },
  check: (role) => {
    const permissions = at(role, { azurerm: 'permissions', arm: 'properties.permissions' })!;
    const lists = permissions.items.map((one) => one.at(role.type.startsWith('Microsoft.') ? 'dataActions' : 'data_actions'));
    const actions = lists.flatMap((list) => (list.items.length > 0 ? list.items : [list]));
    if (actions.length === 0) return permissions.unknowns.length > 0 ? permissions.present() : NOT_APPLICABLE;
    return actions.map((action) => action.judge((name) => (typeof name === 'string' && name.includes('*') ? nonCompliant(`it allows ${shown(name)}`) : COMPLIANT)));
  },
});
