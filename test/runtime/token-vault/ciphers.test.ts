import { aessiv } from '@noble/ciphers/aes.js';
import * as fc from 'fast-check';
import { ff1Decrypt, ff1Encrypt, fingerprint, framed, gcmOpen, gcmSeal, isLargeEnough, Numerals, sivOpen, sivSeal } from '../../../lib/runtime/token-vault/ciphers';
import wycheproof from './wycheproof.json';

const hex = (text: string) => Buffer.from(text, 'hex');
const DIGITS = '0123456789';
const BASE36 = '0123456789abcdefghijklmnopqrstuvwxyz';

describe('FF1', () => {
  const K128 = '2B7E151628AED2A6ABF7158809CF4F3C';
  const K192 = `${K128}EF4359D8D580AA4F`;
  const K256 = `${K192}7F036D6F04FC6A94`;
  // https://csrc.nist.gov/csrc/media/projects/cryptographic-standards-and-guidelines/documents/examples/ff1samples.pdf, samples 1 to 9
  const SAMPLES: [string, string, string, string, string][] = [
    [K128, DIGITS, '', '0123456789', '2433477484'],
    [K128, DIGITS, '39383736353433323130', '0123456789', '6124200773'],
    [K128, BASE36, '3737373770717273373737', '0123456789abcdefghi', 'a9tv40mll9kdu509eum'],
    [K192, DIGITS, '', '0123456789', '2830668132'],
    [K192, DIGITS, '39383736353433323130', '0123456789', '2496655549'],
    [K192, BASE36, '3737373770717273373737', '0123456789abcdefghi', 'xbj3kv35jrawxv32ysr'],
    [K256, DIGITS, '', '0123456789', '6657667009'],
    [K256, DIGITS, '39383736353433323130', '0123456789', '1001623463'],
    [K256, BASE36, '3737373770717273373737', '0123456789abcdefghi', 'xs8a0azh2avyalyzuwd'],
  ];

  test.each(SAMPLES)('gives what NIST gives, with key %s, alphabet %s, tweak %s', (key, alphabet, tweak, plain, cipher) => {
    const numerals = new Numerals(alphabet);
    expect(numerals.write(ff1Encrypt(hex(key), hex(tweak), numerals.radix, numerals.read(plain)!))).toBe(cipher);
    expect(numerals.write(ff1Decrypt(hex(key), hex(tweak), numerals.radix, numerals.read(cipher)!))).toBe(plain);
  });

  test.each(wycheproof.ff1.map((vector): [number, typeof vector] => [vector.tcId, vector]))('gives what Wycheproof gives: %d', (_id, { key, tweak, radix, msg, ct }) => {
    expect(ff1Encrypt(hex(key), hex(tweak), radix, msg)).toEqual(ct);
    expect(ff1Decrypt(hex(key), hex(tweak), radix, ct)).toEqual(msg);
  });

  test.each(wycheproof.ff1Invalid.map((vector): [number, string, typeof vector] => [vector.tcId, vector.flag, vector]))('fails where Wycheproof says so: %d, %s', (_id, _flag, { key, tweak, radix, msg }) => {
    expect(() => ff1Encrypt(hex(key), hex(tweak), radix, msg)).toThrow();
  });

  test('fails for fewer than a million texts: five digits, three letters of 36, nineteen bits; and takes one symbol more', () => {
    for (const [radix, length] of [[10, 5], [36, 3], [2, 19], [100, 2]] as const) {
      expect(() => ff1Encrypt(hex(K256), hex(''), radix, Array(length).fill(1))).toThrow('fewer than 1000000 texts');
      expect(isLargeEnough(radix, length + 1)).toBe(true);
      expect(ff1Encrypt(hex(K256), hex(''), radix, Array(length + 1).fill(1))).toHaveLength(length + 1);
    }
  });

  test('gives back any text, of the same length and alphabet, and another one for another tweak or key', () => {
    const text = fc.integer({ min: 2, max: 256 }).chain((radix) => fc.record({
      radix: fc.constant(radix), numbers: fc.array(fc.integer({ min: 0, max: radix - 1 }), { minLength: Math.ceil(6 / Math.log10(radix)), maxLength: 60 }),
    }));
    fc.assert(fc.property(text, fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ maxLength: 40 }), ({ radix, numbers }, key, tweak) => {
      const token = ff1Encrypt(key, tweak, radix, numbers);
      expect(token).toHaveLength(numbers.length);
      expect(token.every((one) => Number.isInteger(one) && one >= 0 && one < radix)).toBe(true);
      expect(ff1Encrypt(key, tweak, radix, numbers)).toEqual(token);
      expect(ff1Decrypt(key, tweak, radix, token)).toEqual(numbers);
    }), { numRuns: 150 });
    const numbers = Array.from({ length: 24 }, (_, i) => i % 10);
    const token = ff1Encrypt(hex(K256), framed('a'), 10, numbers);
    expect(ff1Decrypt(hex(K256), framed('b'), 10, token)).not.toEqual(numbers);
    expect(ff1Decrypt(hex(`${K128}${K128}`), framed('a'), 10, token)).not.toEqual(numbers);
  });

  test('is one to one on what it is given', () => {
    const seen = new Set(Array.from({ length: 2_000 }, (_, i) => ff1Encrypt(hex(K256), hex(''), 10, [...String(i).padStart(6, '0')].map(Number)).join('')));
    expect(seen.size).toBe(2_000);
  });
});

describe('AES-SIV', () => {
  test('gives what RFC 5297 gives in A.1', () => {
    const key = hex('fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');
    const context = hex('101112131415161718191a1b1c1d1e1f2021222324252627');
    const sealed = sivSeal(key, context, hex('112233445566778899aabbccddee'));
    expect(Buffer.from(sealed).toString('hex')).toBe('85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c');
    expect(Buffer.from(sivOpen(key, context, sealed)).toString('hex')).toBe('112233445566778899aabbccddee');
  });

  test('of the same library gives what RFC 5297 gives in A.2, with three pieces of context', () => {
    const key = hex('7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f');
    const context = ['00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100', '102030405060708090a0', '09f911029d74e35bd84156c5635688c0'].map(hex);
    const plain = '7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d414553';
    const sealed = '7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d';
    expect(Buffer.from(aessiv(key, ...context).encrypt(hex(plain))).toString('hex')).toBe(sealed);
    expect(Buffer.from(aessiv(key, ...context).decrypt(hex(sealed))).toString('hex')).toBe(plain);
  });

  test.each(wycheproof.siv.map((vector): [number, string, typeof vector] => [vector.tcId, vector.result, vector]))('agrees with Wycheproof: %d, %s', (_id, result, { key, aad, msg, ct }) => {
    if (result === 'valid') {
      expect(Buffer.from(sivSeal(hex(key), hex(aad), hex(msg))).toString('hex')).toBe(ct);
      expect(Buffer.from(sivOpen(hex(key), hex(aad), hex(ct))).toString('hex')).toBe(msg);
    } else {
      expect(() => sivOpen(hex(key), hex(aad), hex(ct))).toThrow();
    }
  });

  test('gives back any bytes, the same for the same, and nothing after a change of one bit, of the context or of the key', () => {
    const key = fc.uint8Array({ minLength: 64, maxLength: 64 });
    fc.assert(fc.property(key, fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.string(), fc.nat(), (secret, value, context, position) => {
      const sealed = sivSeal(secret, framed(context), value);
      expect(sivSeal(secret, framed(context), value)).toEqual(sealed);
      expect(Buffer.from(sivOpen(secret, framed(context), sealed))).toEqual(Buffer.from(value));
      expect(() => sivOpen(secret, framed(context), flipped(sealed, position))).toThrow();
      expect(() => sivOpen(secret, framed(`${context}.`), sealed)).toThrow();
      expect(() => sivOpen(flipped(secret, position), framed(context), sealed)).toThrow();
    }), { numRuns: 100 });
  });
});

describe('AES-GCM', () => {
  test('gives back any bytes, and nothing after a change of one bit, of the context or of the key', () => {
    const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(fc.property(key, fc.uint8Array({ maxLength: 200 }), fc.string(), fc.nat(), (secret, value, context, position) => {
      const sealed = gcmSeal(secret, framed(context), value);
      expect(gcmOpen(secret, framed(context), sealed)).toEqual(Buffer.from(value));
      expect(gcmSeal(secret, framed(context), value)).not.toEqual(sealed);
      expect(() => gcmOpen(secret, framed(context), flipped(sealed, position))).toThrow();
      expect(() => gcmOpen(secret, framed(`${context}.`), sealed)).toThrow();
      expect(() => gcmOpen(flipped(secret, position), framed(context), sealed)).toThrow();
    }), { numRuns: 100 });
    expect(() => gcmOpen(new Uint8Array(32), framed(), new Uint8Array(27))).toThrow('too short');
  });
});

describe('what is framed', () => {
  test('tells apart what joined texts would not', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 4 }), fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 4 }), (a, b) => {
      expect(framed(...a).equals(framed(...b))).toBe(JSON.stringify(a) === JSON.stringify(b));
    }));
    expect(framed('ab', 'c').equals(framed('a', 'bc'))).toBe(false);
    expect(fingerprint(new Uint8Array(32), 'a', 'b')).not.toBe(fingerprint(new Uint8Array(32).fill(1), 'a', 'b'));
  });
});

function flipped(bytes: Uint8Array, position: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const bit = position % (changed.length * 8);
  changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
}
