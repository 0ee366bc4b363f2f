import type { Classification } from '../../policy/classification';
import type { PrivacyBudget } from '../../policy/privacy';
import type { Purpose } from '../../policy/purpose';
import type { Retention } from '../../policy/retention';
import type { IWorkspace } from '../workspace/workspace';
import type { Zone } from './zone';

/** What a store of a workspace is made from; `Workspace.addStore` takes these. */
export interface StoreProps {
  /** How sensitive what it will hold is. */
  readonly classification: Classification;
  /**
   * What its data may be used for.
   *
   * @default - not stated
   */
  readonly purpose?: Purpose;
  /**
   * What it is for in the life of data.
   *
   * @default Zone.RAW
   */
  readonly zone?: Zone;
  /**
   * How much the people in it may lose by all that is trained on it, in this app.
   *
   * @default - none: nothing is counted
   */
  readonly privacyBudget?: PrivacyBudget;
  /**
   * How long data is kept before it is deleted.
   *
   * @default - what the profile says for the zone; where it says nothing, data is kept until deleted
   */
  readonly retention?: Retention;
}

/** What a store is made from. */
export interface DataStoreProps extends StoreProps {
  /** The workspace it belongs to. */
  readonly workspace: IWorkspace;
}

/** What a store that exists is described by. */
export interface DataStoreAttributes {
  /** Id of the storage account. */
  readonly accountId: string;
  /** Name of the container. */
  readonly containerName: string;
  /**
   * Name of the datastore in the Azure ML workspace.
   *
   * @default - that of the container, with `_` for `-`
   */
  readonly datastoreName?: string;
  /** How sensitive what it holds is. */
  readonly classification: Classification;
  /**
   * What its data may be used for.
   *
   * @default - not stated
   */
  readonly purpose?: Purpose;
  /**
   * What it is for in the life of data.
   *
   * @default Zone.RAW
   */
  readonly zone?: Zone;
  /**
   * How much the people in it may lose by all that is trained on it, in this app. What other apps train on it is not known here.
   *
   * @default - none: nothing is counted
   */
  readonly privacyBudget?: PrivacyBudget;
  /** The region it stands in, by name. */
  readonly location: string;
}
