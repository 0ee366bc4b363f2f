import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';

export default rule({
  name: 'AzureCosmosTls',
  title: 'Cosmos DB takes TLS 1.2 and newer',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: ['azurerm_cosmosdb_account', 'Microsoft.DocumentDB/databaseAccounts'],
  properties: ['minimal_tls_version', 'properties.minimalTlsVersion'],
  why: 'older versions can be read along',
  fix: 'leave minimal_tls_version at Tls12',
  sources: ['https://learn.microsoft.com/azure/cosmos-db/self-serve-minimum-tls-enforcement'],
  good: { minimal_tls_version: 'Tls12' },
  bad: { minimal_tls_version: 'Tls' },
  check: (account) => oneOf(account, { azurerm: 'minimal_tls_version', arm: 'properties.minimalTlsVersion' }, ['Tls12', 'Tls13']),
});
