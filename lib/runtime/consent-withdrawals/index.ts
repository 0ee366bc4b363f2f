import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { entryOf, type RecordedEntry } from '../consent/entry';
import { ConsentError, guarded, variable } from '../consent/fault';
import { type Place, Withdrawals } from '../consent/withdrawals';

/** What the stream of the table hands over: entries that are new. */
export interface StreamEvent {
  readonly Records: readonly { readonly eventName: string; readonly dynamodb: { readonly NewImage?: Readonly<Record<string, { readonly S?: string }>> } }[];
}

/** What a schedule sends, for withdrawals that came in before they took effect. */
export interface DueEvent {
  readonly action: 'due';
}

/** What others act on, such as the erasure of somebody's data. It can come more than once, and is told once it has taken effect. */
export interface ConsentWithdrawn {
  readonly subject: string;
  /** What this receipt takes back, and nobody has given again since. */
  readonly purposes: readonly string[];
  /** Other purposes of the registry that the same person took back before, and that are not given again either. */
  readonly withdrawnBefore: readonly string[];
  /** From when it holds. */
  readonly at: string;
  /** When the registry took it in: a law that gives a time to act gives it from there. */
  readonly received: string;
  readonly receipt: string;
}

interface Withdrawal extends Pick<Place, 'pk'> {
  readonly entry: RecordedEntry;
}

/** PutEvents takes ten. */
const AT_ONCE = 10;
/** Up to which time withdrawals that had to wait are told. */
const TOLD = 'withdrawals/told-until.json';
/** An index of DynamoDB lags behind its table, by less than seconds; what is told twice does no harm. */
const OVERLAP = 5 * 60_000;
/** No receipt has a time before this one. */
const BEGINNING = '1900';

const dynamo = new DynamoDBClient({ maxAttempts: 6 });
const events = new EventBridgeClient({ maxAttempts: 6 });
const s3 = new S3Client({ maxAttempts: 6 });

/**
 * Tells of withdrawals when they take effect. It reads the stream of the table, so that no withdrawal that is written goes untold, whatever became of
 * the function that wrote it; what fails is read again by the stream. What takes effect on a later day is left to a schedule, which goes on from the
 * time up to which it has told, so that a time that failed is made up for.
 */
export const handler = guarded(async (event: StreamEvent | DueEvent): Promise<void> => {
  const now = new Date().toISOString();
  if (!('Records' in event)) return tellDue(now);
  const images = event.Records.flatMap(({ eventName, dynamodb: { NewImage } }) => (eventName === 'INSERT' && NewImage?.say?.S === 'withdrawn' ? [NewImage] : []));
  const withdrawals = images.map((image): Withdrawal => ({ pk: image.pk!.S!, entry: entryOf(image) }));
  // one that held when it was taken in is in no index of later ones: by a clock that is behind that one it would never be told
  await tell(withdrawals.filter(({ entry: { at, recorded } }) => at <= now || at <= recorded), now);
});

async function tellDue(now: string): Promise<void> {
  const until = await toldUntil();
  const from = until === undefined ? BEGINNING : new Date(Date.parse(until) - OVERLAP).toISOString();
  const withdrawals = new Withdrawals(dynamo, variable('TABLE'));
  let last: string | undefined;
  for await (const places of withdrawals.later(from, now)) {
    const due = await Promise.all(places.map(async (place): Promise<Withdrawal> => ({ pk: place.pk, entry: await withdrawals.at(place) })));
    await tell(due, now);
    last = due.at(-1)?.entry.at ?? last;
    // where the time of the function is over before all is told, the next one goes on from here
    if (due.length > 0) await toldUpTo(last!);
  }
  if (last !== undefined) await toldUpTo(now);
}

async function toldUpTo(until: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: variable('BUCKET'), Key: TOLD, Body: JSON.stringify({ until }), ContentType: 'application/json' }));
}

async function toldUntil(): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: variable('BUCKET'), Key: TOLD }));
    return (JSON.parse(await Body!.transformToString()) as { until: string }).until;
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

async function tell(withdrawals: readonly Withdrawal[], now: string): Promise<void> {
  const told = await Promise.all(together(withdrawals).map((one) => eventOf(one, now)));
  const details = told.filter((detail) => detail !== undefined);
  const entries = details.map((detail): PutEventsRequestEntry => ({
    EventBusName: variable('BUS'), Source: 'regulated-ml.consent', DetailType: 'Consent withdrawn', Detail: JSON.stringify(detail),
  }));
  for (let first = 0; first < entries.length; first += AT_ONCE) {
    const { FailedEntryCount = 0 } = await events.send(new PutEventsCommand({ Entries: entries.slice(first, first + AT_ONCE) }));
    if (FailedEntryCount > 0) throw new ConsentError('Unavailable', `the bus did not take ${FailedEntryCount} of ${entries.length} withdrawals: they are told again`);
  }
  if (told.length > 0) console.log(JSON.stringify({ withdrawals: entries.length, givenAgain: told.length - entries.length }));
}

/** What one receipt says of several purposes. */
function together(withdrawals: readonly Withdrawal[]): Withdrawal[][] {
  const byReceipt = new Map<string, Withdrawal[]>();
  for (const one of withdrawals) {
    const key = JSON.stringify([one.entry.subject, one.entry.at, one.entry.receipt]);
    byReceipt.set(key, [...byReceipt.get(key) ?? [], one]);
  }
  return [...byReceipt.values()];
}

/** @returns undefined where all of it was given again later: an old withdrawal that comes late would erase people who consent */
async function eventOf(withdrawals: readonly Withdrawal[], now: string): Promise<ConsentWithdrawn | undefined> {
  const [{ pk, entry: { subject, at, receipt } }] = withdrawals as [Withdrawal];
  const known = JSON.parse(variable('PURPOSES')) as Record<string, string>;
  const standing = await new Withdrawals(dynamo, variable('TABLE')).standing({ pk }, [...new Set(Object.values(known))], at > now ? at : now);
  const own = [...new Set(withdrawals.map(({ entry }) => entry.purpose))];
  const purposes = own.filter((purpose) => standing.get(purpose) !== 'given');
  if (purposes.length === 0) return undefined;
  const withdrawnBefore = [...standing].filter(([purpose, decision]) => decision === 'withdrawn' && !purposes.includes(purpose)).map(([purpose]) => purpose);
  const received = withdrawals.map(({ entry }) => entry.recorded).sort()[0]!;
  return { subject, purposes, withdrawnBefore, at, received, receipt };
}
