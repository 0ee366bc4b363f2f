import { Control } from '../../../policy/control';
import { Unknown } from '../../resolved';
import { rule } from '../../rule';
import { all, COMPLIANT, nonCompliant } from '../../verdict';
import { at } from '../property';

export default rule({
  name: 'AzureCosmosRoleAssignment',
  title: 'Nobody may do everything with the data of Cosmos DB',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['azurerm_cosmosdb_sql_role_assignment', 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments'],
  properties: ['role_definition_id', 'properties.roleDefinitionId'],
  why: 'the built-in contributor reads, changes and deletes every item of what it is assigned on',
  fix: 'assign an azurerm_cosmosdb_sql_role_definition with the actions that are needed, on the container that they are needed on',
  sources: ['https://learn.microsoft.com/azure/cosmos-db/nosql/reference-data-plane-security'],
  good: { role_definition_id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/a/sqlRoleDefinitions/4ee29c13-d639-88be-8b5a-b281a9af979b' },
  bad: { role_definition_id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/a/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002' },
  check: (assignment) => all(...at(assignment, { azurerm: 'role_definition_id', arm: 'properties.roleDefinitionId' })!.options.map((role) => {
    const [one] = role.alternatives;
    // an account that is not known yet has the built-in roles as any other
    if (CONTRIBUTOR.test(one instanceof Unknown ? one.pattern : role.texts[0] ?? '')) return nonCompliant('it is assigned the built-in data contributor', role.location);
    // one of the app is judged by its own rule
    return assignment.relations.targets(role).some(({ type }) => DEFINITIONS.has(type)) ? COMPLIANT : role.judge(() => COMPLIANT);
  })),
});

const DEFINITIONS = new Set(['azurerm_cosmosdb_sql_role_definition', 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions']);
const CONTRIBUTOR = /\b0{8}-(?:0{4}-){3}0{11}2$/;
