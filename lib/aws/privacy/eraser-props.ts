import { Purpose } from '../../policy/purpose';
import type { IModelPackageGroup } from '../pipeline/model-package-group';
import type { IDataStore } from '../storage/data-store';
import { RecordLayout } from './record-layout';

/** What any eraser can be told. */
export interface EraserProps {
  /**
   * Which identifier of a request names the person in this store, such as `pseudonym`. Requests carry it in `identifiers`, or the function of
   * `identities` gives it.
   *
   * @default - the subject of the request itself
   */
  readonly identifiedBy?: string;
  /**
   * What the data is held for. When consent is withdrawn, only what is held for nothing else is erased.
   *
   * @default - the purpose of the store, if it states one
   */
  readonly purposes?: Purpose[];
}

/** How the words of people are found in a registry of consent. */
export interface ConsentEraserProps {
  /**
   * Which identifier of a request names the person as receipts do.
   *
   * @default - the subject of the request itself
   */
  readonly identifiedBy?: string;
}

/** How objects of a store are found. */
export interface ObjectsEraserProps extends EraserProps {
  /** How they say whose they are. */
  readonly layout: RecordLayout;
}

/** How captures are found. */
export interface CapturesEraserProps extends EraserProps {
  /**
   * Where in the store they lie.
   *
   * @default 'captures/'
   */
  readonly prefix?: string;
}

/** The format of an offline feature store. */
export enum FeatureTableFormat {
  /** Rows can be deleted. */
  ICEBERG = 'Iceberg',
  /** What is written stays; no person can be erased from it. */
  GLUE = 'Glue',
}

/** The offline store of a feature group, as Athena knows it. */
export interface OfflineFeatureStore {
  /** As the feature group was made; it cannot be changed later. */
  readonly tableFormat: FeatureTableFormat;
  /** Name of its database in the Glue catalog. */
  readonly database: string;
  /** Name of its table. */
  readonly table: string;
  /** The store that its files lie in. */
  readonly store: IDataStore;
  /**
   * Where in the store they lie.
   *
   * @default - anywhere in it
   */
  readonly prefix?: string;
  /** Name of the work group of Athena that queries run in, which says where results go. */
  readonly workGroup: string;
  /** The store that the work group writes results to. No result holds a value. */
  readonly results: IDataStore;
  /**
   * Where in the store results go.
   *
   * @default - anywhere in it
   */
  readonly resultsPrefix?: string;
}

/** A feature group. */
export interface FeatureGroupEraserProps extends EraserProps {
  /** Its name. */
  readonly featureGroupName: string;
  /** The feature that identifies records. */
  readonly recordIdentifier: string;
  /** The feature that has the time of the event. */
  readonly eventTime: string;
  /**
   * Whether event times are numbers of seconds (Fractional), not texts (String).
   *
   * @default false
   */
  readonly eventTimeInSeconds?: boolean;
  /**
   * Whether it has an online store.
   *
   * @default true
   */
  readonly online?: boolean;
  /**
   * Its offline store.
   *
   * @default - it has none
   */
  readonly offline?: OfflineFeatureStore;
}

/** Models that may have learned from people. */
export interface ModelsEraserProps extends EraserProps {
  /** Their versions. */
  readonly group: IModelPackageGroup;
  /** Who decides whether they are trained again, by role and not by name, in small letters, such as `data-protection-officer`. */
  readonly decidedBy: string;
  /**
   * The store that their artifacts lie in, which is accounted for with them. Checkpoints and what a job leaves in `/opt/ml/output/data` lie there too, and
   * nobody is erased from those: where a job writes rows of people there, give the store an eraser of its own as well.
   *
   * @default - none
   */
  readonly artifacts?: IDataStore;
}
