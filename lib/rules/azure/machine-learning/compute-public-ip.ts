import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { flag } from '../property';
import { isNode } from './compute';

export default rule({
  name: 'AzureMLComputePublicIp',
  title: 'Computes have no public address',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_machine_learning_compute_cluster', 'azurerm_machine_learning_compute_instance', 'Microsoft.MachineLearningServices/workspaces/computes'],
  properties: ['node_public_ip_enabled', 'properties.properties.enableNodePublicIp'],
  why: 'a node with a public address can be reached, and reaches out, past the network that it is in',
  fix: 'set node_public_ip_enabled to false; it needs a subnet or a managed network',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-secure-training-vnet'],
  good: { node_public_ip_enabled: false },
  bad: { node_public_ip_enabled: true },
  check: (compute) => (isNode(compute) ? flag(compute, { azurerm: 'node_public_ip_enabled', arm: 'properties.properties.enableNodePublicIp' }, false) : NOT_APPLICABLE),
});
