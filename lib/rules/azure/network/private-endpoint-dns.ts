import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { present } from '../property';

export default rule({
  name: 'AzurePrivateEndpointDns',
  title: 'Private endpoints have their name in a private zone',
  severity: 'warning',
  control: Control.PRIVATE_NETWORK,
  resources: ['azurerm_private_endpoint'],
  properties: ['private_dns_zone_group'],
  why: 'without it the name of the service means its public address, inside the network too',
  fix: 'give private_dns_zone_group with the zone of the service',
  sources: ['https://learn.microsoft.com/azure/private-link/private-endpoint-dns'],
  good: { private_dns_zone_group: { name: 'default', private_dns_zone_ids: ['/subscriptions/s/x/privateDnsZones/z'] } },
  bad: {},
  check: (resource) => present(resource, { azurerm: 'private_dns_zone_group' }),
});
