import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureStorageNestedPublic',
  title: 'Nothing in a storage account can be made public',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['allow_nested_items_to_be_public', 'properties.allowBlobPublicAccess'],
  why: 'one container that is made public by mistake is readable without signing in',
  fix: 'set allow_nested_items_to_be_public to false',
  sources: ['Azure Policy 4fa4b6c0-31ca-4c0d-b10d-24b96f62a751', 'Checkov CKV_AZURE_190', 'Checkov CKV2_AZURE_47'],
  good: { allow_nested_items_to_be_public: false },
  bad: { allow_nested_items_to_be_public: true },
  check: (resource) => flag(resource, { azurerm: 'allow_nested_items_to_be_public', arm: 'properties.allowBlobPublicAccess' }, false),
});
