import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { present } from '../property';

export default rule({
  name: 'AzureAIKey',
  title: 'AI services encrypt with a key of the customer',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['azurerm_cognitive_account', 'azurerm_ai_services', 'Microsoft.CognitiveServices/accounts'],
  properties: ['customer_managed_key', 'properties.encryption.keyVaultProperties'],
  why: 'what is uploaded to tune a model, and what is kept of requests, is readable with a key that somebody else holds',
  fix: 'give customer_managed_key',
  sources: ['Checkov CKV2_AZURE_22'],
  good: { customer_managed_key: { key_vault_key_id: 'https://vault.vault.azure.net/keys/data' } },
  bad: {},
  check: (resource) => present(resource, { azurerm: 'customer_managed_key', arm: 'properties.encryption.keyVaultProperties' }),
});
