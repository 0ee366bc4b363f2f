import { tally } from './audit';
import { computeToken, type ComputedToken } from './computed';
import { failed, type FailedItem, ItemError } from './fault';
import { RandomTokens, type Wish } from './random-tokens';
import { admit, type Call, type Ground, isText, MAXIMUM_BYTES, type VaultRequest } from './request';
import { fieldOf, type FieldSetting, type VaultSettings } from './settings';
import type { ValueStore } from './store';

/** One item, once it is known to be one. */
interface Value {
  readonly field: string;
  readonly setting: FieldSetting;
  readonly value: string;
  readonly subject: string;
}

/** For each item, in the order of the request, its token or why there is none. */
export interface TokenizeAnswer {
  readonly items: readonly (ComputedToken | FailedItem)[];
}

/** Gives tokens for values: `{ items: [{ field, value, subject? }] }`. */
export async function tokenize(ground: Ground<ValueStore>, request: VaultRequest, call: Call): Promise<TokenizeAnswer> {
  const { settings, keys, audit, store } = ground;
  const { caller, items } = await admit(ground, 'tokenize', request?.items, call);
  const values = items.map((item) => valueOf(item, settings));
  const random = new RandomTokens(store, keys, settings.tenant);
  const wishes = values.flatMap((one): Wish[] => (one instanceof ItemError || one.setting.kind !== 'random' ? [] : [{ ...one, version: one.setting.version }]));
  const drawn = (await random.of(wishes)).values();
  const answers = await inTurn(values, async (one): Promise<ComputedToken | ItemError> => {
    if (one instanceof ItemError) return one;
    const { field: name, setting, value } = one;
    if (setting.kind !== 'random') return computeToken(keys, { tenant: settings.tenant, name, setting }, value).catch(asItemError);
    const token = drawn.next().value!;
    return typeof token === 'string' ? { token } : token;
  });
  await audit.write({
    action: 'tokenize', outcome: 'answered', requestId: call.requestId, caller,
    items: tally(answers.map((answer, i) => ({ field: nameOf(values[i]!), outcome: answer instanceof ItemError ? answer.fault : 'answered' }))),
  });
  return { items: answers.map((answer) => (answer instanceof ItemError ? failed(answer) : answer)) };
}

function valueOf(item: unknown, settings: VaultSettings): Value | ItemError {
  if (typeof item !== 'object' || item === null) return new ItemError('malformed-item', 'an item is an object with a field and a value');
  const { field, value, subject } = item as Record<string, unknown>;
  const setting = fieldOf(settings, field);
  if (!setting) return new ItemError('unknown-field', `the vault has no such field: it has ${Object.keys(settings.fields).join(', ')}`);
  const subjectText = subject ?? value;
  if (typeof value !== 'string' || typeof subjectText !== 'string') return new ItemError('malformed-item', 'a value, and the subject that it is of, are texts');
  if (value === '' || subjectText === '') return new ItemError('empty-value', 'a value, and the subject that it is of, have at least one character');
  if (!isText(value) || !isText(subjectText)) return new ItemError('not-unicode', 'the text has half a character in it, which no encoding can give back');
  if (Buffer.byteLength(value) > MAXIMUM_BYTES || Buffer.byteLength(subjectText) > MAXIMUM_BYTES) return new ItemError('value-too-long', `a value, and the subject that it is of, have at most ${MAXIMUM_BYTES} bytes`);
  return { field: field as string, setting, value, subject: subjectText };
}

function nameOf(one: Value | ItemError): string {
  return one instanceof ItemError ? '(none)' : one.field;
}

/** One after the other: the ciphers do not wait for anything. */
async function inTurn<T, R>(items: readonly T[], answer: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (const item of items) answers.push(await answer(item));
  return answers;
}

function asItemError(error: unknown): ItemError {
  if (error instanceof ItemError) return error;
  throw error;
}
