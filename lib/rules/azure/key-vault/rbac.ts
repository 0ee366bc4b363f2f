import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureKeyVaultRbac',
  title: 'Who may use a vault is said by roles',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['azurerm_key_vault', 'Microsoft.KeyVault/vaults'],
  properties: ['rbac_authorization_enabled', 'properties.enableRbacAuthorization'],
  why: 'whoever may write the vault can give themselves an access policy, and a policy reaches every key of it',
  fix: 'set rbac_authorization_enabled to true',
  sources: ['Azure Policy 12d4fa5e-1f9f-4c21-97a9-b99b3c6611b5'],
  good: { rbac_authorization_enabled: true },
  bad: { rbac_authorization_enabled: false },
  check: (resource) => flag(resource, { azurerm: 'rbac_authorization_enabled', arm: 'properties.enableRbacAuthorization' }, true),
});
