import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { handler } from '../../../lib/runtime/erase-tokens';
import { signedIdentity } from '../../../lib/runtime/erase-tokens/signed-identity';
import type { StoreRequest } from '../../../lib/runtime/rights/contract';
import { describeWithMoto } from '../../support/moto';
import { CARE, SHRED, signatureOf, Vault } from '../token-vault/fixture';
import { asked, printed } from './ground';

describeWithMoto('erasing tokens', () => {
  let vault: Vault;
  let lambda: http.Server;
  let invoked: { readonly path: string; readonly payload: Record<string, unknown> }[];
  let interfere: (() => { readonly error?: boolean; readonly body: unknown } | undefined) = () => undefined;

  beforeAll(async () => {
    vault = await Vault.start();
    // Lambda, which has the vault's own function answer
    lambda = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => void (async () => {
        const payload = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
        invoked.push({ path: decodeURIComponent(request.url ?? ''), payload });
        const instead = interfere();
        const answer = instead ?? await vault.instance().shred(payload, { invokedFunctionArn: SHRED }).then((body) => ({ body }), (error: Error) => ({ error: true, body: { errorType: error.name, errorMessage: error.message } }));
        response.writeHead(200, { 'content-type': 'application/json', ...('error' in answer && answer.error ? { 'x-amz-function-error': 'Unhandled' } : {}) });
        response.end(JSON.stringify(answer.body));
      })());
    });
    await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve));
    process.env.AWS_ENDPOINT_URL_LAMBDA = `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`;
    process.env.STORE = JSON.stringify({ shredFunctionArn: SHRED });
  });
  afterAll(async () => {
    delete process.env.AWS_ENDPOINT_URL_LAMBDA;
    lambda?.closeAllConnections();
    await new Promise((resolve) => lambda.close(resolve));
    await vault?.stop();
  });
  beforeEach(() => {
    invoked = [];
    interfere = () => undefined;
  });
  const ask = (more: Partial<StoreRequest> = {}) => handler(asked({ store: 'Stack/Vault', ...more }), {});

  test('the keys of the person are deleted by the vault, which has on record who asked; what it cannot reach is said', async () => {
    const { items } = await vault.instance().tokenize({ items: [{ field: 'patientId', value: 'patient-1' }, { field: 'phone', value: '030 1234', subject: 'patient-1' }, { field: 'phone', value: '040', subject: 'other' }] });
    expect(await ask()).toEqual({ state: 'done', counts: { keys: 2, tokens: 2 }, conflicts: ['recoverable', 'computed-tokens'] });
    expect(invoked).toEqual([{ path: expect.stringContaining(SHRED), payload: expect.objectContaining({ action: 'shred', items: ['patient-1'] }) }]);
    const opened = await vault.instance().detokenize({ items: (items as { token: string }[]).map(({ token }, index) => ({ field: index === 0 ? 'patientId' : 'phone', token })) }, { invokedFunctionArn: CARE });
    expect(opened.items).toEqual([{ error: expect.anything() }, { error: expect.anything() }, { value: '040' }]);
    expect((await vault.records()).some((line) => line.includes('"shred"') && line.includes('arn:aws:'))).toBe(true);
    expect(await ask()).toEqual({ state: 'done', counts: { keys: 0, tokens: 0 }, conflicts: ['recoverable', 'computed-tokens'] });
  });

  test('the proof of who asks is signed as STS works it out, for this function and no other', async () => {
    process.env.STS_ENDPOINT = 'https://sts.eu-central-1.amazonaws.com';
    const headers = await signedIdentity(SHRED);
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    expect(lower['x-regulated-ml-audience']).toBe(SHRED);
    expect(lower.authorization).toContain(`Signature=${signatureOf({ target: '', body: 'Action=GetCallerIdentity&Version=2011-06-15', headers: lower }, 'testing')}`);
  });

  test('for a copy nothing is opened, and somebody has to turn the tokens back', async () => {
    expect(await ask({ action: 'collect' })).toEqual({ state: 'open', conflicts: ['sealed'] });
    expect(invoked).toEqual([]);
  });

  test.each<[string, { error?: boolean; body: unknown }]>([
    ['fails', { error: true, body: { errorType: 'BudgetExhausted', errorMessage: 'of Anna Geheim' } }], ['answers nothing', { body: null }], ['answers something else', { body: { subjects: 'Anna Geheim' } }],
  ])('fails when the vault %s, and does not repeat what it said', async (_what, answer) => {
    interfere = () => answer;
    const line = await printed(() => ask({ subject: 'Anna Geheim' }));
    expect(line).toContain('Unavailable: the vault did not erase the subject');
    expect(line).not.toMatch(/anna|geheim/i);
  });
});
