import { Control } from '../../../policy/control';
import type { ComplianceProfile } from '../../../policy/profile';
import { Residency } from '../../../policy/residency';
import { inResidency } from '../../residency';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { regionsOf } from './places';

// geo-redundant unless it says otherwise: https://learn.microsoft.com/azure/backup/backup-create-recovery-services-vault#set-storage-redundancy
const RECOVERY_VAULT = 'Microsoft.RecoveryServices/vaults';
const BACKUP_VAULT = 'Microsoft.DataProtection/backupVaults';

/** Where each type says how it is copied; a list of settings of backup vaults holds one for each kind of storage. */
const REDUNDANCY: Readonly<Record<string, string>> = {
  'azurerm_storage_account': 'account_replication_type',
  'Microsoft.Storage/storageAccounts': 'sku.name',
  'azurerm_recovery_services_vault': 'storage_mode_type',
  [RECOVERY_VAULT]: 'properties.redundancySettings.standardTierStorageRedundancy',
  'azurerm_data_protection_backup_vault': 'redundancy',
  [BACKUP_VAULT]: 'properties.storageSettings',
};

export default rule({
  name: 'AzureResidencyGeoRedundancy',
  title: 'What is copied to the paired region stays inside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: Object.keys(REDUNDANCY),
  properties: Object.values(REDUNDANCY),
  why: 'geo-redundant storage copies every byte to the pair of its region, which can stand in another country',
  fix: 'set account_replication_type to ZRS, of a vault storage_mode_type or redundancy to ZoneRedundant, or choose a region whose pair is allowed',
  sources: ['https://learn.microsoft.com/azure/reliability/regions-paired'],
  good: { account_replication_type: 'ZRS', location: 'westeurope' },
  bad: { account_replication_type: 'GRS', location: 'brazilsouth' },
  check: (resource, profile) => {
    const given = resource.at(REDUNDANCY[resource.type]!);
    const each = resource.type === BACKUP_VAULT ? given.items.map((setting) => setting.at('type')) : [given];
    return each.filter((value) => resource.type === RECOVERY_VAULT || !value.isAbsent).map((value) => copied(value, resource, profile));
  },
});

// of storage accounts, their skus and of vaults
const GEO = /(^|_)(RA)?G(Z)?RS$|^GeoRedundant$/i;

function copied(value: Value, resource: Resource, profile: ComplianceProfile): Verdict {
  return value.judge((said) => {
    const redundancy = said ?? (resource.type === RECOVERY_VAULT ? 'GeoRedundant' : undefined);
    return typeof redundancy === 'string' && GEO.test(redundancy) ? pairsVerdict(resource, redundancy, profile) : COMPLIANT;
  });
}

function pairsVerdict(resource: Resource, redundancy: string, profile: ComplianceProfile): Verdict {
  return all(...regionsOf(resource.at('location')).map((region) => pairVerdict(region, redundancy, profile)));
}

function pairVerdict(region: string | undefined, redundancy: string, profile: ComplianceProfile): Verdict {
  if (region === undefined) return unknown(`it is ${redundancy}, and where it stands is not known`);
  const pair = Residency.isRegion(region) ? Residency.pairedRegionOf(region) : undefined;
  if (pair === undefined) return nonCompliant(`it is ${redundancy}, and ${region} has no pair that is known`);
  return inResidency(pair, `the pair of ${region}, to which it is copied,`, profile, 'Properties.location');
}
