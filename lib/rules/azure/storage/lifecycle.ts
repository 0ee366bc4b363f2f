import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import type { FlowNode } from '../../../policy/flow';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, any, COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { pointing } from '../related';

export default rule({
  name: 'AzureStorageLifecycle',
  title: 'Storage accounts delete data when the profile\'s retention ends',
  severity: 'error',
  byDeclaration: true,
  control: Control.RETENTION_LIMIT,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['azurerm_storage_management_policy.rule.actions'],
  why: 'personal data may be kept for as long as its purpose needs it, and somebody has to say how long that is',
  fix: 'give the account an azurerm_storage_management_policy with an enabled rule that deletes no later than the profile says; a profile that states no retention leaves it unknown',
  sources: ['https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview'],
  good: 'an azurerm_storage_management_policy of the account with an enabled rule that deletes base blobs after a year',
  bad: 'an account that keeps blobs for ever, under a profile whose data retention is ten years',
  check: (account, profile) => {
    const store = account.relations.once(storesByPath)(account.path);
    if (store?.classification && !store.classification.isPersonal) return NOT_APPLICABLE;
    const retention = store?.detail === 'captures' ? profile.captureRetention : profile.dataRetention;
    const policies = account.relations.once(policiesByAccount);
    const own = policies.at.get(account) ?? [];
    const isSystem = (account.relations.once(workspacesByAccount).at.get(account) ?? []).length > 0;
    const ended = own.length > 0 ? any(...own.map((policy) => deletes(policy, retention?.inDays, isSystem))) : nonCompliant('no management policy of it deletes anything');
    if (ended.answer !== Answer.NON_COMPLIANT) return ended;
    if (own.length === 0 && policies.unclear.length > 0) return unknown('which account a management policy is of is not known');
    // without a number of the profile's, something else may delete in time
    return retention ? ended : unknown('neither a management policy of it nor the profile says how long data is kept');
  },
});

function policiesByAccount(relations: Relations) {
  return pointing(relations, { 'azurerm_storage_management_policy': 'storage_account_id', 'Microsoft.Storage/storageAccounts/managementPolicies': 'parent_id' });
}

function workspacesByAccount(relations: Relations) {
  return pointing(relations, {
    'azurerm_machine_learning_workspace': 'storage_account_id', 'azurerm_ai_foundry': 'storage_account_id', 'Microsoft.MachineLearningServices/workspaces': 'properties.storageAccount',
  });
}

// the store of the flow that an account is part of: the nearest above
function storesByPath({ flow }: Relations): (path: string) => FlowNode | undefined {
  const stores = new Map((flow?.nodes ?? []).filter(({ kind }) => kind === 'store').map((node) => [node.id, node]));
  return (path) => {
    for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) if (stores.has(at)) return stores.get(at);
    return undefined;
  };
}

function deletes(policy: Resource, days: number | undefined, isSystem: boolean): Verdict {
  const rules = policy.type.startsWith('Microsoft.') ? policy.at('properties.policy.rules') : policy.at('rule');
  return rules.some((one) => {
    const isOn = one.at('enabled').judge((given) => (given === undefined || given === null || given === true || given === 'true' ? COMPLIANT : nonCompliant('a rule that is off')));
    const ends = DELETES.map((path) => one.at(path)).filter((value) => !value.isAbsent);
    const isEnded = ends.length === 0 ? nonCompliant('a rule that deletes nothing') : any(...ends.map((value) => value.number((given) => days === undefined || given <= days, `${days} or less`)));
    return all(isOn, isEnded, ...FILTERS.map((path) => isForAll(one.at(path), isSystem)));
  }, nonCompliant(days === undefined ? 'its management policy deletes nothing' : `its management policy deletes nothing within ${days} days, which the profile says`));
}

// whether the rest of an account ends is not told by a rule for a part of it
function isForAll(filter: Value, isSystem: boolean): Verdict {
  return all(...filter.options.map((option) => {
    const isRuns = isSystem && option.items.length > 0 && option.items.every((item) => item.alternatives.every((prefix) => prefix === RUNS));
    if (isRuns || option.unknowns.length > 0) return isRuns ? COMPLIANT : option.present();
    return option.present() === COMPLIANT ? unknown(`${option.name} lets it delete a part of the account only`, option.location) : COMPLIANT;
  }));
}

// where jobs of a workspace leave what is no declared output; the rest of its own account is code
const RUNS = 'azureml/ExperimentRun/';

const FILTERS = [
  'filters.prefix_match', 'filters.match_blob_index_tag', 'definition.filters.prefixMatch', 'definition.filters.blobIndexMatch',
];

const DELETES = [
  'actions.base_blob.delete_after_days_since_modification_greater_than', 'actions.base_blob.delete_after_days_since_creation_greater_than',
  'actions.base_blob.delete_after_days_since_last_access_time_greater_than', 'definition.actions.baseBlob.delete.daysAfterModificationGreaterThan',
  'definition.actions.baseBlob.delete.daysAfterCreationGreaterThan', 'definition.actions.baseBlob.delete.daysAfterLastAccessTimeGreaterThan',
];
