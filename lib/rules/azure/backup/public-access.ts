import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureBackupPublicAccess',
  title: 'Vaults of backups refuse the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_recovery_services_vault', 'Microsoft.RecoveryServices/vaults'],
  properties: ['public_network_access_enabled', 'properties.publicNetworkAccess'],
  why: 'a backup is a second copy of the data, and whoever restores it elsewhere has all of it',
  fix: 'set public_network_access_enabled to false, and lead a private endpoint to it',
  sources: ['https://learn.microsoft.com/azure/backup/policy-reference'],
  good: { public_network_access_enabled: false },
  bad: {},
  check: (vault) => flag(vault, { azurerm: 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false),
});
