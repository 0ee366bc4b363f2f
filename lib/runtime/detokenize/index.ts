import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tally, tokenHash } from '../token-vault/audit';
import { batchGet } from '../token-vault/batch-get';
import { computeValue } from '../token-vault/computed';
import { failed, type FailedItem, guarded, ItemError } from '../token-vault/fault';
import type { KeyRing } from '../token-vault/key-ring';
import { admit, type Ground, type Handler, isText, MAXIMUM_BYTES, newGround, type VaultRequest } from '../token-vault/request';
import { fieldOf, type FieldSetting, variable, type VaultSettings } from '../token-vault/settings';
import { keyRecord, openValue, unwrapKey } from '../token-vault/subjects';

type Item = Record<string, AttributeValue>;

/** One item, once it is known to be one. */
interface Token {
  readonly field: string;
  readonly setting: FieldSetting;
  readonly token: string;
  readonly version: unknown;
}

/** For each item, in the order of the request, its value or why there is none. */
export interface DetokenizeAnswer {
  readonly items: readonly ({ readonly value: string } | FailedItem)[];
}

/** Room for the longest value, sealed and written in base64url. */
const MAXIMUM_TOKEN = Math.ceil(((MAXIMUM_BYTES + 16) * 4) / 3) + 16;

/** Gives back values: `{ caller, items: [{ field, token, version? }] }`, to whom may invoke the alias of a purpose. */
export function detokenizer(): Handler<VaultRequest, DetokenizeAnswer> {
  let ground: Ground | undefined;
  return guarded(async (request, context): Promise<DetokenizeAnswer> => {
    ground ??= newGround();
    const { settings, keys, audit, dynamo } = ground;
    const { caller, items, purpose } = await admit(ground, 'detokenize', request, context, request?.items, settings.purposes);
    const tokens = items.map((item) => tokenOf(item, settings));
    const vaulted = await valuesOf(dynamo, keys, settings, tokens.filter((one): one is Token => !(one instanceof ItemError) && one.setting.kind === 'random'));
    const answers: (string | ItemError)[] = [];
    for (const one of tokens) {
      if (one instanceof ItemError) answers.push(one);
      else if (one.setting.kind === 'random') answers.push(vaulted.get(one)!);
      else answers.push(await computeValue(keys, { tenant: settings.tenant, name: one.field, setting: one.setting }, one.token, one.version).catch(asItemError));
    }
    const key = await keys.key('audit');
    await audit.write({
      action: 'detokenize', outcome: 'answered', requestId: context.awsRequestId, caller, purpose,
      items: tally(answers.map((answer, i) => ({ field: nameOf(tokens[i]!), outcome: answer instanceof ItemError ? answer.fault : 'answered' }))),
      tokens: tokens.flatMap((one) => (one instanceof ItemError ? [] : [tokenHash(key, one.field, one.token)])),
    });
    return { items: answers.map((answer) => (answer instanceof ItemError ? failed(answer) : { value: answer })) };
  });
}

export const handler = detokenizer();

function tokenOf(item: unknown, settings: VaultSettings): Token | ItemError {
  if (typeof item !== 'object' || item === null) return new ItemError('malformed-item', 'an item is an object with a field and a token');
  const { field, token, version } = item as Record<string, unknown>;
  const setting = fieldOf(settings, field);
  if (!setting) return new ItemError('unknown-field', `the vault has no such field: it has ${Object.keys(settings.fields).join(', ')}`);
  if (typeof token !== 'string') return new ItemError('malformed-item', 'a token is a text');
  if (token === '' || token.length > MAXIMUM_TOKEN || !isText(token)) return new ItemError('invalid-token', `no token is like this: it has 1 to ${MAXIMUM_TOKEN} characters`);
  return { field: field as string, setting, token, version };
}

/** The values of random tokens. Keys of subjects are read for this request only: of one that was erased nothing is held anywhere. */
async function valuesOf(dynamo: DynamoDBClient, keys: KeyRing, { tenant }: VaultSettings, tokens: readonly Token[]): Promise<Map<Token, string | ItemError>> {
  const answers = new Map<Token, string | ItemError>();
  const unknown = new ItemError('unknown-token', 'the vault knows no such token of the field');
  const wellFormed = tokens.filter((one) => /^r\.[A-Za-z0-9_-]{27}$/.test(one.token));
  const rows = await batchGet(dynamo, variable('TOKENS_TABLE'), [...new Set(wellFormed.map(({ token }) => token))].map((token) => ({ token: { S: token } })));
  const row = new Map(rows.items.map((item) => [item.token!.S!, item]));
  const missedRows = new Set(rows.missed.map((item) => item.token!.S!));
  const subjects = new Map(rows.items.map((item) => [`${item.subject!.S!} ${item.field!.S!}`, { subject: item.subject!, record: { S: keyRecord(item.field!.S!) } }]));
  const found = await batchGet(dynamo, variable('SUBJECTS_TABLE'), [...subjects.values()]);
  const wrapped = new Map(found.items.map((item) => [`${item.subject!.S!} ${item.record!.S!}`, item]));
  const missedKeys = new Set(found.missed.map((item) => `${item.subject!.S!} ${item.record!.S!}`));
  for (const one of tokens) {
    const item = row.get(one.token);
    const place = item && `${item.subject!.S!} ${keyRecord(one.field)}`;
    if (missedRows.has(one.token) || (place && missedKeys.has(place))) answers.set(one, new ItemError('unavailable', 'the store did not get to this token: try again'));
    else if (!item || item.field!.S !== one.field) answers.set(one, unknown);
    else answers.set(one, await open(keys, tenant, one, item, wrapped.get(place!)));
  }
  return answers;
}

async function open(keys: KeyRing, tenant: string, { field, token }: Token, item: Item, row?: Item): Promise<string | ItemError> {
  if (!row) return new ItemError('shredded', 'the key of the subject was destroyed: the value is lost for good');
  const place = { tenant, field, subject: item.subject!.S! };
  const wrapping = await keys.existing('wrap', field, Number(row.version!.N));
  if (!wrapping) return new ItemError('unavailable', 'the key of the field is not in the table of keys: it has to be restored');
  try {
    return openValue(unwrapKey(wrapping, place, row.keyId!.S!, row.wrapped!.B!), place, token, item.sealed!.B!);
  } catch {
    // a subject that came back after it was erased has another key
    return new ItemError('shredded', 'the key of the subject was destroyed, or the row of the token was changed: the value cannot be read');
  }
}

function nameOf(one: Token | ItemError): string {
  return one instanceof ItemError ? '(none)' : one.field;
}

function asItemError(error: unknown): ItemError {
  if (error instanceof ItemError) return error;
  throw error;
}
