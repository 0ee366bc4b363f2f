import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureMLRegistryPublicAccess',
  title: 'Registries of Azure ML refuse the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['Microsoft.MachineLearningServices/registries'],
  properties: ['properties.publicNetworkAccess'],
  why: 'a registry holds models and the code that made them for a whole organisation',
  fix: 'set publicNetworkAccess to Disabled',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-registry-network-isolation'],
  good: { properties: { publicNetworkAccess: 'Disabled' } },
  bad: { properties: { publicNetworkAccess: 'Enabled' } },
  check: (resource) => flag(resource, { arm: 'properties.publicNetworkAccess' }, false),
});
