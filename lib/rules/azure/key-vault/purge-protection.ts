import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureKeyVaultPurgeProtection',
  title: 'Vaults cannot be purged',
  severity: 'error',
  control: Control.AVAILABILITY,
  resources: ['azurerm_key_vault', 'Microsoft.KeyVault/vaults', 'azurerm_key_vault_managed_hardware_security_module', 'Microsoft.KeyVault/managedHSMs'],
  properties: ['purge_protection_enabled', 'properties.enablePurgeProtection'],
  why: 'a key that is purged takes with it all that it encrypted',
  fix: 'set purge_protection_enabled to true',
  sources: ['Azure Policy 0b60c0b2-2dc2-4e1c-b5c9-abbed971de53', 'Checkov CKV_AZURE_110'],
  good: { purge_protection_enabled: true },
  bad: { purge_protection_enabled: false },
  check: (resource) => flag(resource, { azurerm: 'purge_protection_enabled', arm: 'properties.enablePurgeProtection' }, true),
});
