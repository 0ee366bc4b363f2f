import { randomBytes } from 'node:crypto';
import { AthenaClient, GetQueryExecutionCommand, GetQueryResultsCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { DeleteRecordCommand, GetRecordCommand, SageMakerFeatureStoreRuntimeClient } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { StoreAnswer, StoreRequest } from '../rights/contract';
import { guarded, RightsError, settings } from '../rights/fault';
import { type Running, type Swept, sweepHidden } from './sweep';
import { countQuery, deletions, unloadQuery } from './queries';

/** What the construct says of a feature group. */
export interface FeatureGroup {
  readonly name: string;
  readonly recordIdentifier: string;
  readonly eventTime: string;
  /** Whether event times are texts or seconds. */
  readonly eventTimeIs: 'text' | 'seconds';
  readonly online: boolean;
  readonly offline?: OfflineTable;
}

/** The Iceberg table of an offline store. */
export interface OfflineTable {
  readonly database: string;
  readonly table: string;
  readonly workGroup: string;
  /** Where its files lie. */
  readonly bucket: string;
  readonly prefix: string;
}

/** How far it has come: the query that runs, or the versions of files that were swept. */
interface Progress {
  readonly step: number;
  readonly query?: string;
  readonly swept?: Swept;
  readonly counts: Record<string, number>;
}

/** What is written online reaches the offline store within fifteen minutes, the marker of its deletion too. */
const BUFFERED = 16 * 60;
const POLL = 15;
const ENOUGH = 2 * 60 * 1000;

const features = new SageMakerFeatureStoreRuntimeClient({ maxAttempts: 6 });
const athena = new AthenaClient({ maxAttempts: 6 });
const s3 = new S3Client({ maxAttempts: 6 });

/**
 * Deletes the record of a person from the online store for good, and then every row of it from the Iceberg table of the offline store: deleted, rewritten,
 * and the snapshots that still had it expired. Or copies what both hold. Queries take their time: what is left is asked for again.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-delete-records.html
 */
export const handler = guarded(async (request: StoreRequest, context: Running): Promise<StoreAnswer> => {
  const group = settings<FeatureGroup>();
  const progress = (request.cursor ?? undefined) as Progress | undefined;
  if (!progress) return begin(request, group);
  if (progress.swept) return sweep(request, group.offline!, progress, context);
  return proceed(request, group, progress);
});

async function begin(request: StoreRequest, group: FeatureGroup): Promise<StoreAnswer> {
  const records = group.online ? await (request.action === 'erase' ? eraseOnline(request, group) : collectOnline(request, group)) : 0;
  const counts = { records };
  if (!group.offline) return { state: 'done', counts };
  // what is collected is what is there now
  return request.action === 'erase' ? { state: 'more', cursor: { step: 0, counts } satisfies Progress, wait: group.online ? BUFFERED : 1 } : proceed(request, group, { step: 0, counts });
}

async function eraseOnline({ subject }: StoreRequest, group: FeatureGroup): Promise<number> {
  const found = await recordOf(subject, group);
  // An event time that is not later deletes nothing: a clock that wrote ahead of ours must not keep the record.
  const written = found?.find(({ FeatureName }) => FeatureName === group.eventTime)?.ValueAsString;
  await features.send(new DeleteRecordCommand({
    FeatureGroupName: group.name, RecordIdentifierValueAsString: subject, EventTime: laterThan(written, group.eventTimeIs), DeletionMode: 'HardDelete',
  }));
  return found ? 1 : 0;
}

function laterThan(written: string | undefined, is: FeatureGroup['eventTimeIs']): string {
  const known = written === undefined ? NaN : is === 'seconds' ? Number(written) * 1000 : Date.parse(written);
  const time = Math.max(Date.now(), Number.isNaN(known) ? 0 : Math.floor(known / 1000) * 1000 + 1000);
  // in whole seconds a text has no fraction
  return is === 'seconds' ? String(Math.ceil(time / 1000)) : new Date(Math.ceil(time / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

async function collectOnline(request: StoreRequest, group: FeatureGroup): Promise<number> {
  const found = await recordOf(request.subject, group);
  if (!found) return 0;
  const body = JSON.stringify(Object.fromEntries(found.map(({ FeatureName, ValueAsString, ValueAsStringList }) => [FeatureName, ValueAsStringList ?? ValueAsString])), null, 2);
  await s3.send(new PutObjectCommand({ Bucket: request.export!.bucket, Key: `${request.export!.prefix}${request.store}/online.json`, Body: body, ContentType: 'application/json' }));
  return 1;
}

async function recordOf(subject: string, { name }: FeatureGroup) {
  const { Record: record } = await features.send(new GetRecordCommand({ FeatureGroupName: name, RecordIdentifierValueAsString: subject }));
  return record?.length ? record : undefined;
}

/** Waits for a query, and starts the next one. */
async function proceed(request: StoreRequest, group: FeatureGroup, { step, query, counts }: Progress): Promise<StoreAnswer> {
  const offline = group.offline!;
  const queries = request.action === 'erase'
    ? [countQuery, ...deletions]
    : [countQuery, (...given: Parameters<typeof countQuery>) => unloadQuery(...given, `s3://${request.export!.bucket}/${request.export!.prefix}${request.store}/offline/`)];
  let next = step;
  let found = counts;
  if (query !== undefined) {
    const state = await stateOf(query);
    if (state === undefined) return { state: 'more', cursor: { step, query, counts }, wait: POLL };
    if (step === 0) found = { ...counts, rows: await resultOf(query) };
    next = step + 1;
    // An erasure goes on: a run before may have deleted the rows and ended before the files.
    if (request.action === 'collect' && found.rows === 0) return { state: 'done', counts: found };
  }
  const text = queries[next];
  if (!text) return request.action === 'erase' ? { state: 'more', cursor: { step: next, swept: { versions: 0, refused: 0 }, counts: found } satisfies Progress } : { state: 'done', counts: found };
  const { QueryExecutionId } = await athena.send(new StartQueryExecutionCommand({
    WorkGroup: offline.workGroup, QueryExecutionContext: { Database: offline.database },
    QueryString: text(offline, group.recordIdentifier, request.subject, randomBytes(16).toString('hex')),
  }));
  return { state: 'more', cursor: { step: next, query: QueryExecutionId!, counts: found }, wait: POLL };
}

/** Files that the table gave up are hidden in a bucket with versions, and have to be deleted in each. */
async function sweep(request: StoreRequest, { bucket, prefix }: OfflineTable, { step, swept, counts }: Progress, context: Running): Promise<StoreAnswer> {
  const { isDone, ...state } = await sweepHidden(request, bucket, prefix, swept!, () => context.getRemainingTimeInMillis() > ENOUGH);
  if (!isDone) return { state: 'more', cursor: { step, swept: state, counts } satisfies Progress };
  const { versions, refused } = state;
  return { state: refused > 0 ? 'open' : 'done', counts: { ...counts, versions, ...(refused > 0 ? { refused } : {}) }, conflicts: refused > 0 ? ['locked'] : [] };
}

/** @returns undefined while it runs */
async function stateOf(QueryExecutionId: string): Promise<'SUCCEEDED' | undefined> {
  const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
  const state = QueryExecution?.Status?.State;
  if (state === 'QUEUED' || state === 'RUNNING') return undefined;
  // why it failed can quote what it read
  if (state !== 'SUCCEEDED') throw new RightsError('Unavailable', `query ${QueryExecutionId} ended as ${state}: look at it in Athena`);
  return state;
}

async function resultOf(QueryExecutionId: string): Promise<number> {
  const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
  return Number(ResultSet?.Rows?.[1]?.Data?.[0]?.VarCharValue ?? NaN);
}
