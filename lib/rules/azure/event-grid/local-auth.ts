import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureEventGridLocalAuth',
  title: 'Topics of Event Grid refuse keys',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_eventgrid_topic', 'azurerm_eventgrid_domain', 'Microsoft.EventGrid/topics', 'Microsoft.EventGrid/domains'],
  properties: ['local_auth_enabled', 'properties.disableLocalAuth'],
  why: 'whoever has the key starts whatever listens',
  fix: 'set local_auth_enabled to false',
  sources: ['Checkov CKV_AZURE_192'],
  good: { local_auth_enabled: false },
  bad: { local_auth_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'local_auth_enabled', arm: '!properties.disableLocalAuth' }, false),
});
