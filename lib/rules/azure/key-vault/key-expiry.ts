import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { present } from '../property';

export default rule({
  name: 'AzureKeyExpiry',
  title: 'Keys have an end',
  severity: 'error',
  control: Control.KEY_MANAGEMENT,
  resources: ['azurerm_key_vault_key', 'azurerm_key_vault_managed_hardware_security_module_key', 'Microsoft.KeyVault/vaults/keys', 'Microsoft.KeyVault/managedHSMs/keys'],
  properties: ['expiration_date', 'properties.attributes.exp'],
  why: 'a key that never ends is never missed when it was copied',
  fix: 'give expiration_date, beside a rotation policy too: that speaks of versions which rotation makes, and the first is none of them',
  sources: ['Azure Policy 152b15f7-8e1f-4c1f-ab71-8c010ba5dbc0', 'Checkov CKV_AZURE_40'],
  good: { expiration_date: '2028-01-01T00:00:00Z' },
  bad: {},
  check: (key) => present(key, { azurerm: 'expiration_date', arm: 'properties.attributes.exp' }),
});
