import { type AttributeValue, DeleteItemCommand, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { tokenHash } from '../token-vault/audit';
import { guarded, VaultError } from '../token-vault/fault';
import { admit, type Ground, type Handler, isText, MAXIMUM_BYTES, newGround, type VaultRequest } from '../token-vault/request';
import { fieldOf, variable } from '../token-vault/settings';
import { subjectHash } from '../token-vault/subjects';

/** Whom to erase, or tokens whose hashes in the audit log are wanted. */
export interface ShredRequest extends VaultRequest {
  readonly action?: unknown;
}

/** What became of a subject. */
export interface Shredded {
  /** As the audit log and the tables name the subject. */
  readonly subject: string;
  readonly keys: number;
  readonly tokens: number;
}

/** What was destroyed, and what could not be. */
export interface ShredAnswer {
  readonly subjects: readonly Shredded[];
  /** Until when the keys can be brought back, by whoever may restore the table to a point in time. */
  readonly recoverableUntil: string;
  /** Fields whose tokens are computed with one key for all: they open for as long as somebody may detokenize. */
  readonly notShredded: readonly string[];
}

/** The hashes by which the audit log names tokens, in the order of the request. */
export interface TraceAnswer {
  readonly hashes: readonly string[];
}

/**
 * Erases subjects, `{ caller, action: 'shred', items: [subject, …] }`, or tells how the audit log names tokens,
 * `{ caller, action: 'trace', items: [{ field, token }, …] }`. Each can be repeated.
 */
export function shredder(): Handler<ShredRequest, ShredAnswer | TraceAnswer> {
  let ground: Ground | undefined;
  return guarded(async (request, context): Promise<ShredAnswer | TraceAnswer> => {
    ground ??= newGround();
    const action = request?.action;
    if (action !== 'shred' && action !== 'trace') throw new VaultError('MalformedRequest', 'the action of the request is neither shred nor trace');
    const { caller, items } = await admit(ground, action, request, context, request.items);
    const { audit } = ground;
    const onRecord = { action, outcome: 'answered', requestId: context.awsRequestId, caller } as const;
    if (action === 'trace') {
      const hashes = await hashesOf(ground, items);
      await audit.write({ ...onRecord, tokens: hashes });
      return { hashes };
    }
    const subjects = await hashedSubjects(ground, items);
    // before anything is destroyed, so that a function that ends in the middle has left a record
    await audit.write({ ...onRecord, subjects });
    const shredded: Shredded[] = [];
    for (const subject of subjects) shredded.push(await shred(ground.dynamo, subject));
    const { fields, recoveryDays } = ground.settings;
    return {
      subjects: shredded,
      recoverableUntil: new Date(Date.now() + recoveryDays * 24 * 60 * 60 * 1000).toISOString(),
      notShredded: Object.keys(fields).filter((name) => fields[name]!.kind !== 'random'),
    };
  });
}

export const handler = shredder();

async function hashedSubjects({ keys, settings }: Ground, items: readonly unknown[]): Promise<string[]> {
  const wrong = items.some((item) => !isText(item) || item === '' || Buffer.byteLength(item) > MAXIMUM_BYTES);
  if (wrong) throw new VaultError('MalformedRequest', `a subject is a text of 1 to ${MAXIMUM_BYTES} bytes, as it was given when its values became tokens`);
  const index = await keys.key('index');
  return [...new Set(items.map((item) => subjectHash(index, settings.tenant, item as string)))];
}

async function hashesOf({ keys, settings }: Ground, items: readonly unknown[]): Promise<string[]> {
  const tokens = items.map((item) => {
    const { field, token } = (item ?? {}) as Record<string, unknown>;
    if (!fieldOf(settings, field) || typeof token !== 'string') throw new VaultError('MalformedRequest', `to trace a token give its field, one of ${Object.keys(settings.fields).join(', ')}, and the token`);
    return { field: field as string, token };
  });
  const key = await keys.key('audit');
  return tokens.map(({ field, token }) => tokenHash(key, field, token));
}

/**
 * The keys go first: from then on nothing of the subject can be read, whatever happens to the rest. The rows of its values and tokens follow, so that
 * nobody can find out any more that there were such values.
 */
async function shred(dynamo: DynamoDBClient, subject: string): Promise<Shredded> {
  const table = variable('SUBJECTS_TABLE');
  const keys = await rowsOf(dynamo, subject, 'key#');
  for (const { record } of keys) await dynamo.send(new DeleteItemCommand({ TableName: table, Key: { subject: { S: subject }, record: record! } }));
  const values = await rowsOf(dynamo, subject, 'value#');
  for (const { record, token } of values) {
    // the row that leads to the token goes last, or a second try would not find it
    await dynamo.send(new DeleteItemCommand({ TableName: variable('TOKENS_TABLE'), Key: { token: token! } }));
    await dynamo.send(new DeleteItemCommand({ TableName: table, Key: { subject: { S: subject }, record: record! } }));
  }
  return { subject, keys: keys.length, tokens: values.length };
}

async function rowsOf(dynamo: DynamoDBClient, subject: string, prefix: string): Promise<Record<string, AttributeValue>[]> {
  const rows: Record<string, AttributeValue>[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(new QueryCommand({
      TableName: variable('SUBJECTS_TABLE'), ConsistentRead: true, ExclusiveStartKey: from,
      KeyConditionExpression: 'subject = :subject AND begins_with(#record, :prefix)', ExpressionAttributeNames: { '#record': 'record', '#token': 'token' },
      ExpressionAttributeValues: { ':subject': { S: subject }, ':prefix': { S: prefix } }, ProjectionExpression: '#record, #token',
    }));
    rows.push(...page.Items ?? []);
    from = page.LastEvaluatedKey;
  } while (from);
  return rows;
}
