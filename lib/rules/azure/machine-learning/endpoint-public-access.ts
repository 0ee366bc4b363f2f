import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureMLEndpointPublicAccess',
  title: 'Online endpoints refuse the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['Microsoft.MachineLearningServices/workspaces/onlineEndpoints'],
  properties: ['properties.publicNetworkAccess'],
  why: 'an endpoint that answers anybody can be asked until the model has told what it knows',
  fix: 'set publicNetworkAccess to Disabled: it is then reached through the private endpoint of the workspace',
  sources: ['https://learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint'],
  good: { properties: { publicNetworkAccess: 'Disabled', authMode: 'AADToken' } },
  bad: { properties: { authMode: 'AADToken' } },
  check: (resource) => flag(resource, { arm: 'properties.publicNetworkAccess' }, false),
});
