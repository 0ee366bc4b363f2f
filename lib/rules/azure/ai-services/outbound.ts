import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureAIOutbound',
  title: 'AI services reach named hosts only',
  severity: 'warning',
  control: Control.NETWORK_ISOLATION,
  resources: ['azurerm_cognitive_account', 'azurerm_ai_services', 'Microsoft.CognitiveServices/accounts'],
  properties: ['outbound_network_access_restricted', 'properties.restrictOutboundNetworkAccess'],
  why: 'a service that fetches what a caller names can carry data out',
  fix: 'set outbound_network_access_restricted to true, and name hosts in fqdns',
  sources: ['Checkov CKV_AZURE_247'],
  good: { outbound_network_access_restricted: true },
  bad: { outbound_network_access_restricted: false },
  check: (resource) => flag(resource, { azurerm: 'outbound_network_access_restricted', arm: 'properties.restrictOutboundNetworkAccess' }, true),
});
