import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureStorageLocalUsers',
  title: 'Storage accounts have no local users',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['local_user_enabled', 'properties.isLocalUserEnabled'],
  why: 'a local user has a password or an SSH key that no directory knows',
  fix: 'set local_user_enabled to false',
  sources: ['https://learn.microsoft.com/azure/storage/blobs/secure-file-transfer-protocol-support'],
  good: { local_user_enabled: false },
  bad: { local_user_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'local_user_enabled', arm: 'properties.isLocalUserEnabled' }, false),
});
