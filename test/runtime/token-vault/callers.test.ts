import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithMoto } from '../../support/moto';
import { python } from '../../support/python';
import { CARE, SHRED, signatureOf, TOKENIZE, Vault } from './fixture';

const ACCOUNT = '123456789012';

describeWithMoto('who calls a vault', () => {
  let vault: Vault;
  const items = [{ field: 'nationalId', value: 'v' }];

  beforeAll(async () => {
    vault = await Vault.start();
  });
  afterEach(() => {
    vault.interfere = () => undefined;
    vault.use({});
  });
  afterAll(() => vault?.stop());

  const lastRecord = async () => JSON.parse((await vault.records()).at(-1)!) as Record<string, unknown>;

  describe('is proven by what the caller signed', () => {
    test('and put on record with the session and its role', async () => {
      const caller = await vault.proof(TOKENIZE, await vault.session('Deidentify', 'nightly'));
      await vault.instance().tokenize({ caller, items }, { awsRequestId: 'r-1' });
      expect(await lastRecord()).toEqual({
        time: expect.any(String) as string, action: 'tokenize', outcome: 'answered', requestId: 'r-1', items: { nationalId: { answered: 1 } },
        caller: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Deidentify/nightly`, principal: `arn:aws:iam::${ACCOUNT}:role/Deidentify` },
      });
    });

    test('and asked of STS once for a proof, not for each request', async () => {
      const instance = vault.instance();
      const caller = await vault.proof(TOKENIZE);
      const asked = () => vault.passed.filter(({ body }) => body.includes('GetCallerIdentity')).length;
      const before = asked();
      for (let i = 0; i < 3; i++) await instance.tokenize({ caller, items });
      expect(asked() - before).toBe(1);
      await instance.tokenize({ caller: await vault.proof(TOKENIZE, await vault.session('Other', 's')), items });
      expect(asked() - before).toBe(2);
    });

    test('which reaches STS as it was signed, by the signer of the SDK, which signs more than it must', async () => {
      const credentials = await vault.session('Signer', 's');
      const before = vault.passed.length;
      await vault.instance().tokenize({ caller: await vault.proof(TOKENIZE, credentials), items });
      const request = vault.passed.slice(before).find(({ body }) => body.includes('GetCallerIdentity'))!;
      expect(request.headers.authorization).toContain('x-amz-content-sha256');
      expect(request.headers.authorization).toMatch(new RegExp(`Signature=${signatureOf(request, credentials.secretAccessKey)}$`));
      expect(request.headers.authorization).not.toContain(signatureOf({ ...request, headers: { ...request.headers, 'x-regulated-ml-audience': SHRED } }, credentials.secretAccessKey));
    });

    (python() ? test : test.skip)('which reaches STS as it was signed, by the lines of the README', async () => {
      const readme = readFileSync(join(__dirname, '../../../lib/aws/privacy/README.md'), 'utf8');
      const lines = [...readme.matchAll(/```python\n([\s\S]*?)```/g)].map(([, block]) => block!).find((block) => block.includes('def caller('))!;
      const credentials = await vault.session('Readme', 's');
      const script = `import json, boto3\n${lines}\nsession = boto3.Session("${credentials.accessKeyId}", "${credentials.secretAccessKey}", "${credentials.sessionToken}")\nprint(json.dumps(caller(session, "${TOKENIZE}", "eu-central-1")))`;
      const caller = JSON.parse(execFileSync(python()!, ['-c', script], { encoding: 'utf8' })) as Record<string, string>;
      const before = vault.passed.length;
      await vault.instance().tokenize({ caller, items });
      const request = vault.passed.slice(before).find(({ body }) => body.includes('GetCallerIdentity'))!;
      expect(request.headers.authorization).toMatch(new RegExp(`Signature=${signatureOf(request, credentials.secretAccessKey)}$`));
      expect(await lastRecord()).toMatchObject({ caller: { principal: `arn:aws:iam::${ACCOUNT}:role/Readme` } });
    });

    test('of which only what is signed reaches STS, whatever else is sent along', async () => {
      const before = vault.passed.length;
      const caller = { ...await vault.proof(TOKENIZE), 'X-Amz-Target': 'canary', 'action': 'DeleteRole' };
      await vault.instance().tokenize({ caller, items, url: 'https://evil.example/', body: 'Action=AssumeRole' });
      const sent = vault.passed.slice(before).filter(({ body }) => body.includes('Action='));
      expect(sent).toEqual([{ target: '', body: 'Action=GetCallerIdentity&Version=2011-06-15', headers: expect.not.objectContaining({ action: expect.anything() as unknown }) as object }]);
    });

    const changed: [string, (proof: Record<string, string>) => unknown, RegExp][] = [
      ['none', () => undefined, /does not prove who calls/],
      ['a name', () => 'arn:aws:iam::123456789012:role/Admin', /does not prove who calls/],
      ['one without a signature', () => ({}), /does not sign host, x-amz-date, x-regulated-ml-audience/],
      ['one that does not sign the audience', (proof) => ({ ...proof, authorization: proof.authorization!.replace(';x-regulated-ml-audience', '') }), /does not sign x-regulated-ml-audience/],
      ['one that signs what STS will not see', (proof) => ({ ...proof, authorization: proof.authorization!.replace('SignedHeaders=', 'SignedHeaders=accept;') }), /signs headers besides content-length, content-type, host/],
      ['one for another purpose', (proof) => ({ ...proof, 'x-regulated-ml-audience': `${CARE}less` }), /is for something else/],
      ['one with a line break', (proof) => ({ ...proof, authorization: `${proof.authorization}\r\nx: y` }), /does not sign/],
      ['one that is no text', (proof) => ({ ...proof, authorization: [proof.authorization] }), /does not sign/],
      ['a query that was signed in its place', (proof) => ({ ...proof, authorization: undefined, 'x-amz-signature': 'a'.repeat(64) }), /does not sign/],
    ];

    test.each(changed)('fails for %s', async (_what, change, message) => {
      await expect(vault.instance().detokenize({ caller: change(await vault.proof(CARE)), items })).rejects.toMatchObject({ name: 'UnknownCaller', message: expect.stringMatching(message) as string });
    });

    test('fails for a proof that was made for tokenizing, or for another purpose', async () => {
      for (const audience of [TOKENIZE, SHRED, CARE.replace(':care', ':readmission-risk')]) {
        await expect(vault.instance().detokenize({ caller: await vault.proof(audience), items })).rejects.toMatchObject({ name: 'UnknownCaller' });
      }
    });

    test('fails when STS does not accept the signature, and is worth a second try when it is ill', async () => {
      vault.interfere = ({ body }) => (body.includes('GetCallerIdentity') ? { status: 403, body: { Error: 'SignatureDoesNotMatch canary' } } : undefined);
      await expect(vault.instance().tokenize({ items })).rejects.toMatchObject({ name: 'UnknownCaller', message: expect.stringMatching(/it answered 403\): sign a new one/) as string });
      vault.interfere = ({ body }) => (body.includes('GetCallerIdentity') ? { status: 503, body: {} } : undefined);
      await expect(vault.instance().tokenize({ items })).rejects.toMatchObject({ name: 'Unavailable', message: 'STS answered 503 when it was asked who calls: try again' });
      vault.interfere = ({ body }) => (body.includes('GetCallerIdentity') ? { status: 200, body: { nothing: 'here' } } : undefined);
      await expect(vault.instance().tokenize({ items })).rejects.toMatchObject({ name: 'UnknownCaller' });
      vault.interfere = ({ body }) => (body.includes('GetCallerIdentity') ? 'lost' : undefined);
      await expect(vault.instance().tokenize({ items })).rejects.toMatchObject({ name: 'Unavailable' });
    });
  });

  describe('has a budget', () => {
    const three = Array.from({ length: 3 }, (_, i) => ({ field: 'nationalId', value: String(i) }));

    test('that its sessions share, that others do not touch, and that is told apart by what is done', async () => {
      vault.use({ itemsPerMinute: 8 });
      const instance = vault.instance();
      const as = async (role: string, session: string, audience = TOKENIZE) => vault.proof(audience, await vault.session(role, session));
      await startOfMinute();
      for (const session of ['a', 'b']) await instance.tokenize({ caller: await as('Batch', session), items: three });
      await expect(instance.tokenize({ caller: await as('Batch', 'c'), items: three })).rejects.toMatchObject({
        name: 'BudgetExhausted', message: expect.stringMatching(/^the caller may tokenize 8 items a minute, and this request would go beyond it: send at most 8 at a time, and try again in [0-9]{1,2} seconds$/) as string,
      });
      await instance.tokenize({ caller: await as('Batch', 'c'), items: three.slice(0, 2) });
      await instance.tokenize({ caller: await as('Another', 'a'), items: three });
      await instance.detokenize({ caller: await as('Batch', 'a', CARE), items: [{ field: 'nationalId', token: 'd1.AAAA' }] });
      expect((await vault.records()).map((text) => JSON.parse(text) as Record<string, unknown>).filter(({ outcome }) => outcome === 'refused').at(-1)).toMatchObject({
        action: 'tokenize', refusal: 'BudgetExhausted', caller: { principal: `arn:aws:iam::${ACCOUNT}:role/Batch` },
      });
    });

    test('that holds under concurrency, and is never below what was answered', async () => {
      vault.use({ itemsPerMinute: 20 });
      const caller = await vault.proof(TOKENIZE, await vault.session('Crowd', 's'));
      await startOfMinute();
      const outcomes = await Promise.allSettled(Array.from({ length: 15 }, () => vault.instance().tokenize({ caller, items: three })));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
      const [row] = (await vault.rows('budgets')).filter(({ id }) => id!.S!.includes('role/Crowd'));
      expect(row).toMatchObject({ used: { N: '18' } });
      expect(Number(row!.expires!.N) * 1000 - Date.now()).toBeGreaterThan(23 * 3_600_000);
    });

    test('fails for a request that is larger than it', async () => {
      vault.use({ itemsPerMinute: 2 });
      await expect(vault.instance().tokenize({ items: three })).rejects.toMatchObject({ name: 'BudgetExhausted' });
    });

    // the count is by the clock: a test that straddles the turn of a minute would see two
    async function startOfMinute(): Promise<void> {
      const left = 60_000 - (Date.now() % 60_000);
      if (left < 20_000) await new Promise((resolve) => setTimeout(resolve, left + 50));
    }
  });

  describe('finds on record', () => {
    test('what was detokenized for what, with hashes that a trace leads to, and no token', async () => {
      const { items: [answer] } = await vault.instance().tokenize({ items: [{ field: 'cardNumber', value: '4111111111111111' }] });
      const { token } = answer as { token: string };
      const asked = [{ field: 'cardNumber', token }, { field: 'cardNumber', token: '12' }, { field: 'nothing', token }, null];
      await vault.instance().detokenize({ items: asked }, { awsRequestId: 'd-1', invokedFunctionArn: CARE.replace(':care', ':readmission-risk') });
      const record = await lastRecord();
      expect(record).toMatchObject({
        action: 'detokenize', outcome: 'answered', requestId: 'd-1', purpose: 'readmission-risk',
        items: { 'cardNumber': { 'answered': 1, 'outside-length': 1 }, '(none)': { 'unknown-field': 1, 'malformed-item': 1 } },
      });
      expect(JSON.stringify(record)).not.toContain(token);
      const { hashes } = await vault.instance().trace({ action: 'trace', items: [{ field: 'cardNumber', token }] });
      expect(record.tokens).toEqual([hashes[0], expect.any(String)]);
      expect(await lastRecord()).toMatchObject({ action: 'trace', tokens: hashes });
    });

    test('who was erased, by a hash, before it is done', async () => {
      vault.interfere = ({ target }) => (target.endsWith('.Query') ? { status: 400, body: { __type: 'AccessDeniedException' } } : undefined);
      await expect(vault.instance().shred({ action: 'shred', items: ['canary-subject'] })).rejects.toMatchObject({ name: 'Unavailable' });
      expect(await lastRecord()).toMatchObject({ action: 'shred', subjects: [expect.stringMatching(/^[A-Za-z0-9_-]{43}$/)] });
    });
  });
});
