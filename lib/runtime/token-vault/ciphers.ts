import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { aessiv } from '@noble/ciphers/aes.js';
import { FF1 } from '@noble/ciphers/ff1.js';

/** SP 800-38G Rev. 1 asks for at least a million values: fewer can be tried out. */
export const MINIMUM_DOMAIN = 1_000_000;

const GCM_NONCE = 12;
const GCM_TAG = 16;

/** Bytes that no other list of texts has: each is preceded by its length. */
export function framed(...parts: readonly string[]): Buffer {
  return Buffer.concat(parts.flatMap((part) => {
    const bytes = Buffer.from(part, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  }));
}

/** HMAC-SHA-256 of a list of texts, in base64url. */
export function fingerprint(key: Uint8Array, ...parts: readonly string[]): string {
  return createHmac('sha256', key).update(framed(...parts)).digest('base64url');
}

/**
 * AES-SIV (RFC 5297): the same value gives the same bytes, and changed bytes do not open.
 *
 * @param key 64 bytes, two keys of AES-256
 * @param context is authenticated, and has to be the same to open it
 */
export function sivSeal(key: Uint8Array, context: Uint8Array, value: Uint8Array): Uint8Array {
  return aessiv(key, context).encrypt(value);
}

/** @throws when the bytes were changed, or made with another key or context */
export function sivOpen(key: Uint8Array, context: Uint8Array, sealed: Uint8Array): Uint8Array {
  return aessiv(key, context).decrypt(sealed);
}

/** AES-256-GCM with a random nonce in front. A key seals the values of one subject in one field, far below the 2^32 of SP 800-38D. */
export function gcmSeal(key: Uint8Array, context: Uint8Array, value: Uint8Array): Buffer {
  const nonce = randomBytes(GCM_NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context);
  const sealed = [nonce, cipher.update(value), cipher.final()];
  return Buffer.concat([...sealed, cipher.getAuthTag()]);
}

/** @throws when the bytes were changed, or made with another key or context */
export function gcmOpen(key: Uint8Array, context: Uint8Array, sealed: Uint8Array): Buffer {
  if (sealed.length < GCM_NONCE + GCM_TAG) throw new Error('too short');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, GCM_NONCE), { authTagLength: GCM_TAG }).setAAD(context);
  decipher.setAuthTag(sealed.subarray(sealed.length - GCM_TAG));
  return Buffer.concat([decipher.update(sealed.subarray(GCM_NONCE, sealed.length - GCM_TAG)), decipher.final()]);
}

/** The symbols of an alphabet, each with its number. */
export class Numerals {
  private readonly symbols: readonly string[];
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(alphabet: string) {
    this.symbols = [...alphabet];
    this.numbers = new Map(this.symbols.map((symbol, index) => [symbol, index]));
  }

  public get radix(): number {
    return this.symbols.length;
  }

  /** The numbers of a text's symbols; undefined when it has one that is not in the alphabet. */
  public read(text: string): number[] | undefined {
    const numbers = [...text].map((symbol) => this.numbers.get(symbol));
    return numbers.includes(undefined) ? undefined : numbers as number[];
  }

  public write(numbers: readonly number[]): string {
    return numbers.map((number) => this.symbols[number]).join('');
  }
}

/** Whether texts of a length are too many to be tried out. */
export function isLargeEnough(radix: number, length: number): boolean {
  return length * Math.log(radix) >= Math.log(MINIMUM_DOMAIN) - 1e-9;
}

/**
 * FF1 (NIST SP 800-38G): texts of an alphabet become texts of the same alphabet and length.
 *
 * @throws when there are fewer than a million texts of the length
 */
export function ff1Encrypt(key: Uint8Array, tweak: Uint8Array, radix: number, numbers: readonly number[]): number[] {
  return cipherFor(key, tweak, radix, numbers.length).encrypt([...numbers]);
}

/** @throws when there are fewer than a million texts of the length */
export function ff1Decrypt(key: Uint8Array, tweak: Uint8Array, radix: number, numbers: readonly number[]): number[] {
  return cipherFor(key, tweak, radix, numbers.length).decrypt([...numbers]);
}

function cipherFor(key: Uint8Array, tweak: Uint8Array, radix: number, length: number): ReturnType<typeof FF1> {
  if (!isLargeEnough(radix, length)) {
    throw new Error(`${length} symbols of an alphabet of ${radix} are fewer than ${MINIMUM_DOMAIN} texts`);
  }
  return FF1(radix, key, tweak);
}
