import type { ComplianceProfile } from '../../policy/profile';
import type { IDataStore } from '../storage/data-store';
import type { IIdentity } from './identity';

/** What a workspace that exists is described by. */
export interface WorkspaceAttributes {
  /** Frameworks, residency and retention. */
  readonly profile: ComplianceProfile;
  /** The region, by name. */
  readonly location: string;
  /** Id of the Azure ML workspace. */
  readonly workspaceId: string;
  /** Id of the subnet that private endpoints are in. */
  readonly endpointSubnetId: string;
  /**
   * Id of the subnet that computes are in.
   *
   * @default - none: the network of computes is managed by Azure ML
   */
  readonly computeSubnetId?: string;
  /** Id of the vault that holds the keys. */
  readonly keyVaultId: string;
  /** Id of the key that encrypts data and models, without its version, such as `https://<vault>.vault.azure.net/keys/<key>`. */
  readonly keyId: string;
  /** What services use the key as. */
  readonly keyIdentity: IIdentity;
  /** What the Azure ML workspace itself acts as. */
  readonly identity: IIdentity;
  /** Id of the container registry. */
  readonly registryId: string;
  /** Id of the Log Analytics workspace that logs of resources go to. */
  readonly logAnalyticsId: string;
  /** Id of the action group that alarms go to. */
  readonly alarmsId: string;
  /** What steps write. */
  readonly outputs: IDataStore;
  /** Model artifacts. */
  readonly models: IDataStore;
  /** Id of the resource group that its private DNS zones are in; they are named as Azure names them, such as `privatelink.blob.core.windows.net`. */
  readonly dnsZonesGroupId: string;
}
