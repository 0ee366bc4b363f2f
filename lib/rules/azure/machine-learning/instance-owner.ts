import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';
import { ofKind } from './compute';

export default rule({
  name: 'AzureMLInstanceOwner',
  title: 'Compute instances belong to one person',
  severity: 'warning',
  control: Control.LEAST_PRIVILEGE,
  resources: ['azurerm_machine_learning_compute_instance', 'Microsoft.MachineLearningServices/workspaces/computes'],
  properties: ['authorization_type', 'properties.properties.computeInstanceAuthorizationType'],
  why: 'whoever shares an instance shares the tokens and the files of the others',
  fix: 'set authorization_type to personal, and say with assign_to_user whose it is',
  sources: ['https://learn.microsoft.com/azure/machine-learning/concept-compute-instance'],
  good: { authorization_type: 'personal' },
  bad: {},
  check: (compute) => ofKind(compute, 'ComputeInstance', oneOf(compute, { azurerm: 'authorization_type', arm: 'properties.properties.computeInstanceAuthorizationType' }, ['personal'])),
});
