import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import type { Construct, IConstruct } from 'constructs';
import type { Classification } from '../../policy/classification';
import type { PrivacyBudget } from '../../policy/privacy';
import type { Purpose } from '../../policy/purpose';
import { nameOf } from '../private/names';
import type { IIdentity } from '../workspace/identity';
import type { DataInput } from './data-input';
import { ImportedStore } from './imported-store';
import { Store } from './store';
import type { DataStoreAttributes, DataStoreProps } from './store-props';
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

/** A store of a workspace. */
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
  public readonly location: string;

  constructor(scope: Construct, id: string, props: DataStoreProps) {
    super(scope, id);
    const { workspace } = props;
    this.classification = Store.classificationOf(this, props.classification);
    this.purpose = props.purpose;
    this.privacyBudget = props.privacyBudget;
    this.zone = props.zone ?? Zone.RAW;
    this.location = workspace.location;
    const account = new StorageAccount(this, 'Resource', {
      name: nameOf(this, 'storage account'), location: workspace.location, resourceGroupName: workspace.resourceGroupName,
      accountTier: 'Standard', accountReplicationType: 'ZRS',
    });
    this.accountId = account.id;
    this.accountName = account.name;
    this.containerName = 'data';
    this.datastoreName = nameOf(this, 'datastore');
    this.declareFlow();
  }
}
