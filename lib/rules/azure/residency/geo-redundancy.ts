import { Control } from '../../../policy/control';
import type { ComplianceProfile } from '../../../policy/profile';
import { Residency } from '../../../policy/residency';
import { inResidency } from '../../residency';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { regionsOf } from './places';

export default rule({
  name: 'AzureResidencyGeoRedundancy',
  title: 'What is copied to the paired region stays inside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts', 'azurerm_recovery_services_vault', 'azurerm_data_protection_backup_vault'],
  properties: ['account_replication_type', 'sku.name', 'storage_mode_type', 'redundancy'],
  why: 'geo-redundant storage copies every byte to the pair of its region, which can stand in another country',
  fix: 'set account_replication_type to ZRS, or choose a region whose pair is allowed',
  sources: ['https://learn.microsoft.com/azure/reliability/regions-paired'],
  good: { account_replication_type: 'ZRS', location: 'westeurope' },
  bad: { account_replication_type: 'GRS', location: 'brazilsouth' },
  check: (resource, profile) => {
    const name = ['account_replication_type', 'sku.name', 'storage_mode_type', 'redundancy'].find((one) => !resource.at(one).isAbsent);
    if (!name) return NOT_APPLICABLE;
    return resource.at(name).judge((redundancy) => (GEO.test(String(typeof redundancy === 'object' ? '' : redundancy)) ? pairsVerdict(resource, String(redundancy as string), profile) : COMPLIANT));
  },
});

// of storage accounts, their skus and of vaults
const GEO = /(^|_)(RA)?G(Z)?RS$|^GeoRedundant$/;

function pairsVerdict(resource: Resource, redundancy: string, profile: ComplianceProfile): Verdict {
  return all(...regionsOf(resource.at('location')).map((region) => pairVerdict(region, redundancy, profile)));
}

function pairVerdict(region: string | undefined, redundancy: string, profile: ComplianceProfile): Verdict {
  if (region === undefined) return unknown(`it is ${redundancy}, and where it stands is not known`);
  const pair = Residency.isRegion(region) ? Residency.pairedRegionOf(region) : undefined;
  if (pair === undefined) return nonCompliant(`it is ${redundancy}, and ${region} has no pair that is known`);
  return inResidency(pair, `the pair of ${region}, to which it is copied,`, profile, 'Properties.location');
}
