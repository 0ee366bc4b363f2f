import { APPS } from '../functions/sites';

/** Types that are reached over private link. */
export const PRIVATE: readonly string[] = [
  'azurerm_machine_learning_workspace', 'Microsoft.MachineLearningServices/workspaces', 'Microsoft.MachineLearningServices/registries', 'azurerm_ai_foundry',
  'azurerm_storage_account', 'Microsoft.Storage/storageAccounts', 'azurerm_key_vault', 'Microsoft.KeyVault/vaults', 'azurerm_key_vault_managed_hardware_security_module',
  'Microsoft.KeyVault/managedHSMs', 'azurerm_container_registry', 'Microsoft.ContainerRegistry/registries', 'azurerm_purview_account', 'Microsoft.Purview/accounts',
  'azurerm_cognitive_account', 'azurerm_ai_services', 'Microsoft.CognitiveServices/accounts', 'azurerm_databricks_workspace', 'Microsoft.Databricks/workspaces',
  'azurerm_synapse_workspace', 'Microsoft.Synapse/workspaces', 'azurerm_cosmosdb_account', 'Microsoft.DocumentDB/databaseAccounts', ...APPS,
];
