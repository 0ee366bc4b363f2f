import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureCosmosPublicAccess',
  title: 'Cosmos DB refuses the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_cosmosdb_account', 'Microsoft.DocumentDB/databaseAccounts'],
  properties: ['public_network_access_enabled', 'properties.publicNetworkAccess'],
  why: 'whoever has a token or a key of the account could use it from anywhere',
  fix: 'set public_network_access_enabled to false',
  sources: ['Azure Policy 797b37f7-06b8-444c-b1ad-fc62867f335a', 'Checkov CKV_AZURE_101'],
  good: { public_network_access_enabled: false },
  bad: {},
  check: (account) => flag(account, { azurerm: 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false),
});
