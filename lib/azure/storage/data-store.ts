import type { IConstruct } from 'constructs';
import type { Classification } from '../../policy/classification';
import type { PrivacyBudget } from '../../policy/privacy';
import type { Purpose } from '../../policy/purpose';
import type { IIdentity } from '../workspace/identity';
import type { DataInput } from './data-input';
import type { Zone } from './zone';

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
export type DataStore = IDataStore;
