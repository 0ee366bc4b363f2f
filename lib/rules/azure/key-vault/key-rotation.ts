import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, nonCompliant, type Verdict } from '../../verdict';
import { present } from '../property';
import { pointing } from '../related';

export default rule({
  name: 'AzureKeyRotation',
  title: 'Keys are rotated',
  severity: 'error',
  control: Control.KEY_MANAGEMENT,
  resources: ['azurerm_key_vault_key', 'azurerm_key_vault_managed_hardware_security_module_key', 'Microsoft.KeyVault/vaults/keys', 'Microsoft.KeyVault/managedHSMs/keys'],
  properties: ['rotation_policy.automatic', 'properties.rotationPolicy.lifetimeActions'],
  why: 'the longer a key lives, the more it opens',
  fix: 'give rotation_policy with automatic; for a key of a managed HSM an azurerm_key_vault_managed_hardware_security_module_key_rotation_policy',
  sources: ['Azure Policy d8cf8476-a2ec-4916-896e-992351803c44'],
  good: { rotation_policy: { expire_after: 'P1Y', automatic: { time_before_expiry: 'P30D' } } },
  bad: {},
  check: (key) => {
    if ((key.relations.once(policiesByKey).at.get(key) ?? []).length > 0) return COMPLIANT;
    if (!key.type.startsWith('Microsoft.')) return present(key, { azurerm: 'rotation_policy.automatic' });
    return key.at('properties.rotationPolicy.lifetimeActions').some(rotates, nonCompliant('no action of its rotation policy rotates it'));
  },
});

// the other kind tells people of the end
function rotates(action: Value): Verdict {
  return action.at('action.type').judge((type) => (typeof type === 'string' && /^rotate$/i.test(type) ? COMPLIANT : nonCompliant('an action that does not rotate')));
}

function policiesByKey(relations: Relations) {
  return pointing(relations, { azurerm_key_vault_managed_hardware_security_module_key_rotation_policy: 'managed_hsm_key_id' });
}
