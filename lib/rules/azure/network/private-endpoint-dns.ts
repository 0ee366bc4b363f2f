import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { present } from '../property';
import { pointing } from '../related';

export default rule({
  name: 'AzurePrivateEndpointDns',
  title: 'Private endpoints have their name in a private zone',
  severity: 'warning',
  control: Control.PRIVATE_NETWORK,
  resources: ['azurerm_private_endpoint', 'Microsoft.Network/privateEndpoints'],
  properties: ['private_dns_zone_group', 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups.parent_id'],
  why: 'without it the name of the service means its public address, inside the network too',
  fix: 'give private_dns_zone_group with the zone of the service; of azapi, a privateDnsZoneGroups below the endpoint',
  sources: ['https://learn.microsoft.com/azure/private-link/private-endpoint-dns'],
  good: { private_dns_zone_group: { name: 'default', private_dns_zone_ids: ['/subscriptions/s/x/privateDnsZones/z'] } },
  bad: {},
  check: (endpoint) => {
    if ((endpoint.relations.once(zoneGroups).get(endpoint) ?? []).length > 0) return COMPLIANT;
    return endpoint.type.startsWith('Microsoft.') ? nonCompliant('no privateDnsZoneGroups stands below it') : present(endpoint, { azurerm: 'private_dns_zone_group' });
  },
});

// of the interface it is a resource of its own
function zoneGroups(relations: Relations): ReadonlyMap<Resource, readonly Resource[]> {
  return pointing(relations, { 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups': 'parent_id' }).at;
}
