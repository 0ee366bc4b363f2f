import { isRecord, shown } from '../given';
import { having } from '../required';

/** SP 800-38G Rev. 1 asks for at least a million texts: fewer can be tried out. */
const MINIMUM_DOMAIN = 1_000_000;

/** The longest text that keeps its format: the work grows with the square of the length. */
const MAXIMUM_LENGTH = 256;

/**
 * The symbols of an alphabet.
 *
 * @throws an error that names what is wrong
 */
export function checkSymbols(symbols: string): string {
  const list = typeof symbols === 'string' ? [...symbols] : [];
  if (list.length < 2 || list.length > 256) throw new Error(`alphabet ${shown(symbols)} has ${list.length} symbols: give 2 to 256 different characters, such as '0123456789'`);
  if (/\p{Surrogate}/u.test(symbols)) throw new Error('the alphabet has half a character in it: give whole ones');
  const twice = list.find((symbol, index) => list.indexOf(symbol) !== index);
  if (twice !== undefined) throw new Error(`alphabet ${shown(symbols)} has '${twice}' twice: give each symbol once`);
  return symbols;
}

/** What a text that keeps its format is made of. */
export interface TokenFormat {
  readonly alphabet: string;
  readonly minLength: number;
  readonly maxLength: number;
}

/** What a format is given as, in any cloud. */
interface FormatGiven {
  readonly alphabet: { readonly symbols: string };
  readonly minLength: number;
  readonly maxLength: number;
  readonly mode?: string;
}

/**
 * A format of FF1.
 *
 * @throws an error when fewer than a million texts are possible, or for another mode
 */
export function checkFormat(given: FormatGiven): TokenFormat {
  if (!isRecord(given)) throw new Error(`a format is made of an alphabet and lengths, not of ${shown(given)}: give an object with alphabet, minLength and maxLength, such as { alphabet: Alphabet.DIGITS, minLength: 6, maxLength: 9 }`);
  const { alphabet, minLength, maxLength, mode = 'FF1' } = given;
  if (mode !== 'FF1') {
    if (!/^FF3/i.test(String(mode))) throw new Error(`mode ${shown(mode)} is none that there is here: take FormatPreservingMode.FF1`);
    throw new Error(`mode ${shown(mode)} is refused: FF3 is broken, and the draft of NIST SP 800-38G Rev. 1 of February 2025 leaves out FF3-1 too; take FormatPreservingMode.FF1`);
  }
  if (!isRecord(alphabet) || typeof alphabet.symbols !== 'string') throw new Error(`the alphabet is ${shown(alphabet)}: give one, such as Alphabet.DIGITS`);
  const { symbols } = alphabet;
  checkLengths([...symbols].length, minLength, maxLength);
  return { alphabet: symbols, minLength, maxLength };
}

function checkLengths(radix: number, minLength: number, maxLength: number): void {
  if (!Number.isInteger(minLength) || !Number.isInteger(maxLength) || minLength < 1 || maxLength < minLength || maxLength > MAXIMUM_LENGTH) {
    throw new Error(`lengths from ${shown(minLength)} to ${shown(maxLength)} are not usable: give whole numbers, the least first, at most ${MAXIMUM_LENGTH}`);
  }
  const least = Math.ceil(Math.log(MINIMUM_DOMAIN) / Math.log(radix) - 1e-9);
  if (minLength < least) {
    throw new Error(`there are fewer than a million texts of ${minLength} symbols of an alphabet of ${radix}, so that all can be tried out: give a minLength of at least ${least}, or take TokenField.random()`);
  }
}

/**
 * Which key of a field makes new tokens.
 *
 * @throws an error for what is no version
 */
export function keyVersionOf(options: { readonly keyVersion?: number }): number {
  const version = options?.keyVersion ?? 1;
  if (!Number.isInteger(version) || version < 1 || version > 999_999) throw new Error(`the version of a key is ${shown(version)}: give a whole number from 1 to 999999, one more than before to renew the key`);
  return version;
}

/**
 * Passes for fields that a vault can have.
 *
 * @param owner such as `vault 'Stack/Vault'`
 * @throws an error that names the field, and what to give
 */
export function checkTokenFields(owner: string, fields: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(fields);
  if (names.length === 0) throw new Error(`${owner} has no fields: give at least one, such as { patientId: TokenField.random() }`);
  for (const name of names) {
    if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) throw new Error(`${owner}: field ${shown(name)} is not usable: give 1 to 64 letters, digits or '_', beginning with a letter`);
    if (!having('kind', 'keyVersion')(fields[name])) throw new Error(`${owner}: field '${name}' is ${shown(fields[name])}: give TokenField.random(), TokenField.deterministic() or TokenField.formatPreserving(…)`);
  }
}

/** What a vault asks of most of its props, in any cloud. */
export const VAULT_PROPS = {
  tenant: { is: (value: unknown) => typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value), give: "1 to 64 letters, digits, '-', '_' or '.', such as 'cardiology'" },
  fields: { is: isRecord, give: 'at least one, such as { patientId: TokenField.random() }' },
  purposes: { is: having('name', 'isSame'), give: "a purpose, such as Purpose.of('care')", list: true },
  classification: { is: having('isPersonal'), give: 'a classification', optional: true },
  itemsPerMinute: { is: isCount(1, 10_000_000), give: 'a whole number from 1 to 10000000', optional: true },
  concurrency: { is: isCount(1, 1_000), give: 'a whole number from 1 to 1000', optional: true },
} as const;

/** Whether something is a whole number in a range. */
export function isCount(least: number, most: number): (value: unknown) => boolean {
  return (value) => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

/** What tokens in place of values give, and cost: for the table of trade-offs. */
export function tradeOfTokens(fields: Readonly<Record<string, { readonly kind: string }>>) {
  const computed = Object.keys(fields).filter((name) => fields[name]!.kind !== 'random');
  return {
    dimension: 'privacy', choice: `tokens in place of ${Object.keys(fields).join(', ')}`,
    gives: 'data can be joined and trained on without the values, which a few roles turn back for a purpose, each time on record',
    costs: computed.length > 0
      ? `a call for each batch; equal values of ${computed.join(', ')} can be told by their equal tokens, and erasing a subject's key does not reach them`
      : 'a call for each batch, and writes to a table for each new value',
  } as const;
}
