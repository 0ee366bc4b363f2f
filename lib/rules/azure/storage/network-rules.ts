import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import { rule } from '../../rule';
import { COMPLIANT } from '../../verdict';
import { flag, oneOf } from '../property';
import { pointing } from '../related';

export default rule({
  name: 'AzureStorageNetworkRules',
  title: 'Storage accounts deny networks that nobody named',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['network_rules.default_action', 'properties.networkAcls.defaultAction'],
  why: 'with public access on, every network is let in that no rule denies',
  fix: 'set default_action of network_rules to Deny; an account that refuses the public network needs none',
  sources: ['Checkov CKV_AZURE_35'],
  good: { public_network_access_enabled: true, network_rules: { default_action: 'Deny' } },
  bad: { public_network_access_enabled: true, network_rules: { default_action: 'Allow' } },
  check: (account) => {
    if (flag(account, { azurerm: 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false) === COMPLIANT) return COMPLIANT;
    const attached = (account.relations.once(attachedRules).at.get(account) ?? []).map((rules) => oneOf(rules, { azurerm: 'default_action' }, ['Deny']));
    return attached.length > 0 ? attached : oneOf(account, { azurerm: 'network_rules.default_action', arm: 'properties.networkAcls.defaultAction' }, ['Deny']);
  },
});

function attachedRules(relations: Relations) {
  return pointing(relations, { azurerm_storage_account_network_rules: 'storage_account_id' });
}
