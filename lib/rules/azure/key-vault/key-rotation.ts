import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import { rule } from '../../rule';
import { COMPLIANT } from '../../verdict';
import { present } from '../property';
import { pointing } from '../related';

export default rule({
  name: 'AzureKeyRotation',
  title: 'Keys are rotated',
  severity: 'error',
  control: Control.KEY_MANAGEMENT,
  resources: ['azurerm_key_vault_key', 'azurerm_key_vault_managed_hardware_security_module_key', 'Microsoft.KeyVault/vaults/keys'],
  properties: ['rotation_policy.automatic', 'properties.rotationPolicy.lifetimeActions'],
  why: 'the longer a key lives, the more it opens',
  fix: 'give rotation_policy with automatic; for a key of a managed HSM an azurerm_key_vault_managed_hardware_security_module_key_rotation_policy',
  sources: ['Azure Policy d8cf8476-a2ec-4916-896e-992351803c44'],
  good: { rotation_policy: { expire_after: 'P1Y', automatic: { time_before_expiry: 'P30D' } } },
  bad: {},
  check: (key) => {
    if ((key.relations.once(policiesByKey).at.get(key) ?? []).length > 0) return COMPLIANT;
    return present(key, { azurerm: 'rotation_policy.automatic', arm: 'properties.rotationPolicy.lifetimeActions' });
  },
});

function policiesByKey(relations: Relations) {
  return pointing(relations, { azurerm_key_vault_managed_hardware_security_module_key_rotation_policy: 'managed_hsm_key_id' });
}
