import { PrivateDnsZone } from '@cdktf/provider-azurerm/lib/private-dns-zone';
import { PrivateDnsZoneVirtualNetworkLink } from '@cdktf/provider-azurerm/lib/private-dns-zone-virtual-network-link';
import { PurviewAccount as Account } from '@cdktf/provider-azurerm/lib/purview-account';
import { Fn, Token } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { shown } from '../../policy/given';
import { having, requireProps } from '../../policy/required';
import { Residency } from '../../policy/residency';
import { AzapiDataPlaneResource } from '../azapi';
import { diagnostics } from '../private/diagnostics';
import { noteReach, reachOf } from '../private/order';
import { privateEndpoint } from '../private/private-endpoint';
import { partsOf } from '../private/resource-id';
import { tagsOf } from '../private/tags';
import type { IWorkspace } from '../workspace/workspace';

/** The Purview account of the tenant. */
export interface IPurviewAccount extends IConstruct {
  /** Its id, in Azure Resource Manager. */
  readonly accountId: string;
  /** Its name, which is that of its root collection as well. */
  readonly accountName: string;
  /** The region that its Data Map stands in, by name. */
  readonly location: string;
  /** Id of the principal that it scans as. */
  readonly principalId: string;
  /**
   * Name of the managed virtual network that its scans reach private stores from.
   *
   * @default - none
   */
  readonly managedNetwork?: string;
}

/** What an account that exists is described by. */
export interface PurviewAccountAttributes {
  /** Its id, in Azure Resource Manager. */
  readonly accountId: string;
  /** The region that its Data Map stands in, by name. */
  readonly location: string;
  /** Id of the principal of its managed identity: `az purview account show --query identity.principalId`. */
  readonly principalId: string;
  /**
   * Name of its managed virtual network: `defaultv2`, or `default` for one of the first version.
   *
   * @default - none: scans come from Microsoft's network, which a private store does not admit
   */
  readonly managedNetwork?: string;
}

/** What a new account is made from. */
export interface PurviewAccountProps {
  /** Where it stands: region, resource group, network and logs are those of the workspace. */
  readonly workspace: IWorkspace;
  /** Its name, unique in all of Azure: 3 to 63 letters, digits and single `-` between them. */
  readonly name: string;
  /**
   * Id of a private DNS zone `privatelink.purview.azure.com` that exists.
   *
   * @default - a new one, linked to the network of the workspace
   */
  readonly dnsZoneId?: string;
  /**
   * Whether `terraform destroy` may delete it, with all that people have written into its Data Map.
   *
   * @default false
   */
  readonly deletable?: boolean;
}

const ZONE = 'privatelink.purview.azure.com';
const NAME = /^(?=.{3,63}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/;

/**
 * A Purview account, made new: private, logged, kept. A tenant has one, and Microsoft makes no new ones of the classic kind for customers that had none, so
 * most will refer to theirs with `PurviewAccount.fromAttributes`.
 *
 * It holds metadata only: names, schemas, what kinds of data were found. Purview takes no customer-managed key.
 */
export class PurviewAccount extends Construct implements IPurviewAccount {
  /** The account of the tenant, as it stands. */
  public static fromAttributes(scope: Construct, id: string, attrs: PurviewAccountAttributes): IPurviewAccount {
    return new ImportedAccount(scope, id, attrs);
  }

  public readonly accountId: string;
  public readonly accountName: string;
  public readonly location: string;
  public readonly principalId: string;
  public readonly managedNetwork: string;

  constructor(scope: Construct, id: string, props: PurviewAccountProps) {
    super(scope, id);
    const owner = `Purview account '${this.node.path}'`;
    requireProps(owner, props, { workspace: { is: having('profile', 'location', 'endpointSubnetId'), give: 'a Workspace' } });
    const { workspace } = props;
    if (typeof props.name !== 'string' || (!Token.isUnresolved(props.name) && !NAME.test(props.name))) {
      throw new Error(`${owner}: ${shown(props.name)} is no name of one: give 3 to 63 letters, digits and single '-' between them`);
    }
    const account = new Account(this, 'Resource', {
      name: props.name, location: workspace.location, resourceGroupName: workspace.resourceGroupName,
      publicNetworkEnabled: false, managedEventHubEnabled: false, identity: { type: 'SystemAssigned' }, tags: tagsOf(this),
      lifecycle: props.deletable ? undefined : { preventDestroy: true },
    });
    this.accountId = account.id;
    this.accountName = account.name;
    this.location = workspace.location;
    this.principalId = account.identity.principalId;
    const zone = props.dnsZoneId === undefined ? this.newZone(workspace) : undefined;
    const zoneId = props.dnsZoneId ?? zone!.id;
    const endpoint = privateEndpoint(this, 'Endpoint', {
      location: workspace.location, resourceGroupName: workspace.resourceGroupName, endpointSubnetId: workspace.endpointSubnetId, dnsZoneId: () => zoneId,
    }, { targetId: account.id, service: 'account', zones: [ZONE] });
    noteReach(this, endpoint, ...(zone ? [zone.link] : []));
    diagnostics(this, account.id, workspace);
    this.managedNetwork = new AzapiDataPlaneResource(this, 'ManagedNetwork', {
      type: 'Microsoft.Purview/accounts/Scanning/managedvirtualnetworks@2023-09-01', name: 'defaultv2', parentId: `${account.name}.purview.azure.com/scan`, body: { properties: {} },
      dependsOn: reachOf(this),
    }).name;
  }

  private newZone(workspace: IWorkspace): { readonly id: string; readonly link: PrivateDnsZoneVirtualNetworkLink } {
    const zone = new PrivateDnsZone(this, 'Zone', { name: ZONE, resourceGroupName: workspace.resourceGroupName, tags: tagsOf(this) });
    const link = new PrivateDnsZoneVirtualNetworkLink(this, 'ZoneLink', {
      name: 'purview', resourceGroupName: workspace.resourceGroupName, privateDnsZoneName: zone.name, registrationEnabled: false, tags: tagsOf(this),
      // what a subnet's id begins with
      virtualNetworkId: Fn.join('/', Fn.slice(Fn.split('/', workspace.endpointSubnetId), 0, 9)),
    });
    return { id: zone.id, link };
  }
}

class ImportedAccount extends Construct implements IPurviewAccount {
  public readonly accountId: string;
  public readonly accountName: string;
  public readonly location: string;
  public readonly principalId: string;
  public readonly managedNetwork?: string;

  constructor(scope: Construct, id: string, attrs: PurviewAccountAttributes) {
    super(scope, id);
    const owner = `Purview account '${this.node.path}'`;
    const text = { is: (value: unknown) => typeof value === 'string', give: 'a text' };
    requireProps(owner, attrs, { accountId: text, location: text, principalId: text });
    if (!Residency.isRegion(attrs.location)) throw new Error(`${owner} is in unknown region ${shown(attrs.location)}: give location, such as 'germanywestcentral'`);
    if (attrs.managedNetwork !== undefined && !['default', 'defaultv2'].includes(attrs.managedNetwork)) {
      throw new Error(`the managed network of ${owner} is ${shown(attrs.managedNetwork)}: Purview has 'defaultv2', and 'default' of the first version`);
    }
    this.accountId = attrs.accountId;
    this.accountName = partsOf(`accountId of ${owner}`, attrs.accountId, 'Microsoft.Purview/accounts').name;
    this.location = attrs.location;
    this.principalId = attrs.principalId;
    this.managedNetwork = attrs.managedNetwork;
  }
}
