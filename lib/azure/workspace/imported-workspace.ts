import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { isRecord, shown } from '../../policy/given';
import type { ComplianceProfile } from '../../policy/profile';
import { requireProfile } from '../../policy/required';
import { partsOf } from '../private/resource-id';
import { DataStore, type IDataStore } from '../storage/data-store';
import type { StoreProps } from '../storage/store-props';
import { checkLocation, checkStores } from './checks';
import type { IIdentity } from './identity';
import { NetworkMode } from './network-mode';
import type { IWorkspace } from './workspace';
import type { WorkspaceAttributes } from './workspace-attributes';

/** A workspace that exists. */
export class ImportedWorkspace extends Construct implements IWorkspace {
  public readonly profile: ComplianceProfile;
  public readonly location: string;
  public readonly resourceGroupName: string;
  public readonly resourceGroupId: string;
  public readonly workspaceId: string;
  public readonly workspaceName: string;
  public readonly networkMode: NetworkMode;
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
  private readonly dnsZonesGroupId: string;

  constructor(scope: Construct, id: string, attrs: WorkspaceAttributes) {
    super(scope, id);
    const owner = `workspace '${this.node.path}'`;
    this.profile = requireProfile(this, 'workspace', attrs);
    this.location = checkLocation(this, this.profile, attrs.location);
    checkGiven(this, attrs);
    const own = partsOf(`workspaceId of ${owner}`, attrs.workspaceId, 'Microsoft.MachineLearningServices/workspaces');
    this.resourceGroupName = own.resourceGroupName;
    this.resourceGroupId = own.resourceGroupId;
    this.workspaceId = attrs.workspaceId;
    this.workspaceName = own.name;
    this.networkMode = attrs.computeSubnetId === undefined ? NetworkMode.MANAGED : NetworkMode.OWN;
    this.endpointSubnetId = attrs.endpointSubnetId;
    this.computeSubnetId = attrs.computeSubnetId;
    this.keyVaultId = attrs.keyVaultId;
    this.keyId = attrs.keyId;
    this.keyIdentity = attrs.keyIdentity;
    this.identity = attrs.identity;
    this.registryId = attrs.registryId;
    this.registryServer = `${partsOf(`registryId of ${owner}`, attrs.registryId, 'Microsoft.ContainerRegistry/registries').name}.azurecr.io`;
    this.logAnalyticsId = attrs.logAnalyticsId;
    this.alarmsId = attrs.alarmsId;
    this.outputs = attrs.outputs;
    this.models = attrs.models;
    this.dnsZonesGroupId = attrs.dnsZonesGroupId;
    checkStores(this);
  }

  public addStore(id: string, props: StoreProps): DataStore {
    return new DataStore(this, id, { ...props, workspace: this });
  }

  public dnsZoneId(name: string): string {
    return `${this.dnsZonesGroupId}/providers/Microsoft.Network/privateDnsZones/${name}`;
  }
}

/** Where no compiler looks, a part may be missing. */
function checkGiven(workspace: Construct, attrs: WorkspaceAttributes): void {
  const owner = `workspace '${workspace.node.path}'`;
  const missing = [
    ...(['workspaceId', 'endpointSubnetId', 'keyVaultId', 'keyId', 'registryId', 'logAnalyticsId', 'alarmsId', 'dnsZonesGroupId'] as const)
      .filter((name) => typeof attrs[name] !== 'string' || attrs[name] === ''),
    ...(['keyIdentity', 'identity', 'outputs', 'models'] as const).filter((name) => !isRecord(attrs[name])),
  ];
  if (missing.length > 0) throw new Error(`${owner} is imported without ${missing.join(', ')}: give what the workspace that exists has`);
  if (!Token.isUnresolved(attrs.keyId) && !/^https:\/\/[^/]+\/keys\/[^/]+$/.test(attrs.keyId)) {
    throw new Error(`keyId of ${owner} is ${shown(attrs.keyId)}: give the key without its version, such as 'https://<vault>.vault.azure.net/keys/<key>', so that rotation reaches what it encrypts`);
  }
}
