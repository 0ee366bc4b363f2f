import { NetworkSecurityGroup, type NetworkSecurityGroupSecurityRule } from '@cdktf/provider-azurerm/lib/network-security-group';
import { PrivateDnsZone } from '@cdktf/provider-azurerm/lib/private-dns-zone';
import { PrivateDnsZoneVirtualNetworkLink } from '@cdktf/provider-azurerm/lib/private-dns-zone-virtual-network-link';
import { RouteTable } from '@cdktf/provider-azurerm/lib/route-table';
import { Subnet, type SubnetDelegation } from '@cdktf/provider-azurerm/lib/subnet';
import { SubnetNetworkSecurityGroupAssociation } from '@cdktf/provider-azurerm/lib/subnet-network-security-group-association';
import { SubnetRouteTableAssociation } from '@cdktf/provider-azurerm/lib/subnet-route-table-association';
import { VirtualNetwork } from '@cdktf/provider-azurerm/lib/virtual-network';
import { Construct } from 'constructs';
import { nameOf } from '../private/names';
import { tagsOf } from '../private/tags';
import { quarters } from './address-space';

export interface NetworkProps {
  readonly location: string;
  readonly resourceGroupName: string;
  readonly addressSpace: string;
  /** Private address of the firewall that all leaves through; without one there is no subnet of computes. */
  readonly firewallAddress?: string;
}

/**
 * What computes of Azure ML have to reach, besides private endpoints, by service tag and port.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/how-to-access-azureml-behind-firewall
 */
const NEEDED: readonly (readonly [tag: string, ports: readonly string[], protocol: 'Tcp' | 'Udp'])[] = [
  ['AzureActiveDirectory', ['443'], 'Tcp'],
  ['AzureMachineLearning', ['443', '8787', '18881'], 'Tcp'],
  ['AzureMachineLearning', ['5831'], 'Udp'],
  ['BatchNodeManagement.<region>', ['443'], 'Tcp'],
  ['AzureResourceManager', ['443'], 'Tcp'],
  ['Storage.<region>', ['443'], 'Tcp'],
  ['AzureFrontDoor.FirstParty', ['443'], 'Tcp'],
  ['MicrosoftContainerRegistry.<region>', ['443'], 'Tcp'],
];

const ANY = { sourcePortRange: '*', sourceAddressPrefix: '*', destinationAddressPrefix: '*', destinationPortRange: '*', protocol: '*' };
const WITHIN = { sourcePortRange: '*', sourceAddressPrefix: 'VirtualNetwork', destinationAddressPrefix: 'VirtualNetwork' };

/** A virtual network: a subnet for private endpoints and, where computes are in it, one for them whose only way out is a firewall. */
export class Network extends Construct {
  public readonly networkId: string;
  public readonly endpointSubnetId: string;
  public readonly computeSubnetId?: string;
  /** Ids of what has logs, each with a construct to hang them on. */
  public readonly logged: readonly (readonly [Construct, string])[];
  private readonly resource: VirtualNetwork;
  private readonly groups: (readonly [Construct, string])[] = [];
  private readonly functions: string;
  private functionSubnet?: { readonly subnetId: string; readonly rules: readonly [Construct, string] };

  constructor(scope: Construct, id: string, private readonly props: NetworkProps) {
    super(scope, id);
    const { location, resourceGroupName } = props;
    const [endpoints, computes, functions] = quarters(`workspace '${scope.node.path}'`, props.addressSpace);
    this.functions = functions;
    this.resource = new VirtualNetwork(this, 'Resource', {
      name: nameOf(this, 'resource'), location, resourceGroupName, addressSpace: [props.addressSpace], tags: tagsOf(this),
    });
    this.networkId = this.resource.id;
    this.endpointSubnetId = this.subnet('Endpoints', endpoints, endpointRules());
    if (props.firewallAddress !== undefined) {
      this.computeSubnetId = this.subnet('Computes', computes, computeRules(location));
      this.routeThrough(props.firewallAddress, this.computeSubnetId);
    }
    this.logged = [[this, this.networkId], ...this.groups];
  }

  /** A subnet of functions, which is there once something asks for it; its security group has logs. */
  public subnetOfFunctions(): { readonly subnetId: string; readonly rules: readonly [Construct, string] } {
    this.functionSubnet ??= {
      subnetId: this.subnet('Functions', this.functions, functionRules(), [{ name: 'functions', serviceDelegation: { name: 'Microsoft.App/environments', actions: ['Microsoft.Network/virtualNetworks/subnets/join/action'] } }]),
      rules: this.groups[this.groups.length - 1],
    };
    return this.functionSubnet;
  }

  private subnet(id: string, range: string, securityRule: NetworkSecurityGroupSecurityRule[], delegation?: SubnetDelegation[]): string {
    const { location, resourceGroupName } = this.props;
    const scope = new Construct(this, id);
    const subnet = new Subnet(scope, 'Resource', {
      name: id.toLowerCase(), resourceGroupName, virtualNetworkName: this.resource.name, addressPrefixes: [range], delegation,
      // without this, rules and routes of the subnet do not hold for private endpoints
      privateEndpointNetworkPolicies: 'Enabled',
      // what is in it has no address to reach the internet from
      defaultOutboundAccessEnabled: false,
    });
    const group = new NetworkSecurityGroup(scope, 'Rules', { name: nameOf(scope, 'resource'), location, resourceGroupName, securityRule, tags: tagsOf(this) });
    new SubnetNetworkSecurityGroupAssociation(scope, 'RulesOfSubnet', { subnetId: subnet.id, networkSecurityGroupId: group.id });
    this.groups.push([scope, group.id]);
    return subnet.id;
  }

  private routeThrough(firewallAddress: string, subnetId: string): void {
    const { location, resourceGroupName } = this.props;
    const table = new RouteTable(this, 'Routes', {
      name: nameOf(this, 'resource', 'Routes'), location, resourceGroupName, bgpRoutePropagationEnabled: false, tags: tagsOf(this),
      route: [{ name: 'everything-through-the-firewall', addressPrefix: '0.0.0.0/0', nextHopType: 'VirtualAppliance', nextHopInIpAddress: firewallAddress }],
    });
    new SubnetRouteTableAssociation(this, 'RoutesOfComputes', { subnetId, routeTableId: table.id });
  }
}

/** In from the network, on the ports of the services behind the endpoints; nothing out, since an endpoint only answers. */
function endpointRules(): NetworkSecurityGroupSecurityRule[] {
  return [
    { name: 'services', priority: 100, direction: 'Inbound', access: 'Allow', protocol: 'Tcp', ...WITHIN, destinationPortRanges: ['443', '445'], description: 'HTTPS, and SMB of the file share that notebooks are in' },
    { ...ANY, name: 'nothing-else-in', priority: 4096, direction: 'Inbound', access: 'Deny', description: 'the rules of Azure would let the whole network in on any port' },
    { ...ANY, name: 'nothing-out', priority: 4096, direction: 'Outbound', access: 'Deny', description: 'endpoints answer and do not call' },
  ];
}

/** Nothing in, since callers come over a private endpoint; out to private endpoints, and to where sign-ins are checked. */
function functionRules(): NetworkSecurityGroupSecurityRule[] {
  return [
    { ...ANY, name: 'nothing-in', priority: 4096, direction: 'Inbound', access: 'Deny', description: 'callers reach functions over a private endpoint, which is in another subnet' },
    { name: 'private-endpoints', priority: 100, direction: 'Outbound', access: 'Allow', protocol: 'Tcp', ...WITHIN, destinationPortRange: '443', description: 'the services that functions stand on' },
    {
      name: 'sign-in', priority: 110, direction: 'Outbound', access: 'Allow', protocol: 'Tcp', sourcePortRange: '*', sourceAddressPrefix: 'VirtualNetwork', destinationAddressPrefix: 'AzureActiveDirectory',
      destinationPortRange: '443', description: 'keys that sign-ins are checked by',
    },
    { ...ANY, name: 'nothing-else-out', priority: 4096, direction: 'Outbound', access: 'Deny', description: 'what holds personal values sends them nowhere' },
  ];
}

/** To each other and to private endpoints; to what Azure ML cannot do without, which the firewall looks at once more; to nothing else. */
function computeRules(location: string): NetworkSecurityGroupSecurityRule[] {
  const needed = NEEDED.map(([tag, destinationPortRanges, protocol], index): NetworkSecurityGroupSecurityRule => ({
    name: `${tag.replace('.<region>', '').replace(/\W/g, '-')}-${protocol}`, priority: 200 + index, direction: 'Outbound', access: 'Allow', protocol,
    sourcePortRange: '*', sourceAddressPrefix: 'VirtualNetwork', destinationAddressPrefix: tag.replace('<region>', location), destinationPortRanges: [...destinationPortRanges],
  }));
  return [
    { name: 'each-other', priority: 100, direction: 'Inbound', access: 'Allow', protocol: '*', ...WITHIN, destinationPortRange: '*', description: 'nodes of one job talk on ports that the framework picks' },
    { ...ANY, name: 'nothing-else-in', priority: 4096, direction: 'Inbound', access: 'Deny', description: 'computes without a public address call Azure ML and are not called' },
    { name: 'within', priority: 100, direction: 'Outbound', access: 'Allow', protocol: '*', ...WITHIN, destinationPortRange: '*', description: 'each other, and private endpoints' },
    ...needed,
    { ...ANY, name: 'nothing-else-out', priority: 4096, direction: 'Outbound', access: 'Deny', description: 'the rules of Azure would let everything out to the internet' },
  ];
}

/** The private DNS zones of the services that a workspace uses. */
export const ZONES = [
  'privatelink.blob.core.windows.net', 'privatelink.dfs.core.windows.net', 'privatelink.file.core.windows.net',
  'privatelink.queue.core.windows.net', 'privatelink.table.core.windows.net',
  'privatelink.vaultcore.azure.net', 'privatelink.azurecr.io', 'privatelink.api.azureml.ms', 'privatelink.notebooks.azure.net',
  'privatelink.monitor.azure.com', 'privatelink.oms.opinsights.azure.com', 'privatelink.ods.opinsights.azure.com', 'privatelink.agentsvc.azure-automation.net',
] as const;

/** Private DNS zones of what not every workspace has: each is there once something asks for it. */
const ZONES_ON_DEMAND: ReadonlySet<string> = new Set(['privatelink.documents.azure.com', 'privatelink.azurewebsites.net']);

/** The zones, each linked to a network, so that names of services lead to private endpoints in it. */
export class DnsZones extends Construct {
  private readonly ids = new Map<string, string>();

  constructor(scope: Construct, id: string, private readonly props: { readonly resourceGroupName: string; readonly networkId: string }) {
    super(scope, id);
    for (const name of ZONES) this.add(name);
  }

  public idOf(name: string): string | undefined {
    if (ZONES_ON_DEMAND.has(name) && !this.ids.has(name)) this.add(name);
    return this.ids.get(name);
  }

  private add(name: string): void {
    const { resourceGroupName, networkId } = this.props;
    const scopeOfZone = new Construct(this, name.replace('privatelink.', ''));
    const zone = new PrivateDnsZone(scopeOfZone, 'Resource', { name, resourceGroupName, tags: tagsOf(this) });
    new PrivateDnsZoneVirtualNetworkLink(scopeOfZone, 'Link', {
      name: nameOf(scopeOfZone, 'resource', 'Link'), resourceGroupName, privateDnsZoneName: zone.name,
      virtualNetworkId: networkId, registrationEnabled: false, tags: tagsOf(this),
    });
    this.ids.set(name, zone.id);
  }
}
