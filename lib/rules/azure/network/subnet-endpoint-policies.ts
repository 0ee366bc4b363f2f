import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';

export default rule({
  name: 'AzureSubnetEndpointPolicies',
  title: 'Security groups hold for private endpoints too',
  severity: 'warning',
  control: Control.PRIVATE_NETWORK,
  resources: ['azurerm_subnet', 'Microsoft.Network/virtualNetworks/subnets'],
  properties: ['private_endpoint_network_policies', 'properties.privateEndpointNetworkPolicies'],
  why: 'by default every machine of the network reaches every private endpoint, whatever its security group says',
  fix: 'set private_endpoint_network_policies to Enabled',
  sources: ['https://learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy'],
  good: { private_endpoint_network_policies: 'Enabled' },
  bad: { private_endpoint_network_policies: 'Disabled' },
  check: (resource) => oneOf(resource, { azurerm: 'private_endpoint_network_policies', arm: 'properties.privateEndpointNetworkPolicies' }, ['Enabled', 'NetworkSecurityGroupEnabled']),
});
