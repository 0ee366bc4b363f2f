import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { shown } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'AzureCosmosRoleDefinition',
  title: 'Roles for data of Cosmos DB name the actions that they allow',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['azurerm_cosmosdb_sql_role_definition'],
  properties: ['permissions.data_actions'],
  why: 'a wildcard lets who should add also read, and who should read also delete',
  fix: 'list the actions, such as items/read and items/create',
  sources: ['https://learn.microsoft.com/azure/cosmos-db/nosql/reference-data-plane-security'],
  good: { permissions: [{ data_actions: ['Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read'] }] },
  bad: { permissions: [{ data_actions: ['Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/*'] }] },
  check: (role) => {
    const permissions = role.at('permissions');
    const actions = permissions.items.flatMap((one) => (one.at('data_actions').items.length > 0 ? one.at('data_actions').items : [one.at('data_actions')]));
    if (actions.length === 0) return permissions.unknowns.length > 0 ? permissions.present() : NOT_APPLICABLE;
    return all(...actions.map((action) => action.judge((name) => (typeof name === 'string' && name.includes('*') ? nonCompliant(`it allows ${shown(name)}`) : COMPLIANT))));
  },
});
