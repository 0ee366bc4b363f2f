import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { present } from '../property';

export default rule({
  name: 'AzureMLWorkspaceKey',
  title: 'Azure ML workspaces encrypt with a key of the customer',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['azurerm_machine_learning_workspace', 'Microsoft.MachineLearningServices/workspaces', 'azurerm_ai_foundry'],
  properties: ['encryption.key_id', 'properties.encryption.keyVaultProperties.keyIdentifier'],
  why: 'what the service keeps of jobs, models and data assets is readable with a key that somebody else holds',
  fix: 'give encryption with a key of your vault; it cannot be added later',
  sources: ['Azure Policy ba769a63-b8cc-4b2d-abf6-ac33c7204be8', 'Azure Policy 7f40cee6-e933-4d0f-a782-b96615e0f4a6'],
  good: { encryption: { key_id: 'https://vault.vault.azure.net/keys/data', key_vault_id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/vault' } },
  bad: {},
  check: (resource) => present(resource, { azurerm: 'encryption.key_id', arm: 'properties.encryption.keyVaultProperties.keyIdentifier' }),
});
