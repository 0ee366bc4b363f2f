import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { COMPLIANT } from '../../verdict';
import { flag } from '../property';
import { pointing, surelyMeant } from '../related';

export default rule({
  name: 'AzureDataPreventDestroy',
  title: 'What holds data, keys or logs is deleted by nobody who only applies a change',
  severity: 'warning',
  control: Control.AVAILABILITY,
  resources: [
    'azurerm_storage_account', 'Microsoft.Storage/storageAccounts', 'azurerm_storage_container', 'Microsoft.Storage/storageAccounts/blobServices/containers',
    'azurerm_storage_data_lake_gen2_filesystem', 'azurerm_storage_share',
    'azurerm_key_vault', 'Microsoft.KeyVault/vaults', 'azurerm_key_vault_managed_hardware_security_module', 'Microsoft.KeyVault/managedHSMs',
    'azurerm_container_registry', 'Microsoft.ContainerRegistry/registries', 'azurerm_machine_learning_workspace', 'Microsoft.MachineLearningServices/workspaces',
    'azurerm_log_analytics_workspace', 'Microsoft.OperationalInsights/workspaces', 'azurerm_purview_account', 'Microsoft.Purview/accounts',
    'azurerm_cosmosdb_account', 'Microsoft.DocumentDB/databaseAccounts', 'azurerm_cosmosdb_sql_database', 'azurerm_cosmosdb_sql_container',
    'azurerm_databricks_workspace', 'Microsoft.Databricks/workspaces', 'azurerm_synapse_workspace', 'Microsoft.Synapse/workspaces',
  ],
  properties: ['lifecycle.prevent_destroy'],
  why: 'a name or a region that is changed in the code makes Terraform delete what there is and make it anew, empty; what is recoverable then is so for some days',
  fix: 'set lifecycle.prevent_destroy, or put an azurerm_management_lock of level CanNotDelete on it or on its resource group',
  sources: [
    'https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle', 'https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources',
  ],
  good: { lifecycle: { prevent_destroy: true } },
  bad: {},
  check: (resource) => (isLocked(resource) ? COMPLIANT : flag(resource, { azurerm: 'lifecycle.prevent_destroy', arm: 'lifecycle.prevent_destroy' }, true)),
});

function isLocked(resource: Resource): boolean {
  const locks = resource.relations.once(lockedOnes);
  // a lock holds for all that is in what it is on
  let current: Resource | undefined = resource;
  for (let depth = 0; current && depth < 5; depth += 1) {
    if ((locks.get(current) ?? []).length > 0) return true;
    current = aboveOf(current);
  }
  return false;
}

function aboveOf(resource: Resource): Resource | undefined {
  const { relations } = resource;
  const byId = ['parent_id', 'storage_account_id'].map((name) => resource.at(name)).filter((value) => !value.isAbsent).flatMap((value) => surelyMeant(value, relations));
  // a group is named, and the reference to its name is followed to the name
  const group = resource.at('resource_group_name');
  const groups = group.alternatives.length > 1 ? [] : [...relations.targets(group), ...group.texts.flatMap((name) => relations.called(name, 'azurerm_resource_group', 'name'))];
  return [...byId, ...groups][0];
}

function lockedOnes(relations: Relations): ReadonlyMap<Resource, readonly Resource[]> {
  return pointing(relations, { 'azurerm_management_lock': 'scope', 'Microsoft.Authorization/locks': 'parent_id' }).at;
}
