import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';

export default rule({
  name: 'AzureStorageCopyScope',
  title: 'Blobs are copied from accounts of the same tenant or private link only',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['allowed_copy_scope', 'properties.allowedCopyScope'],
  why: 'a copy from anywhere brings in what nobody looked at, and to anywhere takes data out',
  fix: 'set allowed_copy_scope to AAD or PrivateLink',
  sources: ['https://learn.microsoft.com/azure/storage/common/security-restrict-copy-operations'],
  good: { allowed_copy_scope: 'PrivateLink' },
  bad: {},
  check: (resource) => oneOf(resource, { azurerm: 'allowed_copy_scope', arm: 'properties.allowedCopyScope' }, ['AAD', 'PrivateLink']),
});
