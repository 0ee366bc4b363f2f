import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureKeyVaultPublicAccess',
  title: 'Vaults refuse the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_key_vault', 'Microsoft.KeyVault/vaults', 'azurerm_key_vault_managed_hardware_security_module', 'Microsoft.KeyVault/managedHSMs'],
  properties: ['public_network_access_enabled', 'properties.publicNetworkAccess'],
  why: 'whoever reaches the vault with a token decrypts everything',
  fix: 'set public_network_access_enabled to false and lead a private endpoint to the vault',
  sources: ['Azure Policy 405c5871-3e91-4644-8a63-58e19d68ff5b', 'Checkov CKV_AZURE_189'],
  good: { public_network_access_enabled: false },
  bad: { public_network_access_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false),
});
