import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { present } from '../property';

export default rule({
  name: 'AzureSecretExpiry',
  title: 'Secrets have an end',
  severity: 'warning',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_key_vault_secret'],
  properties: ['expiration_date'],
  why: 'a secret that never ends is never changed',
  fix: 'give expiration_date',
  sources: ['Checkov CKV_AZURE_41'],
  good: { expiration_date: '2027-06-01T00:00:00Z' },
  bad: {},
  check: (resource) => present(resource, { azurerm: 'expiration_date' }),
});
