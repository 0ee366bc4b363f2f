import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all, nonCompliant } from '../../verdict';
import { updates } from '../related';
import { ofKind } from './compute';

export default rule({
  name: 'AzureMLComputeIdleShutdown',
  title: 'Compute instances stop when nobody works on them',
  severity: 'error',
  control: Control.RESOURCE_LIMIT,
  resources: ['azurerm_machine_learning_compute_instance', 'Microsoft.MachineLearningServices/workspaces/computes'],
  properties: ['properties.properties.idleTimeBeforeShutdown'],
  why: 'an instance that is left on costs day and night, and its sign-ins stay open',
  fix: 'make the instance with azapi and idleTimeBeforeShutdown, such as PT60M: azurerm has no attribute for it',
  sources: ['Azure Policy 679ddf89-ab8f-48a5-9029-e76054077449', 'PSRule Azure.ML.ComputeIdleShutdown'],
  good: 'azapi_resource of type Microsoft.MachineLearningServices/workspaces/computes with computeType ComputeInstance and idleTimeBeforeShutdown PT60M',
  bad: 'azurerm_machine_learning_compute_instance, which cannot say it',
  check: (compute) => {
    if (compute.type === 'azurerm_machine_learning_compute_instance') {
      const changes = (compute.relations.once(updates).get(compute) ?? []).map((update) => update.at('properties.properties.idleTimeBeforeShutdown')).filter((value) => !value.isAbsent);
      return changes.length > 0 ? all(...changes.map((value) => value.present())) : nonCompliant('azurerm cannot say when it stops, and nothing changes it');
    }
    return ofKind(compute, 'ComputeInstance', compute.present('properties.properties.idleTimeBeforeShutdown'));
  },
});
