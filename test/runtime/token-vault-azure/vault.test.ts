import { inspect } from 'node:util';
import { ACCESS } from '../../../lib/azure/privacy/vault-access';
import { type Answered, asking, behavesAsAVault } from '../token-vault/behaviour';
import { AzureVault, INGEST, OFFICER, principalHeader, WARD } from './fixture';

describe('a vault on Azure', () => {
  let vault: AzureVault;

  beforeAll(async () => {
    vault = await AzureVault.start();
  });
  afterEach(() => {
    vault.azure.interfere = () => undefined;
    vault.use({});
  });
  afterAll(() => vault?.stop());

  const { tokenize, detokenize, codes } = asking(() => vault);
  const docs = (container: string) => `/dbs/vault/colls/${container}/docs`;
  const items = (name: string, count = 6) => Array.from({ length: count }, (_, i) => ({ field: 'patientId', value: `${name}-${i}` }));

  behavesAsAVault(() => vault);

  describe('under concurrency', () => {
    test('fifty instances that meet a value, a subject and a vault for the first time agree on one token', async () => {
      vault.azure.clear();
      const instances = Array.from({ length: 50 }, () => vault.instance());
      const answers = await Promise.all(instances.map((one) => one.tokenize({ items: [{ field: 'patientId', value: 'the same' }, { field: 'phone', value: '1', subject: 'the same' }] })));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(vault.azure.rows('tokens')).toHaveLength(2);
      // a key, its mark and a value in each of the two fields
      expect(vault.azure.rows('subjects').map(({ id }) => id.split(':').slice(0, 2).join(':')).sort()).toEqual(['patientId', 'phone'].flatMap((field) => [`key:${field}`, `key:${field}`]).concat(['value:patientId', 'value:phone']));
      expect(vault.azure.rows('subjects').filter(({ sealed }) => sealed !== undefined)).toEqual([]);
      expect([vault.azure.rows('index-keys'), vault.azure.rows('value-keys')].map((rows) => rows.map(({ id }) => id).sort())).toEqual([['index:1:*'], ['wrap:1:patientId', 'wrap:1:phone']]);
    });

    test('a hundred values of one subject, all new', async () => {
      const many = Array.from({ length: 100 }, (_, i) => ({ field: 'phone', value: `+49 ${i}`, subject: 'talks a lot' }));
      const tokens = await tokenize(many);
      expect(new Set(tokens.map(({ token }) => token)).size).toBe(100);
      expect((await detokenize(tokens.map(({ token }) => ({ field: 'phone', token })))).map(({ value }) => value)).toEqual(many.map(({ value }) => value));
    });

    test('while a subject is erased and comes back again and again, nothing is written that cannot be read afterwards', async () => {
      const one = [{ field: 'patientId', value: 'to and fro' }];
      const write = async () => {
        for (let round = 0; round < 4; round++) await tokenize(one);
      };
      const erase = async () => {
        const instance = vault.instance();
        for (let round = 0; round < 8; round++) await instance.shred({ action: 'shred', items: ['to and fro'] });
      };
      await Promise.all([write(), write(), write(), erase()]);
      const before = (await tokenize(one))[0]!;
      const { subject } = (await vault.instance().shred({ action: 'shred', items: ['to and fro'] })).subjects[0]!;
      expect(vault.azure.rows('subjects').filter((row) => row.subject === subject)).toEqual([]);
      expect(vault.azure.rows('tokens').filter((row) => row.subject === subject)).toEqual([]);
      const [{ token }] = await tokenize(one) as [Answered];
      expect(await detokenize([{ field: 'patientId', token }])).toEqual([{ value: 'to and fro' }]);
      expect(codes(await detokenize([{ field: 'patientId', token: before.token ?? 'r.' }]))).not.toEqual(['answered']);
    });
  });

  describe('when it is cut off between two writes', () => {
    const [one] = items('cut', 1);

    test('a value whose token was not written yet is finished by whoever asks next, and nobody was given the token before', async () => {
      vault.azure.clear();
      vault.azure.interfere = ({ method, path }) => (method === 'POST' && path === docs('tokens') ? { status: 403, body: { message: 'gone' } } : undefined);
      expect(codes(await tokenize([one]))).toEqual(['unavailable']);
      vault.azure.interfere = () => undefined;
      const [begun] = vault.azure.rows('subjects').filter(({ sealed }) => sealed !== undefined);
      expect(vault.azure.rows('tokens').filter(({ id }) => id === begun!.token)).toEqual([]);
      expect(codes(await detokenize([{ field: 'patientId', token: begun!.token }]))).toEqual(['unknown-token']);
      const answers = await Promise.all(Array.from({ length: 8 }, () => tokenize([one])));
      expect(new Set(answers.map(([answer]) => answer!.token))).toEqual(new Set([begun!.token]));
      expect(await detokenize([{ field: 'patientId', token: begun!.token }])).toEqual([{ value: one!.value }]);
      expect(vault.azure.rows('subjects').filter(({ sealed }) => sealed !== undefined)).toEqual([]);
    });

    test('and one whose end was not taken down is finished as well', async () => {
      const [two] = items('cut-late', 1);
      vault.azure.interfere = ({ method, path }) => (method === 'PUT' && path.startsWith(docs('subjects')) ? { status: 403, body: { message: 'gone' } } : undefined);
      expect(codes(await tokenize([two]))).toEqual(['unavailable']);
      vault.azure.interfere = () => undefined;
      const [{ token }] = await tokenize([two]) as [Answered];
      expect(await detokenize([{ field: 'patientId', token }])).toEqual([{ value: two!.value }]);
    });

    test('by an erasure, the row of the token that came too late is found by the next', async () => {
      let erased: Promise<unknown> | undefined;
      vault.azure.interfere = ({ method, path, by }) => {
        // the subject is erased after its value was written and before its token is
        if (by === 'tokenize' && method === 'POST' && path === docs('tokens') && !erased) {
          erased = vault.instance().shred({ action: 'shred', items: ['late'] });
          return { status: 449, body: { message: 'retry with' } };
        }
        return by === 'tokenize' && method === 'POST' && path === docs('tokens') && vault.azure.rows('subjects').some(({ id }) => id.startsWith('key:patientId:')) ? { status: 449 } : undefined;
      };
      vault.azure.clear();
      await tokenize([{ field: 'patientId', value: 'late' }]);
      await erased;
      vault.azure.interfere = () => undefined;
      const { subjects } = await vault.instance().shred({ action: 'shred', items: ['late'] });
      expect(vault.azure.rows('tokens')).toEqual([]);
      expect(vault.azure.rows('subjects')).toEqual([]);
      expect(subjects[0]!.tokens).toBeLessThanOrEqual(2);
    });

    test('an erasure that ends after the keys has made everything unreadable, and a second run finishes it', async () => {
      const two = [{ field: 'phone', value: 'a', subject: 'mr-d' }, { field: 'phone', value: 'b', subject: 'mr-d' }];
      const tokens = await tokenize(two);
      vault.azure.interfere = ({ method }) => (method === 'DELETE' ? { status: 403, body: { message: 'no' } } : undefined);
      await expect(vault.instance().shred({ action: 'shred', items: ['mr-d'] })).rejects.toMatchObject({ name: 'Unavailable', status: 503 });
      vault.azure.interfere = () => undefined;
      expect(codes(await detokenize(tokens.map(({ token }) => ({ field: 'phone', token }))))).toEqual(['shredded', 'shredded']);
      expect((await vault.instance().shred({ action: 'shred', items: ['mr-d'] })).subjects[0]).toMatchObject({ keys: 0, tokens: 2 });
      const [again] = await tokenize([two[0]]) as [Answered];
      expect(again.token).not.toBe(tokens[0]!.token);
    });
  });

  test('erasing a subject leaves no row of it, says what it does not reach, and can be repeated', async () => {
    const three = [{ field: 'patientId', value: 'mrs-b' }, { field: 'phone', value: '1', subject: 'mrs-b' }, { field: 'phone', value: '2', subject: 'mrs-b' }, { field: 'phone', value: '2', subject: 'mr-c' }];
    const tokens = await tokenize(three);
    const reader = vault.instance();
    const asked = tokens.map(({ token }, i) => ({ field: three[i]!.field, token }));
    expect(codes(await detokenize(asked, reader))).toEqual(Array(4).fill('answered'));
    const answer = await vault.instance().shred({ action: 'shred', items: ['mrs-b', 'mrs-b', 'nobody'] });
    expect(answer.subjects.map(({ keys, tokens: count }) => [keys, count])).toEqual([[2, 3], [0, 0]]);
    expect(answer.notShredded).toEqual(['nationalId', 'cardNumber']);
    expect(codes(await detokenize(asked, reader))).toEqual(['unknown-token', 'unknown-token', 'unknown-token', 'answered']);
    expect(vault.azure.rows('subjects').filter(({ subject }) => subject === answer.subjects[0]!.subject)).toEqual([]);
    expect((await vault.instance().shred({ action: 'shred', items: ['mrs-b'] })).subjects).toEqual([{ subject: answer.subjects[0]!.subject, keys: 0, tokens: 0 }]);
  });

  describe('when the services stumble', () => {
    test.each([[429, { 'x-ms-retry-after-ms': '5' }], [449, {}], [503, {}], [408, {}]])('Cosmos DB with %i is asked again', async (status, headers) => {
      let count = 0;
      vault.azure.interfere = ({ path }) => (path.startsWith('/dbs/vault/colls/') && path.includes('/docs') && count++ % 3 === 0 ? { status, headers, body: { message: 'later' } } : undefined);
      expect(codes(await tokenize(items(`shaky-${status}`)))).toEqual(Array(6).fill('answered'));
      expect(count).toBeGreaterThan(10);
    });

    test('answers that got lost after a write give the token that was written', async () => {
      let lost = 0;
      vault.azure.interfere = ({ method, path }) => (['POST', 'PUT', 'BATCH'].includes(method) && path.startsWith('/dbs/') && lost++ < 16 && lost % 2 === 0 ? 'lost' : undefined);
      const tokens = await tokenize(items('lost'));
      vault.azure.interfere = () => undefined;
      expect(codes(tokens)).toEqual(Array(6).fill('answered'));
      expect(lost).toBeGreaterThan(16);
      expect(await tokenize(items('lost'))).toEqual(tokens);
      expect((await detokenize(tokens.map(({ token }) => ({ field: 'patientId', token })))).map(({ value }) => value)).toEqual(items('lost').map(({ value }) => value));
    });

    test('a token that the store never gets to fails by itself, and the rest of the batch is answered', async () => {
      const [random] = await tokenize([{ field: 'patientId', value: 'stuck' }]) as [Answered];
      const [siv] = await tokenize([{ field: 'nationalId', value: 'free' }]) as [Answered];
      vault.azure.interfere = ({ path }) => (path.endsWith(random.token) ? { status: 449, body: { message: 'retry with' } } : undefined);
      expect(codes(await detokenize([{ field: 'patientId', token: random.token }, { field: 'nationalId', token: siv.token }]))).toEqual(['unavailable', 'answered']);
    });

    test('Key Vault that is throttled is asked again; without it nothing is answered, and nothing that it says is passed on', async () => {
      vault.azure.clear();
      let count = 0;
      vault.azure.interfere = ({ path }) => (path.startsWith('/keys/') && count++ < 2 ? { status: 429, body: { error: { message: 'canary' } } } : undefined);
      expect(codes(await tokenize(items('slow', 1)))).toEqual(['answered']);
      vault.azure.interfere = ({ path }) => (path.startsWith('/keys/') ? { status: 403, body: { error: { message: 'canary' } } } : undefined);
      await expect(tokenize(items('locked', 1))).rejects.toMatchObject({ name: 'Unavailable', message: 'Key Vault did not answer (403): try again' });
    });

    test('what cannot be put on record is not answered', async () => {
      const [siv] = await tokenize([{ field: 'nationalId', value: 'unrecorded' }]) as [Answered];
      vault.azure.interfere = ({ path }) => (path.startsWith('/dataCollectionRules/') ? { status: 403, body: {} } : undefined);
      await expect(detokenize([{ field: 'nationalId', token: siv.token }])).rejects.toMatchObject({ name: 'Unavailable', message: 'the audit log did not answer (403): try again' });
    });
  });

  describe('keys', () => {
    test('that Key Vault rotates open what was wrapped before, and the same value has the same token', async () => {
      const all = [{ field: 'patientId', value: 'rotated' }, { field: 'nationalId', value: 'rotated' }, { field: 'cardNumber', value: '5500000000000004' }];
      const before = await tokenize(all);
      for (const name of ['index', 'audit', 'values']) vault.azure.rotate(name);
      expect(await tokenize(all)).toEqual(before);
      expect((await detokenize(before.map(({ token, version }, i) => ({ field: all[i]!.field, token, version })))).map(({ value }) => value)).toEqual(all.map(({ value }) => value));
      const [fresh] = await tokenize([{ field: 'phone', value: 'after' }]);
      expect(fresh!.token).toMatch(/^r\./);
    });

    test('open for the tenant, the use, the field and the version that they were made for, and for nothing else', async () => {
      const [random, siv] = await tokenize([{ field: 'patientId', value: 'v' }, { field: 'nationalId', value: 'v' }]) as [Answered, Answered];
      vault.use({ tenant: 'oncology' });
      await expect(detokenize([{ field: 'nationalId', token: siv.token }])).rejects.toMatchObject({ name: 'Misconfigured', message: expect.stringContaining('another tenant, field or use') as string });
      vault.use({});
      const rows = vault.azure.rows('value-keys');
      const [wrap, other] = ['wrap:1:patientId', 'siv:1:nationalId'].map((id) => rows.find((row) => row.id === id)!) as [typeof rows[0], typeof rows[0]];
      vault.azure.put('value-keys', { ...wrap, wrapped: other.wrapped });
      await expect(detokenize([{ field: 'patientId', token: random.token }])).rejects.toMatchObject({ name: 'Misconfigured' });
      vault.azure.put('value-keys', wrap);
      expect(codes(await detokenize([{ field: 'patientId', token: random.token }]))).toEqual(['answered']);
    });

    test('are not asked for at an address that a row names', async () => {
      const [siv] = await tokenize([{ field: 'nationalId', value: 'elsewhere' }]) as [Answered];
      const row = vault.azure.rows('value-keys').find(({ id }) => id === 'siv:1:nationalId')!;
      const envelope = JSON.parse(Buffer.from(String(row.wrapped), 'base64').toString()) as { key: string };
      const before = vault.azure.passed.length;
      for (const key of [`${vault.azure.url}/keys/values-of-somebody/1`, `${vault.azure.url}/keys/audit/1`, 'https://vault.example/keys/values/1']) {
        vault.azure.put('value-keys', { ...row, wrapped: Buffer.from(JSON.stringify({ ...envelope, key })).toString('base64') });
        await expect(detokenize([{ field: 'nationalId', token: siv.token }])).rejects.toMatchObject({ name: 'Misconfigured' });
      }
      vault.azure.put('value-keys', row);
      expect(vault.azure.passed.slice(before).filter(({ path }) => path.endsWith('unwrapkey'))).toEqual([]);
    });

    test('of subjects, and values, open in their own place only', async () => {
      const [a, b] = await tokenize([{ field: 'phone', value: 'of a', subject: 'moved-a' }, { field: 'phone', value: 'of b', subject: 'moved-b' }]) as [Answered, Answered];
      const reads = async () => codes(await detokenize([{ field: 'phone', token: a.token }, { field: 'phone', token: b.token }]));
      const [rowA, rowB] = [a, b].map(({ token }) => vault.azure.rows('tokens').find(({ id }) => id === token)!) as [never, never] as [Record<string, unknown> & { id: string; _etag: string }, Record<string, unknown> & { id: string; _etag: string }];
      vault.azure.put('tokens', { ...rowA, sealed: rowB.sealed });
      expect(await reads()).toEqual(['shredded', 'answered']);
      vault.azure.put('tokens', { ...rowA, sealed: rowB.sealed, subject: rowB.subject });
      expect(await reads()).toEqual(['shredded', 'answered']);
      vault.azure.put('tokens', rowA);
      const keys = vault.azure.rows('subjects').filter(({ id }) => id === 'key:phone');
      const [keyA, keyB] = [rowA, rowB].map(({ subject }) => keys.find((row) => row.subject === subject)!) as [typeof keys[0], typeof keys[0]];
      vault.azure.put('subjects', { ...keyB, subject: keyA.subject });
      expect(await reads()).toEqual(['shredded', 'answered']);
      vault.azure.put('subjects', keyA);
      expect(await reads()).toEqual(['answered', 'answered']);
    });
  });

  describe('lets in', () => {
    const one = { items: [{ field: 'nationalId', value: 'v' }] };

    test('who has the app role and a grant, and puts both on record', async () => {
      await vault.instance().tokenize(one, { invocationId: 'i-1' });
      expect(vault.azure.records.at(-1)).toEqual({
        TimeGenerated: expect.any(String) as string, Action: 'tokenize', Outcome: 'answered', RequestId: 'i-1', Items: { nationalId: { answered: 1 } },
        Caller: { principal: INGEST, application: 'app-of-the-caller' },
      });
    });

    test.each([
      ['nobody', { header: null }], ['what is no header', { header: 'eyJ' }], ['another provider', { header: principalHeader(INGEST, ['Tokenize'], 'github') }],
      ['no role', { roles: [] }], ['the other role', { roles: ['Detokenize', 'Shred'] }], ['a role and no grant', { principal: WARD, roles: ['Tokenize'] }],
    ])('fails for %s', async (_what, calling) => {
      await expect(vault.instance().tokenize(one, calling)).rejects.toMatchObject({ name: 'UnknownCaller', status: 403 });
    });

    test.each([['switched off', 'False'], ['not set up yet', undefined]])('fails for everybody while the sign-in of the platform is %s: anybody could write its header', async (_what, enabled) => {
      const before = vault.azure.passed.length;
      if (enabled === undefined) delete process.env.WEBSITE_AUTH_ENABLED;
      else process.env.WEBSITE_AUTH_ENABLED = enabled;
      const instance = vault.instance();
      for (const answer of [instance.tokenize(one), instance.detokenize({ items: [{ field: 'nationalId', token: 'd1.AAAA' }] }), instance.shred({ action: 'shred', items: ['p1'] })]) {
        await expect(answer).rejects.toMatchObject({ name: 'Misconfigured', status: 500, message: expect.stringContaining('the platform does not check who signs in') as string });
      }
      expect(vault.azure.passed.slice(before)).toEqual([]);
    });

    test('fails for a purpose that was not granted, that there is not, or that the body names, and puts it on record', async () => {
      const tokens = { items: [{ field: 'nationalId', token: 'd1.AAAA' }], purpose: 'care' };
      for (const purpose of ['readmission-risk', 'marketing', '__proto__', 'constructor', '']) {
        await expect(vault.instance().detokenize(tokens, { purpose })).rejects.toMatchObject({ name: 'UnknownPurpose', status: 403, message: expect.stringContaining('name one of care at') as string });
      }
      expect(vault.azure.records.at(-1)).toMatchObject({ Action: 'detokenize', Outcome: 'refused', Refusal: 'UnknownPurpose', Caller: { principal: WARD } });
    });

    test('no more than its budget, under concurrency, and says when to come again', async () => {
      vault.use({ itemsPerMinute: 40 });
      const instance = vault.instance();
      // the window goes by the clock: not across its end
      if (Date.now() % 60_000 > 56_000) await new Promise((resolve) => void setTimeout(resolve, 60_000 - (Date.now() % 60_000) + 50));
      vault.azure.clear();
      const answers = await Promise.allSettled(Array.from({ length: 50 }, () => instance.tokenize(one)));
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
      expect(vault.azure.rows('budgets')).toEqual([expect.objectContaining({ used: 40, ttl: expect.any(Number) as number })]);
      await expect(instance.tokenize(one)).rejects.toMatchObject({ name: 'BudgetExhausted', status: 429, message: expect.stringMatching(/try again in \d+ seconds$/) as string });
    });

    test('a trace of who turned a token back, and for what', async () => {
      const [siv] = await tokenize([{ field: 'nationalId', value: 'traced' }]) as [Answered];
      await detokenize([{ field: 'nationalId', token: siv.token }]);
      const record = vault.azure.records.at(-1)!;
      const { hashes } = await vault.instance().trace({ action: 'trace', items: [{ field: 'nationalId', token: siv.token }] });
      expect(record).toMatchObject({ Action: 'detokenize', Purpose: 'care', Tokens: hashes });
      expect(JSON.stringify(record)).not.toContain(siv.token);
      expect(vault.azure.records.at(-1)).toMatchObject({ Action: 'trace', Caller: { principal: OFFICER } });
    });

    test.each([
      ['empty', ''], ['no JSON', 'nothing'], ['a list', '[]'], ['a number', '17'], ['nothing', 'null'], ['without items', '{}'], ['of no items', '{"items":[]}'], ['of too many', JSON.stringify({ items: Array(501).fill({}) })],
    ])('fails for a body that is %s', async (_what, body) => {
      expect(await vault.instance().raw('tokenize', body)).toEqual({ status: 400, body: { error: { code: 'MalformedRequest', message: expect.any(String) as string } } });
    });
  });

  test('no function asked for what it may not do, and each was asked for all that it may', async () => {
    vault.azure.clear();
    await vault.instance().trace({ action: 'trace', items: [{ field: 'patientId', token: 'r.' }] });
    await vault.instance().shred({ action: 'shred', items: ['the first of all'] });
    await detokenize([{ field: 'patientId', token: 'r.' }]);
    // refusals that tests put in the way are not among them
    expect(vault.azure.denied).toEqual([]);
    const used = new Set(vault.azure.passed.flatMap(({ method, path, body, by }) => {
      const container = /^\/dbs\/vault\/colls\/([a-z-]+)\/docs/.exec(path)?.[1];
      const actions = method === 'BATCH' ? (JSON.parse(body) as { operationType: string }[]).map(({ operationType }) => `items/${operationType.toLowerCase()}`)
        : [{ POST: 'items/create', GET: 'items/read', PUT: 'items/replace', DELETE: 'items/delete', QUERY: 'executeQuery' }[method]];
      return container === undefined || method === 'PLAN' ? [] : actions.map((action) => `${by} ${container} ${action}`);
    }));
    const allowed = Object.entries(ACCESS).flatMap(([by, { containers }]) => Object.entries(containers).flatMap(([container, actions]) => actions.map((action) => `${by} ${container} ${action}`)));
    expect([...used].sort()).toEqual(allowed.sort());
  });

  describe('no personal value', () => {
    const CANARIES = ['canary-value-ÄÖ', 'canary-subject', 'canary-field', '4929123412341234'] as const;
    const [value, subject, field, card] = CANARIES;

    test('is in an answer of an error, a record, a row or what is printed, whatever goes wrong', async () => {
      const printed: string[] = [];
      const spies = [
        ...(['debug', 'error', 'info', 'log', 'warn'] as const).map((method) => jest.spyOn(console, method).mockImplementation((...words: unknown[]) => void printed.push(inspect(words)))),
        ...[process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockImplementation((chunk: unknown) => printed.push(String(chunk)) > 0)),
      ];
      vault.azure.clear();
      const good = [{ field: 'patientId', value, subject }, { field: 'nationalId', value }, { field: 'cardNumber', value: card }];
      const bad = [{ field, value }, { field: value, value: field }, { field: 'cardNumber', value }, { field: 'patientId', value: `${value}\ud800` }, value, { field: 'patientId', value: { [value]: subject } }];
      const errors: string[] = [];
      const attempt = async (work: Promise<{ items?: readonly object[] } | object>) => {
        const answer = await work.catch((error: unknown) => ({ error: inspect(error, { depth: 9, showHidden: true }) }));
        for (const one of 'items' in answer ? answer.items ?? [] : [answer]) if ('error' in one) errors.push(inspect(one, { depth: 9 }));
      };
      try {
        for (const failing of ['', 'GET', 'POST', 'PUT', 'DELETE', 'QUERY', 'BATCH', 'keys', 'dataCollectionRules', 'identity']) {
          const instance = vault.instance();
          vault.azure.interfere = ({ method, path, body }) => (failing !== '' && (path.startsWith('/dbs/') ? method === failing : path.startsWith(`/${failing}`))
            ? { status: 400, body: { code: 'BadRequest', message: `${value} ${subject} ${card} ${body}` } } : undefined);
          await attempt(instance.tokenize({ items: [...good, ...bad] }));
          await attempt(instance.detokenize({ items: [...bad.map((item) => ({ token: value, ...(item as object) })), ...['patientId', 'nationalId', 'cardNumber'].map((name) => ({ field: name, token: card }))] }));
          await attempt(instance.shred({ action: 'shred', items: [subject, value, card] }));
          await attempt(instance.shred({ action: value, items: [subject] }));
          await attempt(instance.raw('tokenize', `{"items": ${value}`).then(({ body }) => body));
          await attempt(instance.tokenize({ items: good }, { header: Buffer.from(`{${value}`).toString('base64') }));
        }
      } finally {
        spies.forEach((spy) => spy.mockRestore());
      }
      const places = {
        errors: errors.join('\n'), printed: printed.join('\n'), records: JSON.stringify(vault.azure.records),
        rows: JSON.stringify((['index-keys', 'audit-keys', 'value-keys', 'subjects', 'tokens', 'budgets'] as const).map((name) => vault.azure.rows(name))),
        addresses: vault.azure.passed.map(({ path }) => path).join('\n'),
      };
      expect(errors.length).toBeGreaterThan(60);
      for (const [place, content] of Object.entries(places)) for (const canary of CANARIES) expect({ place, canary, found: content.includes(canary) }).toEqual({ place, canary, found: false });
    });
  });
});
