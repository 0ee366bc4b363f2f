import { PrivateEndpoint } from '@cdktf/provider-azurerm/lib/private-endpoint';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { nameOf } from './names';
import { tagsOf } from './tags';

/** What a private endpoint needs to know of where it stands. */
export interface EndpointPlace {
  readonly location: string;
  readonly resourceGroupName: string;
  readonly endpointSubnetId: string;
  dnsZoneId(name: string): string;
}

/** What a private endpoint leads to. */
export interface EndpointTarget {
  /** Id of the resource. */
  readonly targetId: string;
  /** Which of its services, such as `blob`; Azure calls it the group. */
  readonly service: string;
  /** Names of the private DNS zones that its addresses are entered in, such as `privatelink.blob.core.windows.net`. */
  readonly zones: readonly string[];
  /** What has to be there before it leads anywhere. */
  readonly after?: ITerraformDependable[];
}

/** A network card in the endpoint subnet that leads to one service of a resource, and its names in the private DNS zones. */
export function privateEndpoint(scope: Construct, id: string, place: EndpointPlace, target: EndpointTarget): PrivateEndpoint {
  return new PrivateEndpoint(scope, id, {
    name: nameOf(scope, 'resource', id), location: place.location, resourceGroupName: place.resourceGroupName, subnetId: place.endpointSubnetId,
    privateServiceConnection: { name: target.service, privateConnectionResourceId: target.targetId, subresourceNames: [target.service], isManualConnection: false },
    privateDnsZoneGroup: { name: 'default', privateDnsZoneIds: target.zones.map((zone) => place.dnsZoneId(zone)) },
    tags: tagsOf(scope), dependsOn: target.after,
  });
}
