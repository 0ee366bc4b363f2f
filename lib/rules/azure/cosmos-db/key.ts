import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { present } from '../property';

export default rule({
  name: 'AzureCosmosKey',
  title: 'Cosmos DB encrypts with a key of the customer',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['azurerm_cosmosdb_account', 'Microsoft.DocumentDB/databaseAccounts'],
  properties: ['key_vault_key_id', 'managed_hsm_key_id', 'properties.keyVaultKeyUri'],
  why: 'with a key of one\'s own all that is stored can be made unreadable at once',
  fix: 'give key_vault_key_id or managed_hsm_key_id when the account is made; it cannot be added later without moving to a new account',
  sources: ['Azure Policy 1f905d99-2ab7-462c-a6b0-f709acca6c8f', 'Checkov CKV_AZURE_100'],
  good: { key_vault_key_id: 'https://vault.vault.azure.net/keys/data' },
  bad: {},
  check: (account) => (account.at('managed_hsm_key_id').isAbsent ? present(account, { azurerm: 'key_vault_key_id', arm: 'properties.keyVaultKeyUri' }) : present(account, { azurerm: 'managed_hsm_key_id' })),
});
