import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';
import { ofKind } from './compute';

export default rule({
  name: 'AzureMLComputeIdentity',
  title: 'Clusters act as an identity of their own',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['azurerm_machine_learning_compute_cluster', 'Microsoft.MachineLearningServices/workspaces/computes'],
  properties: ['identity.type'],
  why: 'without one a job reads data with the token of whoever submits it, and a pipeline at night with that of whoever made the schedule',
  fix: 'give identity of type UserAssigned, and its roles',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication'],
  good: { identity: { type: 'UserAssigned', identity_ids: ['/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/jobs'] } },
  bad: {},
  check: (compute) => ofKind(compute, 'AmlCompute', oneOf(compute, { azurerm: 'identity.type', arm: 'identity.type' }, ['UserAssigned'])),
});
