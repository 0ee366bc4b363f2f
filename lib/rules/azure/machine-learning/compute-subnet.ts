import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE } from '../../verdict';
import { present } from '../property';
import { isolationsOf, workspaceOf } from '../related';
import { isNode } from './compute';

export default rule({
  name: 'AzureMLComputeSubnet',
  title: 'Computes are in a subnet, or in the network of their workspace',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['azurerm_machine_learning_compute_cluster', 'azurerm_machine_learning_compute_instance', 'Microsoft.MachineLearningServices/workspaces/computes'],
  properties: ['subnet_resource_id', 'properties.properties.subnet'],
  why: 'a compute in no network of yours reaches stores over their public side, and nothing there sees it',
  fix: 'give subnet_resource_id, or a managed network to the workspace',
  sources: ['Azure Policy 7804b5c7-01dc-4723-969b-ae300cc07ff1', 'PSRule Azure.ML.ComputeVnet'],
  good: { subnet_resource_id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/computes' },
  bad: {},
  check: (compute) => {
    if (!isNode(compute)) return NOT_APPLICABLE;
    const subnet = present(compute, { azurerm: 'subnet_resource_id', arm: 'properties.properties.subnet' });
    const workspace = workspaceOf(compute);
    return workspace && subnet !== COMPLIANT && isolationsOf(workspace).every((mode) => /^Allow/.test(mode ?? '')) ? COMPLIANT : subnet;
  },
});
