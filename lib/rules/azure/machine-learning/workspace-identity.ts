import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';

export default rule({
  name: 'AzureMLWorkspaceIdentity',
  title: 'Workspaces act as an identity of their own',
  severity: 'warning',
  control: Control.LEAST_PRIVILEGE,
  resources: ['azurerm_machine_learning_workspace', 'Microsoft.MachineLearningServices/workspaces', 'azurerm_ai_foundry'],
  properties: ['identity.type'],
  why: 'a system-assigned identity is given Contributor on the resource group by Azure ML; one that was made before gets what it needs and no more',
  fix: 'give identity of type UserAssigned, and its roles',
  sources: ['Azure Policy 5f0c7d88-c7de-45b8-ac49-db49e72eaa78', 'PSRule Azure.ML.UserManagedIdentity'],
  good: { identity: { type: 'UserAssigned', identity_ids: ['/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/ml'] } },
  bad: { identity: { type: 'SystemAssigned' } },
  check: (workspace) => oneOf(workspace, { azurerm: 'identity.type', arm: 'identity.type' }, ['UserAssigned']),
});
