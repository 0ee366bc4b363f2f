import { StorageContainerImmutabilityPolicy } from '@cdktf/provider-azurerm/lib/storage-container-immutability-policy';
import { Annotations, TerraformStack } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';
import { declareChoice } from '../../policy/choice';
import type { Classification } from '../../policy/classification';
import { checkRetention, isRecord, shown } from '../../policy/given';
import type { PrivacyBudget } from '../../policy/privacy';
import type { ComplianceProfile } from '../../policy/profile';
import type { Purpose } from '../../policy/purpose';
import { RecordKind, Retention } from '../../policy/retention';
import { AzapiResource } from '../azapi';
import { diagnostics } from '../private/diagnostics';
import { nameOf, Names } from '../private/names';
import { openTo } from '../private/order';
import { privateEndpoint } from '../private/private-endpoint';
import { letGo, protectedAccount } from '../private/protected-account';
import type { IIdentity } from '../workspace/identity';
import type { IWorkspace } from '../workspace/workspace';
import type { DataInput } from './data-input';
import type { Immutability } from './immutability';
import { ImportedStore } from './imported-store';
import { checkReplication, tradeOfReplication } from './replication';
import { Store } from './store';
import { Hierarchy, type DataStoreAttributes, type DataStoreProps } from './store-props';
import { Zone } from './zone';

/** A place where data lies, with what it holds and what it may be used for: a container of a storage account, and the datastore by which Azure ML knows it. */
export interface IDataStore extends IConstruct {
  /** Id of the storage account. */
  readonly accountId: string;
  /** Name of the storage account. */
  readonly accountName: string;
  /** Name of the container. */
  readonly containerName: string;
  /** Name of the datastore in the Azure ML workspace. */
  readonly datastoreName: string;
  /** How sensitive what it holds is. */
  readonly classification: Classification;
  /**
   * What its data may be used for.
   *
   * @default - not stated
   */
  readonly purpose?: Purpose;
  /**
   * How much the people in it may lose by all that is trained on it.
   *
   * @default - not limited
   */
  readonly privacyBudget?: PrivacyBudget;
  /** What it is for in the life of data. */
  readonly zone: Zone;
  /** How it orders what it holds. */
  readonly hierarchy: Hierarchy;
  /** The region it stands in, by name. */
  readonly location: string;
  /** Its data, as the input of a step: all of it, or what lies under a folder. */
  input(path?: string): DataInput;
  /** `azureml://datastores/<datastore>/paths/<path>` of the store or of what lies in it. */
  uri(path?: string): string;
  /** Lets an identity read all that lies in it. */
  grantRead(identity: IIdentity): void;
  /** Lets an identity read, write and delete all that lies in it. */
  grantReadWrite(identity: IIdentity): void;
}

/**
 * A container, alone in its storage account, that knows what it holds: classified, bound to a purpose, encrypted with the workspace's key, without keys to
 * steal, reachable through private endpoints only, kept for as long as the profile says. Azure ML knows it as a datastore that holds no secret: whoever
 * reads does so as itself.
 *
 * Nothing of it needs its data plane when it is made: account, container, rules and datastore go through Azure Resource Manager, so a runner outside the
 * network can apply it.
 */
export class DataStore extends Store {
  /** A store that exists, of this subscription or another. */
  public static fromAttributes(scope: Construct, id: string, attrs: DataStoreAttributes): IDataStore {
    return new ImportedStore(scope, id, attrs);
  }

  public readonly accountId: string;
  public readonly accountName: string;
  public readonly containerName: string;
  public readonly datastoreName: string;
  public readonly classification: Classification;
  public readonly purpose?: Purpose;
  public readonly privacyBudget?: PrivacyBudget;
  public readonly zone: Zone;
  public readonly hierarchy: Hierarchy;
  public readonly location: string;

  constructor(scope: Construct, id: string, props: DataStoreProps) {
    super(scope, id);
    const owner = `store '${this.node.path}'`;
    this.classification = Store.classificationOf(this, props?.classification);
    const { workspace } = props;
    if (!isRecord(workspace)) {
      throw new Error(`${owner} has no workspace (it is ${shown(workspace)}): give one, or make the store with workspace.addStore('${this.node.id}', { classification })`);
    }
    if (TerraformStack.of(this) !== TerraformStack.of(workspace)) {
      throw new Error(`${owner} stands in another stack than workspace '${workspace.node.path}', and each would wait for the other: make it with workspace.addStore('${this.node.id}', { classification }), which any stack may use, or bring the workspace in with Workspace.fromAttributes`);
    }
    this.purpose = props.purpose;
    this.privacyBudget = props.privacyBudget;
    this.zone = props.zone ?? Zone.RAW;
    this.location = workspace.location;
    this.hierarchy = Store.hierarchyOf(this, props.hierarchy);
    const isLake = this.hierarchy === Hierarchy.FOLDERS;
    const replication = checkReplication(owner, workspace.profile, this.location, props.replication);
    const recoverable = recoverableOf(owner, props.recoverableFor);
    const retention = this.retentionOf(workspace.profile, props, recoverable);

    const account = protectedAccount(this, 'Resource', {
      ground: workspace, name: props.accountName === undefined ? nameOf(this, 'storage account') : Names.check(owner, 'storage account', props.accountName),
      replication, isLake, recoverableForDays: recoverable.inDays, deletable: props.deletable,
      tags: {
        'regulated-ml:classification': this.classification.name, 'regulated-ml:zone': this.zone,
        ...(this.purpose ? { 'regulated-ml:purpose': this.purpose.name } : {}),
      },
    });
    this.accountId = account.id;
    this.accountName = account.name;
    const container = new AzapiResource(this, 'Container', {
      type: 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01', name: 'data', parentId: `${account.id}/blobServices/default`,
      body: { properties: { publicAccess: 'None' } }, lifecycle: props.deletable ? undefined : { preventDestroy: true },
    });
    this.containerName = container.name;
    letGo(this, account, { isLake, recoverableForDays: recoverable.inDays, retentionDays: retention?.inDays });
    this.addImmutability(container, props.immutability, workspace.profile, retention);
    const services = isLake ? ['blob', 'dfs'] : ['blob'];
    for (const service of services) {
      privateEndpoint(this, `${service.charAt(0).toUpperCase()}${service.slice(1)}Endpoint`, workspace, {
        targetId: account.id, service, zones: [`privatelink.${service}.core.windows.net`],
      });
    }
    openTo(this, workspace, account.id, services);
    diagnostics(this, account.id, workspace, { logs: false });
    diagnostics(this, `${account.id}/blobServices/default`, workspace, { id: 'BlobDiagnostics' });
    this.datastoreName = this.addDatastore(workspace, container, isLake, props.datastoreName);
    this.grantRead(workspace.identity);
    declareChoice(this, { dimension: 'scalability', choice: `copies as ${replication}`, ...tradeOfReplication(replication) });
    this.declareFlow(retention);
    this.openBudget(props.privacyBudget);
  }

  private retentionOf(profile: ComplianceProfile, props: DataStoreProps, recoverable: Retention): Retention | undefined {
    const kind = this.zone === Zone.CAPTURES ? RecordKind.CAPTURES : RecordKind.DATA;
    const retention = props.retention ?? (kind === RecordKind.CAPTURES ? profile.captureRetention : profile.dataRetention);
    if (kind === RecordKind.CAPTURES && !retention) {
      throw new Error(`store '${this.node.path}' keeps captures and has no retention: give retention, or retention.captures of the profile`);
    }
    if (retention) {
      profile.checkRetention(kind, retention);
      // what is deleted is gone for good only when it can no longer be brought back
      profile.checkRetention(kind, Retention.days(Math.min(retention.inDays + recoverable.inDays, 36_500)));
    }
    return retention;
  }

  private addImmutability(container: AzapiResource, immutability: Immutability | undefined, profile: ComplianceProfile, retention: Retention | undefined): void {
    if (immutability === undefined) return;
    const { retention: time, isLocked } = immutability;
    new StorageContainerImmutabilityPolicy(this, 'Immutability', {
      storageContainerResourceManagerId: container.id, immutabilityPeriodInDays: time.inDays, locked: isLocked, protectedAppendWritesAllEnabled: false,
    });
    declareChoice(this, {
      dimension: 'compliance', choice: `${isLocked ? 'locked' : 'unlocked'} immutability for ${time}`,
      gives: isLocked ? 'nobody changes or deletes what was written, administrators neither' : 'what was written is changed or deleted by those only who may end the policy',
      costs: 'it is paid for until then, and a person who demands erasure has to wait',
    });
    if (this.classification.isPersonal && profile.erasureDuty) {
      Annotations.of(this).addWarning(`what is in store '${this.node.path}' cannot be deleted for ${time} and is ${this.classification} data, which people may demand to have erased: keep only what a law tells you to, or encrypt each person's data with a key that can be deleted`);
    }
    if (retention?.isShorterThan(time)) {
      Annotations.of(this).addWarning(`what is in store '${this.node.path}' cannot be deleted for ${time}, and is to be deleted after ${retention}: make it immutable for no longer than it is kept`);
    }
  }

  private addDatastore(workspace: IWorkspace, container: AzapiResource, isLake: boolean, given: string | undefined): string {
    const name = given === undefined ? nameOf(this, 'datastore') : Names.check(`store '${this.node.path}'`, 'datastore', given);
    new AzapiResource(this, 'Datastore', {
      type: 'Microsoft.MachineLearningServices/workspaces/datastores@2025-12-01', name, parentId: workspace.workspaceId,
      body: {
        properties: {
          description: `${this.classification} data${this.purpose ? ` for ${this.purpose}` : ''}, zone ${this.zone}`,
          credentials: { credentialsType: 'None' },
          accountName: this.accountName, endpoint: 'core.windows.net', protocol: 'https', serviceDataAccessAuthIdentity: 'WorkspaceUserAssignedIdentity',
          ...(isLake ? { datastoreType: 'AzureDataLakeGen2', filesystem: container.name } : { datastoreType: 'AzureBlob', containerName: container.name }),
        },
      },
    });
    return name;
  }
}

function recoverableOf(owner: string, given: Retention | undefined): Retention {
  checkRetention(`recoverableFor of ${owner}`, given);
  const recoverable = given ?? Retention.days(30);
  if (recoverable.inDays > 365) throw new Error(`recoverableFor of ${owner} is ${recoverable}: Azure keeps what was deleted for at most 365 days; give Retention.days(1) to Retention.days(365)`);
  return recoverable;
}
