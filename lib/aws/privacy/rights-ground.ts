import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct, IConstruct } from 'constructs';
import type { ErasedPlace } from '../../policy/flow';
import { RuntimeFunction } from '../private/runtime-function';
import { ServiceRole } from '../private/service-role';
import type { DataStore } from '../storage/data-store';
import type { IWorkspace } from '../workspace/workspace';
import type { Conflict } from './rights-definition';
import { RightsRecords } from './rights-records';

/** What an eraser is given to stand on. */
export interface RightsGround {
  readonly workspace: IWorkspace;
  readonly records: RightsRecords;
  /** Where copies go. */
  readonly exports: DataStore;
  /** Makes keyed hashes. */
  readonly fingerprintKey: kms.IKey;
}

/** An eraser that stands. */
export interface BoundEraser {
  /** As records name it. */
  readonly store: string;
  readonly function: lambda.IFunction;
  readonly identifier?: string;
  readonly purposes: readonly string[];
  readonly always?: boolean;
  readonly last?: boolean;
  readonly byPerson?: boolean;
  /** Nodes of the data flow that it accounts for, and how: the whole of one and what has a known form there, unless said otherwise. */
  readonly accounts: readonly ({ readonly node: string; readonly how: string } & Partial<ErasedPlace>)[];
  /** What stands against it in its own store. */
  readonly conflicts: readonly Conflict[];
  /** The form of files that it takes rows out of, such as `csv`. */
  readonly rowsOf?: string;
  /** The column, or the field, that says whose a row is. */
  readonly personIn?: string;
  /** The bucket that it deletes versions of. */
  readonly bucketArn?: string;
  /** The store of it that copies of other stores may lie in, or whose copies may lie elsewhere. */
  readonly storeConstruct?: IConstruct;
}

/** Where exports lie. */
export const EXPORT_PREFIX = 'exports/';

export interface EraserFunctionProps {
  readonly job: string;
  readonly description: string;
  /** What it is told of its store. */
  readonly store: object;
  readonly concurrency?: number;
  /** In MB. */
  readonly memory?: number;
}

/** A function of an eraser, that can do nothing yet. */
export function newEraserFunction(scope: Construct, id: string, { workspace, records, fingerprintKey }: RightsGround, props: EraserFunctionProps): RuntimeFunction {
  return new RuntimeFunction(scope, id, {
    job: props.job, workspace, logsKey: workspace.logsKey, description: props.description, timeout: Duration.minutes(15), memory: props.memory ?? 1_024, forgetsEvents: true,
    reservedConcurrency: props.concurrency ?? 2,
    environment: { STORE: JSON.stringify(props.store), RECORDS_TABLE: records.table.tableName, FINGERPRINT_KEY: fingerprintKey.keyArn },
  });
}

/** Allows a role to write a part of the exports, and no more. */
export function allowExport(role: ServiceRole, { exports, workspace }: RightsGround): void {
  role.allow(new iam.PolicyStatement({ actions: ['s3:AbortMultipartUpload', 's3:PutObject'], resources: [exports.bucket.arnForObjects(`${EXPORT_PREFIX}*`)] }));
  role.allowKey(exports.key!, ['kms:Decrypt', 'kms:GenerateDataKey'], 's3', workspace.region);
}

/** Allows the hashes that records have in place of names. */
export function allowFingerprints(role: ServiceRole, { fingerprintKey }: RightsGround): void {
  role.allow(new iam.PolicyStatement({ actions: ['kms:GenerateMac'], resources: [fingerprintKey.keyArn] }));
}
