import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import type { ComplianceProfile } from '../../../policy/profile';
import { Residency } from '../../../policy/residency';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';
import { regionsOf } from './places';

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
    const verdicts = regionsOf(vault.at('location')).map((region) => pairVerdict(region, profile));
    // a location that is not known is the finding of another rule
    return verdicts.find(({ answer }) => answer === Answer.NON_COMPLIANT) ?? (verdicts.includes(NOT_APPLICABLE) ? NOT_APPLICABLE : COMPLIANT);
  },
});

function pairVerdict(region: string | undefined, { residency }: ComplianceProfile): Verdict {
  if (region === undefined || !Residency.isRegion(region)) return NOT_APPLICABLE;
  const pair = Residency.pairedRegionOf(region);
  // a list of regions can leave the pair out and mean its country all the same
  if (pair === undefined || residency.allows(pair) || Residency.countryOf(pair) === Residency.countryOf(region)) return COMPLIANT;
  return nonCompliant(`its copy is in ${pair}, outside the residency (${residency.describe()})`, 'Properties.location');
}
