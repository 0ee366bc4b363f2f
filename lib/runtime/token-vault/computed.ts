import { ff1Decrypt, ff1Encrypt, framed, isLargeEnough, Numerals, sivOpen, sivSeal } from './ciphers';
import { ItemError } from './fault';
import type { KeyRing } from './key-ring';
import type { FieldSetting } from './settings';

type FormatSetting = Extract<FieldSetting, { kind: 'format-preserving' }>;

/** A field whose tokens are computed from its values, and back: nothing is stored. */
export interface ComputedField {
  readonly tenant: string;
  readonly name: string;
  readonly setting: FieldSetting;
}

/** A token, and the version of the key where the token itself has no room for it. */
export interface ComputedToken {
  readonly token: string;
  readonly version?: number;
}

/** The token of a value: the same for the same value, for as long as the field has the same version of its key. */
export async function computeToken(keys: KeyRing, { tenant, name, setting }: ComputedField, value: string): Promise<ComputedToken> {
  const { version } = setting;
  if (setting.kind !== 'format-preserving') {
    const key = await keys.key('siv', name, version);
    return { token: `d${version}.${Buffer.from(sivSeal(key, sivContext(tenant, name, version), Buffer.from(value, 'utf8'))).toString('base64url')}` };
  }
  const { numerals, numbers } = numbersOf(setting, value, 'value');
  return { token: numerals.write(ff1Encrypt(await keys.key('ff1', name, version), tweakOf(tenant, name), numerals.radix, numbers)), version };
}

/**
 * The value of a token.
 *
 * @param version which key made it, where the token does not say
 * @throws the fault of the item
 */
export async function computeValue(keys: KeyRing, field: ComputedField, token: string, version: unknown): Promise<string> {
  return field.setting.kind === 'format-preserving' ? formatted(keys, field, field.setting, token, version) : sealed(keys, field, token);
}

async function sealed(keys: KeyRing, { tenant, name }: ComputedField, token: string): Promise<string> {
  const invalid = () => new ItemError('invalid-token', 'this is no token of the field: it was changed, or made for another field or in another vault');
  const [, digits, text] = /^d([1-9][0-9]{0,5})\.([A-Za-z0-9_-]+)$/.exec(token) ?? [];
  if (!digits || !text) throw invalid();
  const bytes = Buffer.from(text, 'base64url');
  // the last letter has bits that are not read, so several texts would stand for the same bytes
  if (bytes.toString('base64url') !== text) throw invalid();
  const key = await keys.existing('siv', name, Number(digits));
  if (!key) throw invalid();
  try {
    return Buffer.from(sivOpen(key, sivContext(tenant, name, Number(digits)), bytes)).toString('utf8');
  } catch {
    throw invalid();
  }
}

async function formatted(keys: KeyRing, { tenant, name, setting: { version: current } }: ComputedField, setting: FormatSetting, token: string, given: unknown): Promise<string> {
  const { numerals, numbers } = numbersOf(setting, token, 'token');
  if (given === undefined && current > 1) {
    throw new ItemError('version-needed', `the key of the field has been renewed, and a token that keeps the format has no room to say which one made it: send the version, 1 to ${current}, that it came with`);
  }
  const version = given ?? 1;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1 || version > current) {
    throw new ItemError('malformed-item', `the version of a key is a whole number from 1 to ${current}`);
  }
  const key = await keys.existing('ff1', name, version);
  if (!key) throw new ItemError('invalid-token', `no token of the field was made with version ${version} of its key`);
  return numerals.write(ff1Decrypt(key, tweakOf(tenant, name), numerals.radix, numbers));
}

const NUMERALS = new Map<string, Numerals>();

function numbersOf({ alphabet, minLength, maxLength }: FormatSetting, text: string, what: string): { numerals: Numerals; numbers: number[] } {
  const numerals = NUMERALS.get(alphabet) ?? new Numerals(alphabet);
  NUMERALS.set(alphabet, numerals);
  const numbers = numerals.read(text);
  if (!numbers) throw new ItemError('outside-alphabet', `the ${what} has symbols that are not in the alphabet of the field: take separators out, and put them back afterwards`);
  if (numbers.length < minLength || numbers.length > maxLength || !isLargeEnough(numerals.radix, numbers.length)) {
    throw new ItemError('outside-length', `the ${what} has ${numbers.length} symbols, and the field takes ${minLength} to ${maxLength}`);
  }
  return { numerals, numbers };
}

function sivContext(tenant: string, field: string, version: number): Buffer {
  return framed('siv', tenant, field, String(version));
}

function tweakOf(tenant: string, field: string): Buffer {
  return framed('ff1', tenant, field);
}
