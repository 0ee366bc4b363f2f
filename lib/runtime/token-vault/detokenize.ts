import { tally, tokenHash } from './audit';
import { computeValue } from './computed';
import { failed, type FailedItem, ItemError } from './fault';
import type { KeyRing } from './key-ring';
import { admit, type Call, type Ground, isText, MAXIMUM_BYTES, type VaultRequest } from './request';
import { fieldOf, type FieldSetting, type VaultSettings } from './settings';
import type { KeyPlace, SubjectKeyRow, TokenRow, TokenStore } from './store';
import { openValue, unwrapKey } from './subjects';

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

/** Gives back values, for a purpose: `{ items: [{ field, token, version? }] }`. */
export async function detokenize(ground: Ground<TokenStore>, request: VaultRequest, call: Call): Promise<DetokenizeAnswer> {
  const { settings, keys, audit, store } = ground;
  const { caller, items, purpose } = await admit(ground, 'detokenize', request?.items, call);
  const tokens = items.map((item) => tokenOf(item, settings));
  const vaulted = await valuesOf(store, keys, settings, tokens.filter((one): one is Token => !(one instanceof ItemError) && one.setting.kind === 'random'));
  const answers: (string | ItemError)[] = [];
  for (const one of tokens) {
    if (one instanceof ItemError) answers.push(one);
    else if (one.setting.kind === 'random') answers.push(vaulted.get(one)!);
    else answers.push(await computeValue(keys, { tenant: settings.tenant, name: one.field, setting: one.setting }, one.token, one.version).catch(asItemError));
  }
  const key = await keys.key('audit');
  await audit.write({
    action: 'detokenize', outcome: 'answered', requestId: call.requestId, caller, purpose,
    items: tally(answers.map((answer, i) => ({ field: nameOf(tokens[i]!), outcome: answer instanceof ItemError ? answer.fault : 'answered' }))),
    tokens: tokens.flatMap((one) => (one instanceof ItemError ? [] : [tokenHash(key, one.field, one.token)])),
  });
  return { items: answers.map((answer) => (answer instanceof ItemError ? failed(answer) : { value: answer })) };
}

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
async function valuesOf(store: TokenStore, keys: KeyRing, { tenant }: VaultSettings, tokens: readonly Token[]): Promise<Map<Token, string | ItemError>> {
  const answers = new Map<Token, string | ItemError>();
  const unknown = new ItemError('unknown-token', 'the vault knows no such token of the field');
  const wellFormed = tokens.filter((one) => /^r\.[A-Za-z0-9_-]{27}$/.test(one.token));
  const rows = await store.tokens([...new Set(wellFormed.map(({ token }) => token))]);
  const row = new Map(rows.rows.map((one) => [one.token, one]));
  const missedRows = new Set(rows.missed);
  const found = await store.subjectKeys([...new Map(rows.rows.map(({ subject, field }) => [placeId({ subject, field }), { subject, field }])).values()]);
  const wrapped = new Map(found.rows.map((one) => [placeId(one), one]));
  const missedKeys = new Set(found.missed.map(placeId));
  for (const one of tokens) {
    const kept = row.get(one.token);
    const place = kept && placeId({ subject: kept.subject, field: one.field });
    if (missedRows.has(one.token) || (place && missedKeys.has(place))) answers.set(one, new ItemError('unavailable', 'the store did not get to this token: try again'));
    else if (!kept || kept.field !== one.field) answers.set(one, unknown);
    else answers.set(one, await open(keys, tenant, kept, wrapped.get(place!)));
  }
  return answers;
}

async function open(keys: KeyRing, tenant: string, { field, subject, token, sealed }: TokenRow, key?: SubjectKeyRow): Promise<string | ItemError> {
  if (!key) return new ItemError('shredded', 'the key of the subject was destroyed: the value is lost for good');
  const place = { tenant, field, subject };
  const wrapping = await keys.existing('wrap', field, key.version);
  if (!wrapping) return new ItemError('unavailable', 'the key of the field is not in the store of keys: it has to be restored');
  try {
    return openValue(unwrapKey(wrapping, place, key.keyId, key.wrapped), place, token, sealed);
  } catch {
    // a subject that came back after it was erased has another key
    return new ItemError('shredded', 'the key of the subject was destroyed, or the row of the token was changed: the value cannot be read');
  }
}

function placeId({ subject, field }: KeyPlace): string {
  return `${subject} ${field}`;
}

function nameOf(one: Token | ItemError): string {
  return one instanceof ItemError ? '(none)' : one.field;
}

function asItemError(error: unknown): ItemError {
  if (error instanceof ItemError) return error;
  throw error;
}
