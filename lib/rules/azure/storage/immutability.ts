import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'AzureStorageImmutability',
  title: 'Nothing that holds personal data is locked against deletion',
  severity: 'warning',
  control: Control.ERASURE,
  resources: ['azurerm_storage_account', 'azurerm_storage_container_immutability_policy'],
  properties: ['immutability_policy.state', 'locked'],
  why: 'data of a person that may not be deleted cannot be erased when they ask',
  fix: 'leave the policy unlocked, or keep records without personal data in an account of their own',
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj', 'https://learn.microsoft.com/azure/storage/blobs/immutable-storage-overview'],
  good: { immutability_policy: { state: 'Unlocked', period_since_creation_in_days: 30 } },
  bad: { immutability_policy: { state: 'Locked', period_since_creation_in_days: 3650 } },
  check: (store, profile) => {
    if (!profile.frameworks.some(({ erasureDuty }) => erasureDuty)) return NOT_APPLICABLE;
    if (store.type === 'azurerm_storage_account') return store.at('immutability_policy.state').judge((state) => (state === 'Locked' ? nonCompliant('its immutability is locked') : COMPLIANT));
    return store.at('locked').judge((locked) => (locked === true || locked === 'true' ? nonCompliant('its immutability is locked') : COMPLIANT));
  },
});
