import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureStorageSharedKey',
  title: 'Storage accounts refuse their keys',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['shared_access_key_enabled', 'properties.allowSharedKeyAccess'],
  why: 'a key opens all of the account for ever and says of nobody who it was; every shared signature comes of one',
  fix: 'set shared_access_key_enabled to false, and storage_use_azuread on the provider',
  sources: ['Azure Policy 8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54', 'Checkov CKV2_AZURE_40'],
  good: { shared_access_key_enabled: false },
  bad: { shared_access_key_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'shared_access_key_enabled', arm: 'properties.allowSharedKeyAccess' }, false),
});
