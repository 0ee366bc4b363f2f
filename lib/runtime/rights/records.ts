import {
  type AttributeValue, DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Conflict, StoreState } from './contract';
import { variable } from './fault';

const dynamo = new DynamoDBClient({ maxAttempts: 6 });

/** The index of requests that are not answered. */
export const OPEN_INDEX = 'open';

/** A request on record: nothing that names a person. */
export interface RequestRecord {
  readonly requestId: string;
  readonly kind: string;
  readonly person: string;
  /** Tells a request apart from another under the same id. */
  readonly digest: string;
  readonly receivedAt: string;
  /** Of a withdrawal: from when it holds. */
  readonly effectiveAt?: string;
  readonly due: string;
  readonly citation: string;
  readonly purposes?: readonly string[];
}

/** What became of a store in a run. */
export interface StoreRecord {
  readonly requestId: string;
  readonly store: string;
  readonly execution: string;
  readonly action: string;
  readonly state: StoreState;
  readonly counts: Readonly<Record<string, number>>;
  readonly conflicts: readonly Conflict[];
  /** Name of an error, when it failed. */
  readonly error?: string;
}

/** Versions that were deleted, in one call. */
export interface DeletionRecord {
  readonly requestId: string;
  readonly store: string;
  readonly execution: string;
  readonly person: string;
  /** The bucket. */
  readonly place: string;
  /** Keyed hashes of keys, each with its version. */
  readonly objects: readonly { readonly key: string; readonly version: string }[];
}

/**
 * Enters a request, once: an entry with the same content is entered again, and its deadline stays.
 *
 * @returns what is on record, and whether that has the same content
 */
export async function enter(request: RequestRecord, execution: string): Promise<{ readonly record: RequestRecord; readonly isSame: boolean }> {
  try {
    await put({
      request: text(request.requestId), record: text('request'), kind: text(request.kind), person: text(request.person), digest: text(request.digest),
      receivedAt: text(request.receivedAt), due: text(request.due), citation: text(request.citation), state: text('open'), open: text('open'),
      ...(request.effectiveAt === undefined ? {} : { effectiveAt: text(request.effectiveAt) }),
      ...(request.purposes ? { purposes: { L: request.purposes.map(text) } } : {}), execution: text(execution), enteredAt: text(now()),
    }, 'attribute_not_exists(#request)', { '#request': 'request' });
    return { record: request, isSame: true };
  } catch (error) {
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
  }
  const { Item: found = {} } = await dynamo.send(new GetItemCommand({ TableName: variable('RECORDS_TABLE'), Key: keyOf(request.requestId), ConsistentRead: true }));
  const isSame = found.digest?.S === request.digest;
  if (isSame) {
    await update(request.requestId, 'SET #state = :open, #open = :open, execution = :execution REMOVE closedAt', 'attribute_exists(#request)', {
      ':open': text('open'), ':execution': text(execution),
    });
  }
  const { receivedAt, due, citation } = found;
  return { record: { ...request, receivedAt: receivedAt?.S ?? request.receivedAt, due: due?.S ?? request.due, citation: citation?.S ?? request.citation }, isSame };
}

/** Writes what became of a store; a run that is repeated writes it again. */
export async function recordStore(found: StoreRecord): Promise<void> {
  await put({
    request: text(found.requestId), record: text(`store#${found.store}#${found.execution}`), store: text(found.store), action: text(found.action), state: text(found.state),
    counts: { M: Object.fromEntries(Object.entries(found.counts).map(([word, count]) => [word, { N: String(count) }])) }, conflicts: { L: found.conflicts.map(text) },
    execution: text(found.execution), at: text(now()), ...(found.error === undefined ? {} : { error: text(found.error) }),
  });
}

/**
 * Writes which versions are deleted: before they are, and again with how many were refused. One that stays without an outcome was asked for, and
 * whether it came about was not heard.
 */
export async function recordDeletion(deletion: DeletionRecord, batch: string, refused?: number): Promise<void> {
  await put({
    request: text(deletion.requestId), record: text(`deleted#${deletion.store}#${batch}`), store: text(deletion.store), person: text(deletion.person), place: text(deletion.place),
    objects: { L: deletion.objects.map(({ key, version }) => ({ M: { key: text(key), version: text(version) } })) }, execution: text(deletion.execution),
    by: text(process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'unknown'), at: text(now()), state: text(refused === undefined ? 'asked' : 'answered'),
    ...(refused === undefined ? {} : { refused: { N: String(refused) } }),
  });
}

/** Writes that somebody has to decide about models. It is not written again: what was decided stays. */
export async function recordDecision(requestId: string, store: string, person: string, decidedBy: string, packages: readonly string[]): Promise<void> {
  try {
    await put({
      request: text(requestId), record: text(`decision#${store}`), store: text(store), person: text(person), decidedBy: text(decidedBy), packages: { L: packages.map(text) },
      state: text('open'), at: text(now()),
    }, 'attribute_not_exists(#request)', { '#request': 'request' });
  } catch (error) {
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
  }
}

/** Writes what was decided about models; false where nothing was to be decided, or was decided before. */
export async function decide(requestId: string, store: string, decision: string): Promise<boolean> {
  try {
    await dynamo.send(new UpdateItemCommand({
      TableName: variable('RECORDS_TABLE'), Key: keyOf(requestId, `decision#${store}`), UpdateExpression: 'SET #state = :decided, decision = :decision, decidedAt = :at',
      ConditionExpression: '#state = :open', ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':decided': text('decided'), ':open': text('open'), ':decision': text(decision), ':at': text(now()) },
    }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

/** Writes that somebody has seen to what a store left open. */
export async function settle(requestId: string, store: string, ground: string): Promise<void> {
  await put({ request: text(requestId), record: text(`store#${store}#settled`), store: text(store), state: text('done'), ground: text(ground), at: text(now()) });
}

/** Where the stores of a request stand, each by what was written last. */
export async function statesOf(requestId: string): Promise<Map<string, string>> {
  const latest = new Map<string, { readonly at: string; readonly state: string }>();
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(new QueryCommand({
      TableName: variable('RECORDS_TABLE'), ConsistentRead: true, ExclusiveStartKey: from, KeyConditionExpression: '#request = :request AND begins_with(#record, :store)',
      ExpressionAttributeNames: { '#request': 'request', '#record': 'record' }, ExpressionAttributeValues: { ':request': text(requestId), ':store': text('store#') },
    }));
    for (const { store, at, state } of page.Items ?? []) {
      const known = latest.get(store!.S!);
      if (!known || known.at <= at!.S!) latest.set(store!.S!, { at: at!.S!, state: state!.S! });
    }
    from = page.LastEvaluatedKey;
  } while (from);
  return new Map([...latest].map(([store, { state }]) => [store, state]));
}

/** Ends a run of the workflow on a request, which is answered or left open, with what stands against saying that it was all. */
export async function close(requestId: string, isAnswered: boolean, conflicts: readonly string[]): Promise<void> {
  await update(requestId, `SET #state = :state, closedAt = :at, conflicts = :conflicts${isAnswered ? ' REMOVE #open' : ''}`, 'attribute_exists(#request)', {
    ':state': text(isAnswered ? 'answered' : 'open'), ':at': text(now()), ':conflicts': { L: conflicts.map(text) },
  });
}

/** Ends a request that was left open, unless the workflow is at it. */
export async function closeSettled(requestId: string): Promise<void> {
  try {
    await update(requestId, 'SET #state = :state, closedAt = :at REMOVE #open', 'attribute_exists(#request) AND attribute_exists(closedAt)', {
      ':state': text('answered'), ':at': text(now()),
    });
  } catch (error) {
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
  }
}

/** When requests that are not answered are due, the earliest first. */
export async function* openRequests(): AsyncGenerator<string> {
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(new QueryCommand({
      TableName: variable('RECORDS_TABLE'), IndexName: OPEN_INDEX, KeyConditionExpression: '#open = :open', ExpressionAttributeNames: { '#open': 'open' },
      ExpressionAttributeValues: { ':open': text('open') }, ExclusiveStartKey: from,
    }));
    for (const { due } of page.Items ?? []) if (due?.S !== undefined) yield due.S;
    from = page.LastEvaluatedKey;
  } while (from);
}

async function update(requestId: string, UpdateExpression: string, ConditionExpression: string, ExpressionAttributeValues: Record<string, AttributeValue>): Promise<void> {
  const names = { '#state': 'state', '#request': 'request', '#open': 'open' };
  const used = Object.entries(names).filter(([name]) => `${UpdateExpression} ${ConditionExpression}`.includes(name));
  await dynamo.send(new UpdateItemCommand({
    TableName: variable('RECORDS_TABLE'), Key: keyOf(requestId), UpdateExpression, ConditionExpression, ExpressionAttributeNames: Object.fromEntries(used), ExpressionAttributeValues,
  }));
}

async function put(Item: Record<string, AttributeValue>, ConditionExpression?: string, ExpressionAttributeNames?: Record<string, string>): Promise<void> {
  await dynamo.send(new PutItemCommand({ TableName: variable('RECORDS_TABLE'), Item, ConditionExpression, ExpressionAttributeNames }));
}

function keyOf(requestId: string, record: string = 'request'): Record<string, AttributeValue> {
  return { request: text(requestId), record: text(record) };
}

function text(value: string): AttributeValue.SMember {
  return { S: value };
}

function now(): string {
  return new Date().toISOString();
}
