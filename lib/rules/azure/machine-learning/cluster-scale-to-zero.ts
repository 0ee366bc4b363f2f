import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { at } from '../property';
import { ofKind } from './compute';

export default rule({
  name: 'AzureMLClusterScaleToZero',
  title: 'Clusters have no nodes while nothing runs',
  severity: 'warning',
  control: Control.RESOURCE_LIMIT,
  resources: ['azurerm_machine_learning_compute_cluster', 'Microsoft.MachineLearningServices/workspaces/computes'],
  properties: ['scale_settings.min_node_count', 'properties.properties.scaleSettings.minNodeCount'],
  why: 'a node that waits is paid for, and is not patched until it is made anew',
  fix: 'set min_node_count to 0',
  sources: ['Checkov CKV_AZURE_150', 'https://learn.microsoft.com/azure/machine-learning/how-to-create-attach-compute-cluster'],
  good: { scale_settings: { min_node_count: 0, max_node_count: 4, scale_down_nodes_after_idle_duration: 'PT5M' } },
  bad: { scale_settings: { min_node_count: 1, max_node_count: 4, scale_down_nodes_after_idle_duration: 'PT5M' } },
  check: (compute) => ofKind(compute, 'AmlCompute', at(compute, { azurerm: 'scale_settings.min_node_count', arm: 'properties.properties.scaleSettings.minNodeCount' })!.number((nodes) => nodes === 0, '0')),
});
