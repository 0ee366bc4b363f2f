import { ContainerRegistry } from '@cdktf/provider-azurerm/lib/container-registry';
import { Construct } from 'constructs';
import { diagnostics } from '../private/diagnostics';
import { nameOf, Names } from '../private/names';
import { keyAccessOf } from '../private/order';
import { type EndpointPlace, privateEndpoint } from '../private/private-endpoint';
import { REGIONS_WITHOUT_ZONES } from '../private/regions-without-zones';
import { tagsOf } from '../private/tags';
import { waive } from '../private/waivers';
import type { IIdentity } from './identity';

/** What a registry needs to know of the workspace. */
export interface RegistryGround extends Construct, EndpointPlace {
  readonly logAnalyticsId: string;
  readonly keyIdentity: IIdentity;
}

/** Images of steps and endpoints: private, encrypted with our key, signed in to by roles alone, and not to be exported. */
export function protectedRegistry(ground: RegistryGround, keyId: string, name: string | undefined, deletable: boolean): ContainerRegistry {
  const scope = new Construct(ground, 'Registry');
  const registry = new ContainerRegistry(scope, 'Resource', {
    name: name === undefined ? nameOf(ground, 'registry', 'Registry') : Names.check(`workspace '${ground.node.path}'`, 'registry', name),
    location: ground.location, resourceGroupName: ground.resourceGroupName, sku: 'Premium',
    adminEnabled: false, anonymousPullEnabled: false, publicNetworkAccessEnabled: false, exportPolicyEnabled: false, networkRuleBypassOption: 'AzureServices',
    // layers come from a host of the registry's own, so that a firewall need not open all of blob storage
    dataEndpointEnabled: true,
    zoneRedundancyEnabled: !REGIONS_WITHOUT_ZONES.has(ground.location),
    // what a tag no longer names; a digest that something runs by has a tag
    retentionPolicyInDays: 90,
    // signed tags exclude a key of our own: https://learn.microsoft.com/azure/container-registry/tutorial-enable-customer-managed-keys
    quarantinePolicyEnabled: false, trustPolicyEnabled: false,
    identity: { type: 'UserAssigned', identityIds: [ground.keyIdentity.identityId] },
    encryption: [{ keyVaultKeyId: keyId, identityClientId: ground.keyIdentity.clientId }],
    tags: tagsOf(ground), dependsOn: keyAccessOf(ground), lifecycle: deletable ? undefined : { preventDestroy: true },
  });
  waive(registry, 'AzureRegistryQuarantine', 'a quarantined image is given out by nobody until a scanner of the user\'s says so: without one, nothing would run; what runs is named by its digest');
  privateEndpoint(scope, 'Endpoint', ground, { targetId: registry.id, service: 'registry', zones: ['privatelink.azurecr.io'] });
  diagnostics(scope, registry.id, ground);
  return registry;
}
