import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT } from '../../verdict';
import { flag, oneOf } from '../property';

export default rule({
  name: 'AzureKeyVaultNetworkRules',
  title: 'Vaults deny networks that nobody named',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['azurerm_key_vault', 'Microsoft.KeyVault/vaults', 'azurerm_key_vault_managed_hardware_security_module', 'Microsoft.KeyVault/managedHSMs'],
  properties: ['network_acls.default_action', 'properties.networkAcls.defaultAction'],
  why: 'with public access on, every network is let in that no rule denies',
  fix: 'set default_action of network_acls to Deny; a vault that refuses the public network needs none',
  sources: ['Checkov CKV_AZURE_109'],
  good: { public_network_access_enabled: true, network_acls: { default_action: 'Deny', bypass: 'AzureServices' } },
  bad: { public_network_access_enabled: true },
  check: (vault) => (flag(vault, { azurerm: 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false) === COMPLIANT
    ? COMPLIANT
    : oneOf(vault, { azurerm: 'network_acls.default_action', arm: 'properties.networkAcls.defaultAction' }, ['Deny'])),
});
