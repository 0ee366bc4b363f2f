import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'AzureMLDeploymentInstances',
  title: 'Deployments of online endpoints have two instances or more',
  severity: 'warning',
  control: Control.AVAILABILITY,
  resources: ['Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments'],
  properties: ['sku.capacity'],
  why: 'with one instance the endpoint is gone while it is patched',
  fix: 'set sku.capacity to 2 or more',
  sources: ['https://learn.microsoft.com/azure/machine-learning/concept-endpoints-online'],
  good: { sku: { name: 'Default', capacity: 2 }, properties: {} },
  bad: { sku: { name: 'Default', capacity: 1 }, properties: {} },
  check: (deployment) => deployment.at('sku.capacity').number((instances) => instances >= 2, '2 or more'),
});
