import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { any, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { pointing } from '../related';

export default rule({
  name: 'AzureStorageLifecycle',
  title: 'Storage accounts delete what is old',
  severity: 'error',
  control: Control.RETENTION_LIMIT,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['azurerm_storage_management_policy.rule.actions'],
  why: 'personal data that nobody deletes is kept for ever',
  fix: 'give the account an azurerm_storage_management_policy with a rule that deletes',
  sources: ['https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview'],
  good: 'an azurerm_storage_management_policy of the account with an enabled rule that deletes base blobs after a year',
  bad: 'an account without a management policy',
  check: (account) => {
    const policies = account.relations.once(policiesByAccount);
    const own = policies.at.get(account) ?? [];
    if (own.length === 0) return policies.unclear.length > 0 ? unknown('which account a management policy is of is not known') : nonCompliant('no management policy of it deletes anything');
    return any(...own.map(deletes));
  },
});

function policiesByAccount(relations: Relations) {
  return pointing(relations, { 'azurerm_storage_management_policy': 'storage_account_id', 'Microsoft.Storage/storageAccounts/managementPolicies': 'parent_id' });
}

function deletes(policy: Resource): Verdict {
  const rules = policy.type.startsWith('Microsoft.') ? policy.at('properties.policy.rules') : policy.at('rule');
  return rules.some((one) => {
    const isOn = one.at('enabled').texts.length === 0 || one.at('enabled').texts.includes('true');
    const ends = DELETES.map((path) => one.at(path)).some((value) => !value.isAbsent);
    return isOn && ends ? COMPLIANT : nonCompliant('a rule that deletes nothing');
  }, nonCompliant('its management policy deletes nothing'));
}

const DELETES = [
  'actions.base_blob.delete_after_days_since_modification_greater_than', 'actions.base_blob.delete_after_days_since_creation_greater_than',
  'actions.base_blob.delete_after_days_since_last_access_time_greater_than', 'definition.actions.baseBlob.delete',
];
