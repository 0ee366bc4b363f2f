import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Classification } from '../../policy/classification';
import { PrivacyBudget } from '../../policy/privacy';
import { Retention } from '../../policy/retention';
import { Purpose } from '../../policy/purpose';
import type { IWorkspace } from '../workspace/workspace';
import { Replication } from './replication';
import { Zone } from './zone';

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
   * How much the people in it may lose by all that is trained on it, in this app. Whatever learns from it has to be differentially private, and what
   * goes beyond the budget fails synth.
   *
   * @default - none: nothing is counted
   */
  readonly privacyBudget?: PrivacyBudget;
  /**
   * The key to encrypt it with.
   *
   * @default - the workspace's key for the zone
   */
  readonly key?: kms.IKey;
  /**
   * A name for the bucket.
   *
   * @default - CloudFormation makes one
   */
  readonly bucketName?: string;
  /**
   * How long data is kept before it is deleted.
   *
   * @default - what the profile says for the zone; where it says nothing, data is kept until deleted
   */
  readonly retention?: Retention;
  /**
   * For how long an overwritten or deleted version can be brought back. It is deleted for good after.
   *
   * @default - 30 days
   */
  readonly versionRetention?: Retention;
  /**
   * Keeps every version from being deleted or overwritten for a time. It stands against a duty to erase: under a framework with one, personal
   * data locked this way cannot be erased on demand, and a warning says so.
   *
   * @default - none
   */
  readonly objectLock?: s3.ObjectLockRetention;
  /**
   * A second copy of everything, inside the residency.
   *
   * @default - none: versions protect against mistakes, and S3 keeps each object in three zones
   */
  readonly replication?: Replication;
  /**
   * What becomes of the bucket when it leaves its stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** What a store is made from. */
export interface DataStoreProps extends StoreProps {
  /** The workspace it belongs to. */
  readonly workspace: IWorkspace;
}

/** What a store that exists is described by. */
export interface DataStoreAttributes {
  /** Name of its bucket. */
  readonly bucketName: string;
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
  /**
   * The key it is encrypted with; without it, grants give no use of a key.
   *
   * @default - not known
   */
  readonly key?: kms.IKey;
  /**
   * The region it stands in.
   *
   * @default - the region of the stack
   */
  readonly region?: string;
}
