import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureCosmosLocalAuth',
  title: 'Cosmos DB refuses keys of the account',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_cosmosdb_account', 'Microsoft.DocumentDB/databaseAccounts'],
  properties: ['local_authentication_disabled', 'local_authentication_enabled', 'properties.disableLocalAuth'],
  why: 'a key reads and writes everything, belongs to nobody, and no role holds it back',
  fix: 'set local_authentication_disabled, and give data-plane roles to identities; of azurerm 5, local_authentication_enabled to false',
  sources: ['Azure Policy 5450f5bd-9c72-4390-a9c4-a7aba4edfdd2', 'Checkov CKV_AZURE_140'],
  good: { local_authentication_disabled: true },
  bad: {},
  check: (account) => (account.at('local_authentication_enabled').isAbsent
    ? flag(account, { azurerm: 'local_authentication_disabled', arm: 'properties.disableLocalAuth' }, true)
    : flag(account, { azurerm: 'local_authentication_enabled' }, false)),
});
