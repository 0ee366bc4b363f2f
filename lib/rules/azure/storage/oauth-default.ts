import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureStorageOAuthDefault',
  title: 'The portal signs in to storage accounts by the directory',
  severity: 'warning',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['default_to_oauth_authentication', 'properties.defaultToOAuthAuthentication'],
  why: 'else the portal takes the account key for whoever may list it',
  fix: 'set default_to_oauth_authentication to true',
  sources: ['https://learn.microsoft.com/azure/storage/blobs/authorize-data-operations-portal'],
  good: { default_to_oauth_authentication: true },
  bad: { default_to_oauth_authentication: false },
  check: (resource) => flag(resource, { azurerm: 'default_to_oauth_authentication', arm: 'properties.defaultToOAuthAuthentication' }, true),
});
