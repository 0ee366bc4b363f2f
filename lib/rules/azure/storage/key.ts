import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import { rule } from '../../rule';
import { COMPLIANT } from '../../verdict';
import { present } from '../property';
import { pointing } from '../related';

export default rule({
  name: 'AzureStorageKey',
  title: 'Storage accounts encrypt with a key of the customer',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['customer_managed_key', 'properties.encryption.keyvaultproperties'],
  why: 'with a key of one\'s own all that is stored can be made unreadable at once',
  fix: 'give customer_managed_key, or an azurerm_storage_account_customer_managed_key for the account',
  sources: ['Azure Policy 6fac406b-40ca-413b-bf8e-0bf964659c25', 'Checkov CKV2_AZURE_1'],
  good: { customer_managed_key: { key_vault_key_id: 'https://vault.vault.azure.net/keys/data', user_assigned_identity_id: '/subscriptions/s/x' } },
  bad: {},
  check: (account) => {
    if ((account.relations.once(attachedKeys).at.get(account) ?? []).length > 0) return COMPLIANT;
    return present(account, { azurerm: 'customer_managed_key', arm: 'properties.encryption.keyvaultproperties' });
  },
});

function attachedKeys(relations: Relations) {
  return pointing(relations, { azurerm_storage_account_customer_managed_key: 'storage_account_id' });
}
