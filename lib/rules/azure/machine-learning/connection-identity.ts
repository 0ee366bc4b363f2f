import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';

export default rule({
  name: 'AzureMLConnectionIdentity',
  title: 'Connections of workspaces hold no secret',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['Microsoft.MachineLearningServices/workspaces/connections'],
  properties: ['properties.authType'],
  why: 'whoever may use the connection can read the secret in it',
  fix: 'set authType to AAD or ManagedIdentity',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-connection'],
  good: { properties: { category: 'AzureSqlDb', authType: 'ManagedIdentity' } },
  bad: { properties: { category: 'AzureSqlDb', authType: 'UsernamePassword' } },
  check: (resource) => oneOf(resource, { arm: 'properties.authType' }, ['AAD', 'ManagedIdentity', 'None']),
});
