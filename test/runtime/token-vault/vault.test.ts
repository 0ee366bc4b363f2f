import { describeWithMoto } from '../../support/moto';
import { type Answered, asking, behavesAsAVault } from './behaviour';
import { Vault } from './fixture';

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

  const { tokenize, detokenize, codes } = asking(() => vault);
  behavesAsAVault(() => vault);

  describe('under concurrency', () => {
    test('twenty instances that meet a value, a subject and a vault for the first time agree on one token', async () => {
      const before = { ...process.env };
      const fresh = await Vault.start();
      try {
        const instances = Array.from({ length: 20 }, () => fresh.instance());
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
