import type { Classification } from '../../policy/classification';
import type { ComplianceProfile } from '../../policy/profile';
import type { IDataStore } from '../storage/data-store';
import type { Replication } from '../storage/replication';
import type { IIdentity } from './identity';
import type { Keys } from './keys';
import type { NetworkMode } from './network-mode';

/** What a workspace is made from. */
export interface WorkspaceProps {
  /** Frameworks, residency and retention. */
  readonly profile: ComplianceProfile;
  /** The region, by name, such as `germanywestcentral`; inside the residency. */
  readonly location: string;
  /**
   * What people know it by: the name of the Azure ML workspace, and the beginning of all other names. Storage accounts, vaults and registries share one space
   * of names with all customers of Azure, so give one that is yours.
   *
   * @default - made from the construct's path
   */
  readonly name?: string;
  /**
   * The most sensitive data that it is for: what its outputs and models are classified as.
   *
   * @default - `phi` under HIPAA, `special-category` otherwise
   */
  readonly classification?: Classification;
  /**
   * Tags of all that it is made of.
   *
   * @default - none, but classification, zone and purpose on stores
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Id of a resource group that exists.
   *
   * @default - a new one
   */
  readonly resourceGroupId?: string;
  /**
   * Who builds the network that computes are in.
   *
   * @default - NetworkMode.OWN where a subnet of computes or a firewall is given, NetworkMode.MANAGED otherwise
   */
  readonly networkMode?: NetworkMode;
  /**
   * Address range of a new network.
   *
   * @default '10.0.0.0/16'
   */
  readonly addressSpace?: string;
  /**
   * Private address of the firewall that all traffic of computes in a new network leaves through, in a network that this one is peered with. Computes that
   * are not in the managed network have to reach Azure ML, Entra ID and Azure Resource Manager, none of which has a private endpoint.
   *
   * @default - none: computes are in the managed network, or in a subnet that is given
   */
  readonly firewallAddress?: string;
  /**
   * Id of a subnet that exists for private endpoints.
   *
   * @default - one of a new network
   */
  readonly endpointSubnetId?: string;
  /**
   * Id of a subnet that exists for computes; its way out is the user's to close.
   *
   * @default - one of a new network where `firewallAddress` is given, else none
   */
  readonly computeSubnetId?: string;
  /**
   * Id of the resource group that private DNS zones which exist are in, named as Azure names them and linked to the network.
   *
   * @default - new zones, linked to the network
   */
  readonly dnsZonesGroupId?: string;
  /**
   * Id of a vault that exists, of the premium tier, with roles and purge protection, reached through a private endpoint.
   *
   * @default - a new one
   */
  readonly keyVaultId?: string;
  /**
   * The key that encrypts what it holds.
   *
   * @default Keys.inVault()
   */
  readonly keys?: Keys;
  /**
   * What services use the key as.
   *
   * @default - a new identity
   */
  readonly keyIdentity?: IIdentity;
  /**
   * What the Azure ML workspace itself acts as.
   *
   * @default - a new identity
   */
  readonly identity?: IIdentity;
  /**
   * Id of a container registry that exists: premium, private, without an administrator.
   *
   * @default - a new one
   */
  readonly registryId?: string;
  /**
   * Id of a Log Analytics workspace that exists, linked to a private link scope that the network reaches.
   *
   * @default - a new one, with a scope
   */
  readonly logAnalyticsId?: string;
  /**
   * Id of a dedicated cluster of Log Analytics that has a key of the user's: logs are then encrypted with it.
   *
   * @default - none: logs are encrypted with keys of Microsoft
   */
  readonly logClusterId?: string;
  /**
   * Id of an action group that exists.
   *
   * @default - a new one that writes to `alarmEmails`
   */
  readonly alarmsId?: string;
  /**
   * Addresses that alarms are written to.
   *
   * @default - none, and a warning
   */
  readonly alarmEmails?: string[];
  /**
   * Where the copies lie that Azure keeps of what Azure ML stores for itself, and of outputs and models.
   *
   * @default Replication.ZONES
   */
  readonly replication?: Replication;
  /**
   * A store that exists for what steps write.
   *
   * @default - a new one
   */
  readonly outputs?: IDataStore;
  /**
   * A store that exists for model artifacts.
   *
   * @default - a new one
   */
  readonly models?: IDataStore;
  /**
   * Whether Terraform may delete it, with all that it holds. The vault and what was deleted in it stay recoverable either way.
   *
   * @default false
   */
  readonly deletable?: boolean;
}
