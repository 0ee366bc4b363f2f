import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';

export default rule({
  name: 'AzureKeyHsm',
  title: 'Keys are in hardware',
  severity: 'warning',
  control: Control.KEY_MANAGEMENT,
  resources: ['azurerm_key_vault_key', 'azurerm_key_vault_managed_hardware_security_module_key', 'Microsoft.KeyVault/vaults/keys', 'Microsoft.KeyVault/managedHSMs/keys'],
  properties: ['key_type', 'properties.kty'],
  why: 'a key in hardware cannot be copied by whoever runs the machine',
  fix: 'set key_type to RSA-HSM or EC-HSM, in a vault of the sku premium',
  sources: ['Azure Policy 587c79fe-dd04-4a5e-9d0b-f89598c7261b', 'Checkov CKV_AZURE_112'],
  good: { key_type: 'RSA-HSM' },
  bad: { key_type: 'RSA' },
  check: (resource) => oneOf(resource, { azurerm: 'key_type', arm: 'properties.kty' }, ['RSA-HSM', 'EC-HSM', 'oct-HSM']),
});
