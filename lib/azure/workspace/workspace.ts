import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { Fn, Token, type ITerraformDependable } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { Classification } from '../../policy/classification';
import type { ComplianceProfile } from '../../policy/profile';
import { requireProfile } from '../../policy/required';
import type { AzapiResource } from '../azapi';
import { diagnostics } from '../private/diagnostics';
import { nameOf, Names } from '../private/names';
import { keyAccessOf, noteOwnGround, openTo } from '../private/order';
import { privateEndpoint } from '../private/private-endpoint';
import { groupNameOf, partsOf } from '../private/resource-id';
import { assignRole, Role } from '../private/roles';
import { tagAll, tagsOf } from '../private/tags';
import { DataStore, type IDataStore } from '../storage/data-store';
import { checkReplication } from '../storage/replication';
import type { StoreProps } from '../storage/store-props';
import { Zone } from '../storage/zone';
import { alarms } from './alarms';
import { checkGiven, checkGroup, checkLocation, checkNetwork, checkStores } from './checks';
import { declareChoices } from './choices';
import { Identity, type IIdentity } from './identity';
import { ImportedWorkspace } from './imported-workspace';
import { Keys } from './keys';
import { insightsOf, Logs, monitorLink } from './logs';
import { mlWorkspace } from './ml-workspace';
import { DnsZones, Network, ZONES } from './network';
import { NetworkMode } from './network-mode';
import { protectedRegistry } from './registry';
import { SystemStorage } from './system-storage';
import { keysOf, protectedVault } from './vault';
import type { WorkspaceAttributes } from './workspace-attributes';
import type { WorkspaceProps } from './workspace-props';

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

/**
 * The ground of a regulated pipeline on Azure, secure with nothing but a profile and a region: no public endpoint, no key that could be stolen, one key of the
 * user's for all that is stored, and a record of who did what.
 *
 * Nothing of it needs a data plane when it is made, except the role of a key in a managed HSM: a runner outside the network can apply it. See `README.md`
 * beside this file.
 */
export class Workspace extends Construct implements IWorkspace {
  /** A workspace that exists, of this app or another. */
  public static fromAttributes(scope: Construct, id: string, attrs: WorkspaceAttributes): IWorkspace {
    return new ImportedWorkspace(scope, id, attrs);
  }

  public readonly profile: ComplianceProfile;
  public readonly location: string;
  public readonly resourceGroupName: string;
  public readonly resourceGroupId: string;
  public readonly workspaceId: string;
  public readonly workspaceName: string;
  public readonly networkMode: NetworkMode;
  /** Id of the virtual network that private endpoints are in. */
  public readonly networkId: string;
  public readonly endpointSubnetId: string;
  public readonly computeSubnetId?: string;
  public readonly keyVaultId: string;
  public readonly keyId: string;
  public readonly keyIdentity: IIdentity;
  public readonly identity: IIdentity;
  public readonly registryId: string;
  public readonly registryServer: string;
  public readonly logAnalyticsId: string;
  public readonly alarmsId: string;
  public readonly outputs: IDataStore;
  public readonly models: IDataStore;
  private readonly zoneIdOf: (name: string) => string | undefined;

  constructor(scope: Construct, id: string, props: WorkspaceProps) {
    super(scope, id);
    const owner = `workspace '${this.node.path}'`;
    this.profile = requireProfile(this, 'workspace', props);
    this.location = checkLocation(this, this.profile, props.location);
    this.networkMode = checkNetwork(this, props);
    const replication = checkReplication(owner, this.profile, this.location, props.replication);
    const keys = (props.keys ?? Keys.inVault())._source;
    const name = props.name === undefined ? nameOf(this, 'workspace') : Names.check(owner, 'workspace', props.name);
    const deletable = props.deletable ?? false;
    checkGiven(this, props, keys);
    checkGroup(this, name, props);
    Names.begin(this, name);
    tagAll(this, props.tags ?? {});

    [this.resourceGroupId, this.resourceGroupName] = this.resourceGroup(props, name, deletable);
    this.identity = props.identity ?? new Identity(this, 'Identity', { workspace: this });
    this.keyIdentity = props.keyIdentity ?? new Identity(this, 'KeyUser', { workspace: this });
    const network = props.endpointSubnetId === undefined ? this.network(props) : undefined;
    this.endpointSubnetId = props.endpointSubnetId ?? network!.endpointSubnetId;
    this.computeSubnetId = props.computeSubnetId ?? network?.computeSubnetId;
    this.networkId = network?.networkId ?? networkOf(this.endpointSubnetId);
    this.zoneIdOf = this.dnsZones(props);

    const logs = props.logAnalyticsId === undefined ? new Logs(this, 'Logs', { clusterId: props.logClusterId, deletable }) : undefined;
    this.logAnalyticsId = props.logAnalyticsId ?? logs!.workspaceId;
    for (const [logged, targetId] of network?.logged ?? []) diagnostics(logged, targetId, this);
    const insights = insightsOf(this, this.logAnalyticsId, deletable);
    const link = monitorLink(this, { ...(logs ? { Logs: logs.workspaceId } : {}), Insights: insights.id });
    noteOwnGround(this, { monitorScopeName: link.name, functionSubnetId: () => network && this.functionSubnetId(network) });
    this.alarmsId = props.alarmsId ?? alarms(this, props.alarmEmails ?? []);

    this.keyVaultId = props.keyVaultId ?? protectedVault(this, deletable).id;
    const usable = keysOf(this, keys, keys.kind === 'given' ? keys.keyVaultId : this.keyVaultId, deletable);
    this.keyId = usable.stores.keyId;
    const registry = props.registryId === undefined ? protectedRegistry(this, usable.services.keyId, undefined, deletable) : undefined;
    this.registryId = props.registryId ?? registry!.id;
    this.registryServer = registry?.loginServer ?? `${partsOf(`registryId of ${owner}`, this.registryId, 'Microsoft.ContainerRegistry/registries').name}.azurecr.io`;
    const storage = new SystemStorage(this, 'SystemStorage', { replication, deletable });

    const resource = mlWorkspace(this, 'Resource', {
      ...this.ground(), name, deletable, storageId: storage.accountId, insightsId: insights.id,
      keyInVaultId: keys.kind === 'given' ? keys.keyVaultId : this.keyVaultId, versionedKeyId: usable.services.versionedKeyId,
      after: [...this.rolesBefore(storage, insights.id), ...keyAccessOf(this)],
    });
    this.workspaceId = resource.id;
    this.workspaceName = resource.name;
    this.reach(resource, storage);

    const classification = props.classification
      ?? (this.profile.frameworks.some((framework) => framework.name === 'HIPAA') ? Classification.PHI : Classification.SPECIAL_CATEGORY);
    this.outputs = props.outputs ?? this.addStore('Outputs', { classification, zone: Zone.CURATED, replication, deletable });
    this.models = props.models ?? this.addStore('Models', { classification, zone: Zone.MODELS, replication, deletable });
    checkStores(this);
    declareChoices(this, keys, props);
  }

  public addStore(id: string, props: StoreProps): DataStore {
    return new DataStore(this, id, { ...props, workspace: this });
  }

  public dnsZoneId(name: string): string {
    const found = this.zoneIdOf(name);
    if (found === undefined) throw new Error(`workspace '${this.node.path}' has no private DNS zone '${name}': it has ${ZONES.join(', ')}; give dnsZonesGroupId of a group that has more`);
    return found;
  }

  private ground() {
    const { location, resourceGroupId, identity, keyIdentity, keyVaultId, registryId, networkMode, computeSubnetId } = this;
    return { location, resourceGroupId, identity, keyIdentity, keyVaultId, registryId, networkMode, computeSubnetId };
  }

  private resourceGroup(props: WorkspaceProps, name: string, deletable: boolean): [string, string] {
    if (props.resourceGroupId !== undefined) return [props.resourceGroupId, groupNameOf(`workspace '${this.node.path}'`, props.resourceGroupId)];
    const group = new ResourceGroup(this, 'Group', { name, location: this.location, tags: tagsOf(this), lifecycle: deletable ? undefined : { preventDestroy: true } });
    return [group.id, group.name];
  }

  private network(props: WorkspaceProps): Network {
    const { location, resourceGroupName } = this;
    return new Network(this, 'Network', {
      location, resourceGroupName, addressSpace: props.addressSpace ?? '10.0.0.0/16', firewallAddress: this.networkMode === NetworkMode.OWN ? props.firewallAddress : undefined,
    });
  }

  private functionSubnetId(network: Network): string {
    const { subnetId, rules: [scope, groupId] } = network.subnetOfFunctions();
    if (scope.node.tryFindChild('Diagnostics') === undefined) diagnostics(scope, groupId, this);
    return subnetId;
  }

  private dnsZones(props: WorkspaceProps): (name: string) => string | undefined {
    const groupId = props.dnsZonesGroupId;
    if (groupId !== undefined) {
      groupNameOf(`dnsZonesGroupId of workspace '${this.node.path}'`, groupId);
      return (name) => `${groupId}/providers/Microsoft.Network/privateDnsZones/${name}`;
    }
    const zones = new DnsZones(this, 'Zones', { resourceGroupName: this.resourceGroupName, networkId: this.networkId });
    return (name) => zones.idOf(name);
  }

  /** What Azure ML looks for when the workspace is made: that it may use what it stands on, and approve endpoints there of its managed network. */
  private rolesBefore(storage: SystemStorage, insightsId: string): ITerraformDependable[] {
    const { identity } = this;
    return [
      assignRole(this, { identity, role: Role.READER, targetId: this.keyVaultId }),
      assignRole(this, { identity, role: Role.SECRETS_OFFICER, targetId: this.keyVaultId }),
      assignRole(this, { identity, role: Role.READER, targetId: this.registryId }),
      assignRole(this, { identity, role: Role.IMAGE_PULLER, targetId: this.registryId }),
      assignRole(this, { identity, role: Role.METRICS_PUBLISHER, targetId: insightsId }),
      ...storage.roles,
      ...(this.networkMode === NetworkMode.MANAGED
        ? [assignRole(storage, { identity, role: Role.NETWORK_CONNECTION_APPROVER, targetId: storage.accountId }),
          ...[this.keyVaultId, this.registryId].map((targetId) => assignRole(this, { identity, role: Role.NETWORK_CONNECTION_APPROVER, targetId }))]
        : []),
    ];
  }

  /** The ways to the Azure ML workspace, and from its managed network to what it stands on. */
  private reach(resource: AzapiResource, storage: SystemStorage): void {
    privateEndpoint(this, 'Endpoint', this, {
      targetId: resource.id, service: 'amlworkspace', zones: ['privatelink.api.azureml.ms', 'privatelink.notebooks.azure.net'],
    });
    diagnostics(this, resource.id, this);
    // Azure ML opens its network to blobs, files, vault and registry of its own accord
    openTo(storage, this, storage.accountId, ['queue', 'table']);
  }
}

/** The network that a subnet is in. */
function networkOf(subnetId: string): string {
  return Token.isUnresolved(subnetId) ? Fn.join('/', Fn.slice(Fn.split('/', subnetId), 0, 9)) : subnetId.split('/').slice(0, 9).join('/');
}
