import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';

export default rule({
  name: 'AzureMLEndpointAuthentication',
  title: 'Endpoints ask callers for a token of the directory',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: [
    'Microsoft.MachineLearningServices/workspaces/onlineEndpoints',
    'Microsoft.MachineLearningServices/workspaces/batchEndpoints',
    'Microsoft.MachineLearningServices/workspaces/serverlessEndpoints',
  ],
  properties: ['properties.authMode'],
  why: 'a key is shared by all who call, never ends, and says of nobody who it was',
  fix: 'set authMode to AADToken',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-authenticate-online-endpoint'],
  good: { properties: { authMode: 'AADToken' } },
  bad: { properties: { authMode: 'Key' } },
  check: (resource) => oneOf(resource, { arm: 'properties.authMode' }, ['AADToken', 'AAD']),
});
