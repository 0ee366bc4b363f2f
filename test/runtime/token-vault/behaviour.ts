import * as fc from 'fast-check';
import type { VaultSettings } from '../../../lib/runtime/token-vault/settings';
import { anyText } from '../../support/any-text';

export const SETTINGS: VaultSettings = {
  tenant: 'cardiology',
  fields: {
    patientId: { kind: 'random', version: 1 },
    phone: { kind: 'random', version: 1 },
    nationalId: { kind: 'deterministic', version: 1 },
    cardNumber: { kind: 'format-preserving', version: 1, alphabet: '0123456789', minLength: 12, maxLength: 19 },
  },
  purposes: { care: 'care', 'readmission-risk': 'readmission-risk' },
  itemsPerMinute: 1_000_000,
  recoveryDays: 7,
};

/** What became of an item. */
export interface Answered { readonly token: string; readonly version?: number; readonly value: string; readonly error: { readonly code: string; readonly message: string } }

/** A vault in whatever cloud. */
export interface VaultInACloud<Instance> {
  /** Settings for the instances that are made from now on. */
  use(changes: Partial<VaultSettings>): void;
  instance(): Instance;
}

/** A fresh instance of each function. */
export interface FunctionsOfAVault {
  tokenize(request: unknown): Promise<{ readonly items: readonly unknown[] }>;
  detokenize(request: unknown): Promise<{ readonly items: readonly unknown[] }>;
}

/** How tests ask a vault. */
export function asking<Instance extends FunctionsOfAVault>(vault: () => VaultInACloud<Instance>) {
  return {
    tokenize: async (items: unknown, on = vault().instance()) => (await on.tokenize({ items })).items as Answered[],
    detokenize: async (items: unknown, on = vault().instance()) => (await on.detokenize({ items })).items as Answered[],
    codes: (items: readonly Answered[]) => items.map(({ error, token, value }) => error?.code ?? (token ?? value ? 'answered' : '?')),
  };
}

/** What a vault does in any cloud. */
export function behavesAsAVault<Instance extends FunctionsOfAVault>(vault: () => VaultInACloud<Instance>): void {
  const { tokenize, detokenize, codes } = asking(vault);

  describe('gives tokens and takes them back', () => {
    const VALUES = ['MRN-00017', 'José Ñandú', '患者一号', 'a\u0000b', ' spaces ', '👩🏽‍⚕️', 'é', 'e\u0301', 'x'.repeat(2_048)];

    test('of every kind, with texts of every kind, each in its place and from another instance', async () => {
      const items = [...VALUES.flatMap((value) => ['patientId', 'nationalId'].map((field) => ({ field, value }))), { field: 'cardNumber', value: '4111111111111111' }];
      const tokens = await tokenize(items);
      expect(codes(tokens)).toEqual(items.map(() => 'answered'));
      expect(new Set(tokens.map(({ token }) => token)).size).toBe(items.length);
      const values = await detokenize(tokens.map(({ token, version }, i) => ({ field: items[i]!.field, token, version })).reverse());
      expect(values.map(({ value }) => value).reverse()).toEqual(items.map(({ value }) => value));
      expect(tokens.at(-1)).toEqual({ token: expect.stringMatching(/^\d{16}$/), version: 1 });
    });

    test('the same value has the same token, from any instance, and in one request as often as it is in there', async () => {
      const items = ['patientId', 'nationalId'].flatMap((field) => [{ field, value: 'twice' }, { field, value: 'twice' }]);
      const first = await tokenize(items);
      expect(await tokenize(items)).toEqual(first);
      expect(new Set(first.map(({ token }) => token)).size).toBe(2);
    });

    test('a random token belongs to a subject: the same value of two subjects has two', async () => {
      const [a, b, again] = await tokenize([
        { field: 'phone', value: '030 1234', subject: 'anna' }, { field: 'phone', value: '030 1234', subject: 'berta' }, { field: 'phone', value: '030 1234', subject: 'anna' },
      ]);
      expect(a!.token).not.toBe(b!.token);
      expect(again).toEqual(a);
    });

    test('any text, of any length that is taken', async () => {
      const instance = vault().instance();
      const text = anyText({ minLength: 1, maxLength: 60 });
      await fc.assert(fc.asyncProperty(fc.array(fc.record({ field: fc.constantFrom('patientId', 'nationalId'), value: text }), { minLength: 1, maxLength: 6 }), async (items) => {
        const tokens = await tokenize(items, instance);
        const values = await detokenize(tokens.map(({ token }, i) => ({ field: items[i]!.field, token })), instance);
        expect(values.map(({ value }) => value)).toEqual(items.map(({ value }) => value));
      }), { numRuns: 10 });
    });

    test('five hundred at a time', async () => {
      const items = Array.from({ length: 500 }, (_, i) => ({ field: i % 20 === 0 ? 'patientId' : (['nationalId', 'cardNumber'] as const)[i % 2]!, value: String(10 ** 13 + i) }));
      const tokens = await tokenize(items);
      expect(new Set(codes(tokens))).toEqual(new Set(['answered']));
      const values = await detokenize(tokens.map(({ token }, i) => ({ field: items[i]!.field, token })));
      expect(values.map(({ value }) => value)).toEqual(items.map(({ value }) => value));
    });
  });

  describe('fails for one item, and answers the others', () => {
    const HALF = 'a\ud83d';
    const CASES: [string, unknown, string][] = [
      ['nothing', null, 'malformed-item'], ['a text', 'patientId', 'malformed-item'], ['a list', [], 'unknown-field'], ['no value', { field: 'patientId' }, 'malformed-item'],
      ['a number', { field: 'patientId', value: 17 }, 'malformed-item'], ['an unknown field', { field: 'address', value: 'x' }, 'unknown-field'],
      ['an inherited name', { field: 'constructor', value: 'x' }, 'unknown-field'], ['an empty value', { field: 'nationalId', value: '' }, 'empty-value'],
      ['an empty subject', { field: 'phone', value: '1', subject: '' }, 'empty-value'], ['a subject that is no text', { field: 'phone', value: '1', subject: {} }, 'malformed-item'],
      ['half a character', { field: 'nationalId', value: HALF }, 'not-unicode'], ['too many bytes', { field: 'nationalId', value: 'é'.repeat(1_025) }, 'value-too-long'],
      ['separators', { field: 'cardNumber', value: '4111 1111 1111 1111' }, 'outside-alphabet'], ['digits of another script', { field: 'cardNumber', value: '٤١١١١١١١١١١١١' }, 'outside-alphabet'],
      ['too few digits', { field: 'cardNumber', value: '41111111111' }, 'outside-length'], ['too many digits', { field: 'cardNumber', value: '4'.repeat(20) }, 'outside-length'],
    ];

    test.each(CASES)('of a value: %s', async (_what, item, code) => {
      expect(codes(await tokenize([{ field: 'nationalId', value: 'first' }, item, { field: 'patientId', value: 'last' }]))).toEqual(['answered', code, 'answered']);
    });

    test('of a token: changed, of another field, of no vault, in another spelling', async () => {
      const [random, siv, format] = await tokenize([{ field: 'patientId', value: 'v' }, { field: 'nationalId', value: 'v' }, { field: 'cardNumber', value: '411111111111' }]) as [Answered, Answered, Answered];
      const spelled = siv.token.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1));
      const items: [unknown, string][] = [
        [{ field: 'phone', token: random.token }, 'unknown-token'], [{ field: 'nationalId', token: random.token }, 'invalid-token'], [{ field: 'patientId', token: siv.token }, 'unknown-token'],
        [{ field: 'patientId', token: `r.${'A'.repeat(27)}` }, 'unknown-token'], [{ field: 'patientId', token: random.token.toLowerCase() }, 'unknown-token'],
        [{ field: 'nationalId', token: spelled }, 'invalid-token'], [{ field: 'nationalId', token: siv.token.replace('d1.', 'd2.') }, 'invalid-token'], [{ field: 'nationalId', token: 'd1.AAAA' }, 'invalid-token'],
        [{ field: 'nationalId', token: siv.token.replace('d1.', 'd99999999999.') }, 'invalid-token'], [{ field: 'cardNumber', token: format.token.slice(1, 9) }, 'outside-length'],
        [{ field: 'cardNumber', token: format.token, version: 2 }, 'malformed-item'], [{ field: 'cardNumber', token: format.token, version: '1' }, 'malformed-item'],
        [{ field: 'patientId', token: '' }, 'invalid-token'], [{ field: 'patientId', token: 'x'.repeat(9_999) }, 'invalid-token'], [{ field: 'patientId' }, 'malformed-item'], [undefined, 'malformed-item'],
        [{ field: 'elsewhere', token: random.token }, 'unknown-field'], [{ field: 'patientId', token: random.token }, 'answered'],
      ];
      expect(codes(await detokenize(items.map(([item]) => item)))).toEqual(items.map(([, code]) => code));
    });

    test('of a deterministic token any change of one letter', async () => {
      const [{ token }] = await tokenize([{ field: 'nationalId', value: '65 170839 J 003' }]) as [Answered];
      const changed = [...token].map((letter, i) => `${token.slice(0, i)}${letter === 'B' ? 'C' : 'B'}${token.slice(i + 1)}`);
      expect(new Set(codes(await detokenize(changed.map((one) => ({ field: 'nationalId', token: one })))))).toEqual(new Set(['invalid-token']));
    });
  });

  describe('key versions', () => {
    const renewed = (version: number) => ({
      fields: {
        patientId: { kind: 'random', version }, nationalId: { kind: 'deterministic', version }, phone: { kind: 'random', version: 1 },
        cardNumber: { kind: 'format-preserving', version, alphabet: '0123456789', minLength: 12, maxLength: 19 },
      } as const,
    });
    const items = [{ field: 'patientId', value: 'renewed' }, { field: 'nationalId', value: 'renewed' }, { field: 'cardNumber', value: '5500000000000004' }];

    test('old tokens open after a renewal; random ones stay, the others are new from then on', async () => {
      const old = await tokenize(items);
      vault().use(renewed(3));
      const current = await tokenize(items);
      expect(current[0]!.token).toBe(old[0]!.token);
      expect(current[1]!.token).toMatch(/^d3\./);
      expect(current[2]).toEqual({ token: expect.not.stringMatching(`^${old[2]!.token}$`), version: 3 });
      for (const tokens of [old, current]) {
        const values = await detokenize(tokens.map(({ token, version }, i) => ({ field: items[i]!.field, token, version })));
        expect(values.map(({ value }) => value)).toEqual(items.map(({ value }) => value));
      }
      const [needed, never] = await detokenize([{ field: 'cardNumber', token: old[2]!.token }, { field: 'cardNumber', token: old[2]!.token, version: 2 }]) as [Answered, Answered];
      expect(needed.error).toEqual({ code: 'version-needed', message: expect.stringContaining('send the version, 1 to 3, that it came with') as string });
      expect(never.error.code).toBe('invalid-token');
    });
  });
}
