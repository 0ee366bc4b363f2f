import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag, present } from '../property';

export default rule({
  name: 'AzureDatabricksKey',
  title: 'Databricks encrypts with keys of the customer',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['azurerm_databricks_workspace', 'Microsoft.Databricks/workspaces'],
  properties: ['customer_managed_key_enabled', 'managed_services_cmk_key_vault_key_id', 'properties.encryption.entities.managedServices'],
  why: 'results and notebooks are kept in the service, and data in its root store',
  fix: 'set customer_managed_key_enabled and managed_services_cmk_key_vault_key_id',
  sources: ['Checkov CKV2_AZURE_48'],
  good: { customer_managed_key_enabled: true, managed_services_cmk_key_vault_key_id: 'https://vault.vault.azure.net/keys/data/1' },
  bad: { customer_managed_key_enabled: false },
  check: (workspace) => [flag(workspace, { azurerm: 'customer_managed_key_enabled', arm: 'properties.parameters.prepareEncryption.value' }, true), present(workspace, { azurerm: 'managed_services_cmk_key_vault_key_id', arm: 'properties.encryption.entities.managedServices' })],
});
