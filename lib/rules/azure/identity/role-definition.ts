import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { shown } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { at } from '../property';

export default rule({
  name: 'AzureRoleDefinition',
  title: 'Roles name the actions that they allow',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['azurerm_role_definition', 'Microsoft.Authorization/roleDefinitions'],
  properties: ['permissions.actions', 'permissions.data_actions', 'properties.permissions.actions'],
  why: 'a wildcard allows what the next version of a service can do',
  fix: 'list the actions; a wildcard below one type of resource and verb is as far as it should go',
  sources: ['Checkov CKV_AZURE_39'],
  good: { permissions: { actions: ['Microsoft.MachineLearningServices/workspaces/jobs/read'] } },
  bad: { permissions: { actions: ['*'] } },
  check: (role) => {
    const permissions = at(role, { azurerm: 'permissions', arm: 'properties.permissions' })!;
    const actions = permissions.items.flatMap((one) => ['actions', 'data_actions', 'dataActions'].flatMap((name) => one.at(name).items));
    return actions.length === 0 ? permissions.unknowns.length > 0 ? permissions.present() : NOT_APPLICABLE : actions.map((action) => action.judge((name) => (
      typeof name === 'string' && WIDE.test(name) ? nonCompliant(`it allows ${shown(name)}`) : COMPLIANT)));
  },
});

// everything, or everything of a service
const WIDE = /^(\*|[^/]+\/\*|\*\/(write|delete|action))$/i;
