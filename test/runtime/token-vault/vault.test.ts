import * as fc from 'fast-check';
import { describeWithMoto } from '../../support/moto';
import { Vault } from './fixture';

interface Answered { readonly token: string; readonly version?: number; readonly value: string; readonly error: { readonly code: string; readonly message: string } }

describeWithMoto('a vault', () => {
  let vault: Vault;

  beforeAll(async () => {
    vault = await Vault.start();
  });
  afterEach(() => {
    vault.interfere = () => undefined;
    vault.use({});
  });
  afterAll(() => vault?.stop());

  const tokenize = async (items: unknown, on = vault.instance()) => (await on.tokenize({ items })).items as unknown as Answered[];
  const detokenize = async (items: unknown, on = vault.instance()) => (await on.detokenize({ items })).items as unknown as Answered[];
  const codes = (items: readonly Answered[]) => items.map(({ error, token, value }) => error?.code ?? (token ?? value ? 'answered' : '?'));

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
      const instance = vault.instance();
      const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
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

  describe('under concurrency', () => {
    test('fifty instances that meet a value, a subject and a vault for the first time agree on one token', async () => {
      const before = { ...process.env };
      const fresh = await Vault.start();
      try {
        const instances = Array.from({ length: 50 }, () => fresh.instance());
        const answers = await Promise.all(instances.map((one) => one.tokenize({ items: [{ field: 'patientId', value: 'the same' }, { field: 'phone', value: '1', subject: 'the same' }] })));
        expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
        expect(await fresh.rows('tokens')).toHaveLength(2);
        // a key and a value in each of the two fields
        expect(await fresh.rows('subjects')).toHaveLength(4);
        expect((await fresh.rows('keys')).map(({ id }) => id!.S!.split('#')[0]).sort()).toEqual(['index', 'wrap', 'wrap']);
      } finally {
        await fresh.stop();
        Object.assign(process.env, before);
      }
    });

    test('while a subject is erased and comes back again and again, nothing is written that cannot be read afterwards', async () => {
      const items = [{ field: 'patientId', value: 'to and fro' }];
      const write = async () => {
        for (let round = 0; round < 4; round++) await tokenize(items);
      };
      const erase = async () => {
        const instance = vault.instance();
        for (let round = 0; round < 8; round++) await instance.shred({ action: 'shred', items: ['to and fro'] });
      };
      await Promise.all([write(), write(), write(), erase()]);
      const [last] = await tokenize(items);
      // a shred that ran in between may have left a row of a value whose key it took: erasing again finishes it
      await vault.instance().shred({ action: 'shred', items: ['to and fro'] });
      const [{ token }] = await tokenize(items) as [Answered];
      expect(await detokenize([{ field: 'patientId', token }])).toEqual([{ value: 'to and fro' }]);
      expect(codes(await detokenize([{ field: 'patientId', token: last!.token }]))).not.toEqual(['answered']);
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

    test('of rows that somebody moved about in the tables: a value opens under its own token and subject only', async () => {
      const [a, b] = await tokenize([{ field: 'phone', value: 'of a', subject: 'moved-a' }, { field: 'phone', value: 'of b', subject: 'moved-b' }]) as [Answered, Answered];
      const rows = await vault.rows('tokens');
      const [rowA, rowB] = [a, b].map(({ token }) => rows.find((row) => row.token!.S === token)!) as [typeof rows[0], typeof rows[0]];
      const reads = async () => codes(await detokenize([{ field: 'phone', token: a.token }, { field: 'phone', token: b.token }]));
      await vault.put('tokens', { ...rowA, sealed: rowB.sealed! });
      expect(await reads()).toEqual(['shredded', 'answered']);
      await vault.put('tokens', { ...rowA, sealed: rowB.sealed!, subject: rowB.subject! });
      expect(await reads()).toEqual(['shredded', 'answered']);
      await vault.put('tokens', rowA);
      expect(await reads()).toEqual(['answered', 'answered']);
      const keys = (await vault.rows('subjects')).filter(({ record }) => record!.S === 'key#phone');
      const [keyA, keyB] = [rowA, rowB].map(({ subject }) => keys.find((row) => row.subject!.S === subject!.S)!) as [typeof rows[0], typeof rows[0]];
      await vault.put('subjects', { ...keyB, subject: keyA.subject! });
      expect(await reads()).toEqual(['shredded', 'answered']);
      await vault.put('subjects', keyA);
      expect(await reads()).toEqual(['answered', 'answered']);
    });

    test('of a vault of another tenant', async () => {
      const [random, siv] = await tokenize([{ field: 'patientId', value: 'v' }, { field: 'nationalId', value: 'v' }]) as [Answered, Answered];
      vault.use({ tenant: 'oncology' });
      // the same tables and the same key of KMS: the encryption context is what keeps them apart
      await expect(detokenize([{ field: 'nationalId', token: siv.token }])).rejects.toThrow(/did not answer \(InvalidCiphertextException\)/);
      await expect(detokenize([{ field: 'patientId', token: random.token }])).rejects.toThrow(/InvalidCiphertextException/);
    });
  });

  describe('fails for a whole request', () => {
    test.each([
      ['no items', {}, /holds no list of items: send a list of 1 to 500$/], ['none', { items: [] }, /holds 0 items/], ['too many', { items: Array(501).fill({}) }, /holds 501 items/],
      ['items that are none', { items: { length: 1 } }, /no list of items/],
    ])('of %s', async (_what, request, message) => {
      await expect(vault.instance().tokenize(request)).rejects.toMatchObject({ name: 'MalformedRequest', message: expect.stringMatching(message) as string });
      await expect(vault.instance().detokenize(request)).rejects.toMatchObject({ name: 'MalformedRequest' });
    });

    test.each([undefined, null, 'text', 17, []])('that is %p', async (request) => {
      const raw = vault.instance();
      await expect(raw.tokenize(request)).rejects.toMatchObject({ name: expect.stringMatching(/^(UnknownCaller|MalformedRequest)$/) as string });
    });

    test('for no purpose, and for one that the payload names', async () => {
      const unqualified = { invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:vault-detokenize' };
      const request = { items: [{ field: 'nationalId', token: 'd1.AAAA' }], purpose: 'care', purposes: ['care'] };
      await expect(vault.instance().detokenize(request, unqualified)).rejects.toMatchObject({ name: 'UnknownPurpose', message: expect.stringContaining('aliases care, readmission-risk') as string });
      for (const alias of ['marketing', '$LATEST', '1', '__proto__', 'constructor']) {
        await expect(vault.instance().detokenize(request, { invokedFunctionArn: `${unqualified.invokedFunctionArn}:${alias}` })).rejects.toMatchObject({ name: 'UnknownPurpose' });
      }
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
      vault.use(renewed(3));
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

  describe('erasing a subject', () => {
    test('makes its random tokens unreadable at once, for an instance that has just read them too, and leaves no row', async () => {
      const items = [{ field: 'patientId', value: 'mrs-b' }, { field: 'phone', value: '1', subject: 'mrs-b' }, { field: 'phone', value: '2', subject: 'mrs-b' }, { field: 'phone', value: '2', subject: 'mr-c' }];
      const tokens = await tokenize(items);
      const reader = vault.instance();
      const asked = tokens.map(({ token }, i) => ({ field: items[i]!.field, token }));
      expect(codes(await detokenize(asked, reader))).toEqual(['answered', 'answered', 'answered', 'answered']);
      const answer = await vault.instance().shred({ action: 'shred', items: ['mrs-b', 'mrs-b', 'nobody'] });
      expect(answer.subjects.map(({ keys, tokens: count }) => [keys, count])).toEqual([[2, 3], [0, 0]]);
      expect(answer.notShredded).toEqual(['nationalId', 'cardNumber']);
      expect(Date.parse(answer.recoverableUntil) - Date.now()).toBeGreaterThan(6.9 * 24 * 3_600_000);
      expect(codes(await detokenize(asked, reader))).toEqual(['unknown-token', 'unknown-token', 'unknown-token', 'answered']);
      expect((await vault.rows('subjects')).filter(({ subject }) => subject!.S === answer.subjects[0]!.subject)).toEqual([]);
      expect((await vault.instance().shred({ action: 'shred', items: ['mrs-b'] })).subjects).toEqual([{ subject: answer.subjects[0]!.subject, keys: 0, tokens: 0 }]);
    });

    test('that ends after the keys has made everything unreadable already, and a second run finishes it', async () => {
      const items = [{ field: 'phone', value: 'a', subject: 'mr-d' }, { field: 'phone', value: 'b', subject: 'mr-d' }];
      const tokens = await tokenize(items);
      let deletions = 0;
      vault.interfere = ({ target }) => (target.endsWith('.DeleteItem') && deletions++ >= 1 ? { status: 400, body: { __type: 'com.amazonaws#AccessDeniedException', message: 'no' } } : undefined);
      await expect(vault.instance().shred({ action: 'shred', items: ['mr-d'] })).rejects.toMatchObject({ name: 'Unavailable' });
      vault.interfere = () => undefined;
      expect(codes(await detokenize(tokens.map(({ token }) => ({ field: 'phone', token }))))).toEqual(['shredded', 'shredded']);
      expect((await vault.instance().shred({ action: 'shred', items: ['mr-d'] })).subjects[0]).toMatchObject({ keys: 0, tokens: 2 });
      const [again] = await tokenize([items[0]]) as [Answered];
      expect(again.token).not.toBe(tokens[0]!.token);
      expect(await detokenize([{ field: 'phone', token: again.token }])).toEqual([{ value: 'a' }]);
    });

    test.each([['no action', { items: ['x'] }], ['another', { action: 'delete', items: ['x'] }], ['no text', { action: 'shred', items: [17] }], ['an empty subject', { action: 'shred', items: [''] }],
      ['a token without a field', { action: 'trace', items: [{ token: 'x' }] }], ['nothing to trace', { action: 'trace', items: [null] }],
    ])('fails for %s', async (_what, request) => {
      await expect(vault.instance().shred(request)).rejects.toMatchObject({ name: 'MalformedRequest' });
    });
  });

  describe('when the services stumble', () => {
    const items = (name: string) => Array.from({ length: 6 }, (_, i) => ({ field: 'patientId', value: `${name}-${i}` }));

    test('part of a batch that DynamoDB did not get to is asked for again', async () => {
      const tokens = await tokenize(items('part'));
      let left = 3;
      vault.interfere = ({ target, body }) => {
        if (!target.endsWith('.BatchGetItem') || left-- <= 0) return undefined;
        return { status: 200, body: { Responses: {}, UnprocessedKeys: (JSON.parse(body) as { RequestItems: object }).RequestItems } };
      };
      expect(codes(await detokenize(tokens.map(({ token }) => ({ field: 'patientId', token }))))).toEqual(Array(6).fill('answered'));
      expect(left).toBeLessThan(0);
    });

    test('what it never gets to fails by itself, and the rest of the batch is answered', async () => {
      const [random] = await tokenize([{ field: 'patientId', value: 'stuck' }]) as [Answered];
      vault.interfere = ({ target, body }) => (target.endsWith('.BatchGetItem') && body.includes(random.token) ? { status: 200, body: { Responses: {}, UnprocessedKeys: (JSON.parse(body) as { RequestItems: object }).RequestItems } } : undefined);
      const [siv] = await tokenize([{ field: 'nationalId', value: 'free' }]) as [Answered];
      expect(codes(await detokenize([{ field: 'patientId', token: random.token }, { field: 'nationalId', token: siv.token }]))).toEqual(['unavailable', 'answered']);
    });

    test('a store that fails now and then is tried again', async () => {
      let count = 0;
      vault.interfere = ({ target }) => (target.startsWith('DynamoDB') && count++ % 3 === 0 ? { status: 500, body: { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: 'again' } } : undefined);
      expect(codes(await tokenize(items('shaky')))).toEqual(Array(6).fill('answered'));
      expect(count).toBeGreaterThan(10);
    });

    test('an answer that got lost after the write gives the token that was written', async () => {
      let lost = 0;
      vault.interfere = ({ target }) => (/\.(TransactWriteItems|PutItem)$/.test(target) && lost++ < 8 ? 'lost' : undefined);
      const tokens = await tokenize(items('lost'));
      vault.interfere = () => undefined;
      expect(codes(tokens)).toEqual(Array(6).fill('answered'));
      expect(await tokenize(items('lost'))).toEqual(tokens);
      expect((await detokenize(tokens.map(({ token }) => ({ field: 'patientId', token })))).map(({ value }) => value)).toEqual(items('lost').map(({ value }) => value));
    });

    test('a value that the store does not take fails by itself', async () => {
      const [first, ...others] = items('refused');
      await tokenize(others);
      vault.interfere = ({ target }) => (target.endsWith('.TransactWriteItems') ? { status: 400, body: { __type: 'com.amazonaws#ValidationException', message: `refused-0 is wrong` } } : undefined);
      const answers = await tokenize([first, ...others]);
      expect(codes(answers)).toEqual(['unavailable', ...Array<string>(5).fill('answered')]);
      expect(answers[0]!.error.message).toBe('the store did not take the value (ValidationException): try again');
    });

    test('without KMS nothing is answered, and nothing that it says is passed on', async () => {
      vault.interfere = ({ target }) => (target.startsWith('TrentService') ? { status: 400, body: { __type: 'DisabledException', message: 'arn:aws:kms:key/1 of canary' } } : undefined);
      await expect(tokenize(items('locked'))).rejects.toMatchObject({ name: 'Unavailable', message: 'a service that the vault rests on did not answer (DisabledException): try again' });
      vault.interfere = () => undefined;
      expect(codes(await tokenize(items('locked')))).toEqual(Array(6).fill('answered'));
    });

    test('what cannot be put on record is not answered', async () => {
      const [siv] = await tokenize([{ field: 'nationalId', value: 'unrecorded' }]) as [Answered];
      const request = [{ field: 'nationalId', token: siv.token }];
      const instance = vault.instance();
      await detokenize(request, instance);
      vault.interfere = ({ target }) => (target.endsWith('.PutLogEvents') ? { status: 400, body: { __type: 'ResourceNotFoundException', message: 'no group' } } : undefined);
      await expect(detokenize(request, instance)).rejects.toMatchObject({ name: 'Unavailable' });
      vault.interfere = ({ target }) => (target.endsWith('.PutLogEvents') ? { status: 200, body: { rejectedLogEventsInfo: { tooNewLogEventStartIndex: 0 } } } : undefined);
      await expect(detokenize(request, instance)).rejects.toMatchObject({ name: 'Unavailable', message: expect.stringContaining('the audit log did not take the record') as string });
    });
  });
});
