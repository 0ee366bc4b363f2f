import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureCosmosKeyWrites',
  title: 'Keys of Cosmos DB change no database and no container',
  severity: 'warning',
  control: Control.LEAST_PRIVILEGE,
  resources: ['azurerm_cosmosdb_account', 'Microsoft.DocumentDB/databaseAccounts'],
  properties: ['access_key_metadata_writes_enabled', 'properties.disableKeyBasedMetadataWriteAccess'],
  why: 'whoever has a key could delete containers, past the roles of Azure Resource Manager',
  fix: 'set access_key_metadata_writes_enabled to false',
  sources: ['Azure Policy 4750c32b-89c0-46af-bfcb-2e4541a818d5', 'Checkov CKV_AZURE_132'],
  good: { access_key_metadata_writes_enabled: false },
  bad: {},
  check: (account) => flag(account, { azurerm: 'access_key_metadata_writes_enabled', arm: '!properties.disableKeyBasedMetadataWriteAccess' }, false),
});
