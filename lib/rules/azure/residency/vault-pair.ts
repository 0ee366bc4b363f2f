import { Control } from '../../../policy/control';
import { Residency } from '../../../policy/residency';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { regionOf } from './places';

export default rule({
  name: 'AzureResidencyVaultPair',
  title: 'Vaults whose content Azure copies to a paired region are in the residency there too',
  severity: 'warning',
  control: Control.KEY_MANAGEMENT,
  resources: ['azurerm_key_vault', 'Microsoft.KeyVault/vaults'],
  properties: ['location'],
  why: 'Azure keeps a copy of each vault in the paired region, without a switch against it',
  fix: 'choose a region whose pair stands in an allowed country, or one without a pair',
  sources: ['https://learn.microsoft.com/azure/key-vault/general/disaster-recovery-guidance'],
  good: { location: 'germanywestcentral' },
  bad: { location: 'brazilsouth' },
  check: (vault, profile) => {
    const region = regionOf(vault.at('location'));
    if (region === undefined || !Residency.isRegion(region)) return NOT_APPLICABLE;
    const pair = Residency.pairedRegionOf(region);
    // a list of regions can leave the pair out and mean its country all the same
    if (pair === undefined || profile.residency.allows(pair) || Residency.countryOf(pair) === Residency.countryOf(region)) return COMPLIANT;
    return nonCompliant(`its copy is in ${pair}, outside the residency (${profile.residency.describe()})`, 'Properties.location');
  },
});
