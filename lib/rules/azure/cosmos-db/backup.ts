import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';

export default rule({
  name: 'AzureCosmosBackup',
  title: 'Cosmos DB can be restored to a point in time',
  severity: 'error',
  control: Control.AVAILABILITY,
  resources: ['azurerm_cosmosdb_account', 'Microsoft.DocumentDB/databaseAccounts'],
  properties: ['backup.type', 'properties.backupPolicy.type'],
  why: 'what a mistake or an attacker deletes between two periodic backups is gone, and a periodic one is restored by a request to support',
  fix: 'set the type of backup to Continuous, with the tier that erasure allows',
  sources: ['https://learn.microsoft.com/azure/cosmos-db/continuous-backup-restore-introduction'],
  good: { backup: { type: 'Continuous', tier: 'Continuous7Days' } },
  bad: {},
  check: (account) => oneOf(account, { azurerm: 'backup.type', arm: 'properties.backupPolicy.type' }, ['Continuous']),
});
