import { Construct, type IConstruct } from 'constructs';
import type { ComplianceProfile } from '../../policy/profile';
import type { DataStore, IDataStore } from '../storage/data-store';
import type { StoreProps } from '../storage/store-props';
import type { NetworkMode } from './network-mode';
import type { IIdentity } from './identity';
import { ImportedWorkspace } from './imported-workspace';
import type { WorkspaceAttributes } from './workspace-attributes';

/** Network, keys, stores, logs and identities that share one profile, and the Azure ML workspace on them: the ground that pipelines and endpoints stand on. */
export interface IWorkspace extends IConstruct {
  /** Frameworks, residency and retention. */
  readonly profile: ComplianceProfile;
  /** The region, by name, such as `germanywestcentral`. */
  readonly location: string;
  /** Name of the resource group. */
  readonly resourceGroupName: string;
  /** Id of the resource group. */
  readonly resourceGroupId: string;
  /** Id of the Azure ML workspace. */
  readonly workspaceId: string;
  /** Name of the Azure ML workspace. */
  readonly workspaceName: string;
  /** Who builds the network that computes are in. */
  readonly networkMode: NetworkMode;
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
  /** Id of the key that encrypts data and models, without its version, so that rotation reaches all that is encrypted with it. */
  readonly keyId: string;
  /** What services use the key as. */
  readonly keyIdentity: IIdentity;
  /** What the Azure ML workspace itself acts as. */
  readonly identity: IIdentity;
  /** Id of the container registry. */
  readonly registryId: string;
  /** Host name of the container registry. */
  readonly registryServer: string;
  /** Id of the Log Analytics workspace that logs of resources go to. */
  readonly logAnalyticsId: string;
  /** Id of the action group that alarms go to. */
  readonly alarmsId: string;
  /** What steps write. */
  readonly outputs: IDataStore;
  /** Model artifacts. */
  readonly models: IDataStore;
  /** Adds a store with the workspace's key, network and logs. */
  addStore(id: string, props: StoreProps): DataStore;
  /**
   * Id of the private DNS zone of a service, such as `privatelink.blob.core.windows.net`.
   *
   * @throws an error when the workspace has none of that name
   */
  dnsZoneId(name: string): string;
}

/** The ground of a regulated pipeline. */
export abstract class Workspace extends Construct {
  /** A workspace that exists, of this app or another. */
  public static fromAttributes(scope: Construct, id: string, attrs: WorkspaceAttributes): IWorkspace {
    return new ImportedWorkspace(scope, id, attrs);
  }
}
