import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureEventGridPublicAccess',
  title: 'Topics of Event Grid refuse the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_eventgrid_topic', 'azurerm_eventgrid_domain', 'Microsoft.EventGrid/topics', 'Microsoft.EventGrid/domains'],
  properties: ['public_network_access_enabled', 'properties.publicNetworkAccess'],
  why: 'events name data and people',
  fix: 'set public_network_access_enabled to false',
  sources: ['Checkov CKV_AZURE_106'],
  good: { public_network_access_enabled: false },
  bad: { public_network_access_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false),
});
