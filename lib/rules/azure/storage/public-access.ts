import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureStoragePublicAccess',
  title: 'Storage accounts refuse the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['public_network_access_enabled', 'properties.publicNetworkAccess'],
  why: 'a token that was lost opens the account from anywhere',
  fix: 'set public_network_access_enabled to false and lead private endpoints to the account',
  sources: ['Azure Policy b2982f36-99f2-4db5-8eff-283140c09693', 'Checkov CKV_AZURE_59', 'Checkov CKV2_AZURE_50'],
  good: { public_network_access_enabled: false },
  bad: { public_network_access_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false),
});
