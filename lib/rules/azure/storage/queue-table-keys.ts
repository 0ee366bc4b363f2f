import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';

export default rule({
  name: 'AzureStorageQueueTableKeys',
  title: 'Queues and tables take the key of their account',
  severity: 'warning',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['azurerm_storage_account'],
  properties: ['queue_encryption_key_type', 'table_encryption_key_type'],
  why: 'by default the service\'s key encrypts them, whatever key the account has',
  fix: 'set queue_encryption_key_type and table_encryption_key_type to Account when the account is made',
  sources: ['https://learn.microsoft.com/azure/storage/common/account-encryption-key-create'],
  good: { queue_encryption_key_type: 'Account', table_encryption_key_type: 'Account' },
  bad: { queue_encryption_key_type: 'Service' },
  check: (account) => [oneOf(account, { azurerm: 'queue_encryption_key_type' }, ['Account']), oneOf(account, { azurerm: 'table_encryption_key_type' }, ['Account'])],
});
