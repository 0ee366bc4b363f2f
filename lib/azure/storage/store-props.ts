import type { Classification } from '../../policy/classification';
import type { PrivacyBudget } from '../../policy/privacy';
import type { Purpose } from '../../policy/purpose';
import type { Retention } from '../../policy/retention';
import type { IWorkspace } from '../workspace/workspace';
import type { Immutability } from './immutability';
import type { Replication } from './replication';
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
   * How much the people in it may lose by all that is trained on it. What goes beyond it fails synth; a step that is not private may not learn from it.
   *
   * @default - none
   */
  readonly privacyBudget?: PrivacyBudget;
  /**
   * How long data is kept before it is deleted.
   *
   * @default - what the profile says for the zone; where it says nothing, data is kept until deleted
   */
  readonly retention?: Retention;
  /**
   * For how long what was deleted (in a flat store, overwritten too) can be brought back, 1 to 365 days. It is gone for good after.
   *
   * @default - 30 days
   */
  readonly recoverableFor?: Retention;
  /**
   * Whether folders are folders (a data lake, ADLS Gen2) or parts of names. A lake has folders that are renamed at once and permissions on
   * folders, but Azure keeps no versions in one: what is overwritten there is gone.
   *
   * @default Hierarchy.FOLDERS
   */
  readonly hierarchy?: Hierarchy;
  /**
   * Where the copies lie that Azure keeps.
   *
   * @default Replication.ZONES
   */
  readonly replication?: Replication;
  /**
   * Keeps everything from being changed or deleted for a time. It stands against a duty to erase: under a framework with one, personal data kept this
   * way cannot be erased on demand, and a warning says so.
   *
   * @default - none
   */
  readonly immutability?: Immutability;
  /**
   * A name for the storage account, one in all of Azure.
   *
   * @default - made from the construct's path
   */
  readonly accountName?: string;
  /**
   * A name for the datastore in the Azure ML workspace.
   *
   * @default - made from the construct's path
   */
  readonly datastoreName?: string;
  /**
   * Whether Terraform may delete it, with all that it holds.
   *
   * @default false
   */
  readonly deletable?: boolean;
}

/** How a store orders what it holds. */
export enum Hierarchy {
  /** Folders, as in a file system: ADLS Gen2. */
  FOLDERS = 'folders',
  /** Names that may hold `/`: blobs, with versions. */
  FLAT = 'flat',
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
   * How much the people in it may lose by all that is trained on it. What goes beyond it fails synth; a step that is not private may not learn from it.
   *
   * @default - none
   */
  readonly privacyBudget?: PrivacyBudget;
  /**
   * How it orders what it holds.
   *
   * @default Hierarchy.FOLDERS
   */
  readonly hierarchy?: Hierarchy;
  /** The region it stands in, by name. */
  readonly location: string;
}
