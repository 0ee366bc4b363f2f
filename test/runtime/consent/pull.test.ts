import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { handler } from '../../../lib/runtime/consent-pull';
import { claimsOfReceipt } from '../../../lib/runtime/consent/receipt';
import { useEndpoint } from '../../support/moto';
import { detail, PURPOSE_ID } from './fixture';

const DAY = 86_400_000;

interface Asked {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** OneTrust, Secrets Manager and Lambda on one loopback server: neither emulator has the first, and moto runs no functions. */
describe('reading from OneTrust', () => {
  let server: http.Server;
  const asked: Asked[] = [];
  const printed: string[] = [];
  const handed: unknown[][] = [];
  let answerPage: (request: Asked, nth: number) => Answer;
  let answerToken: () => Answer;
  let answerReceipts: (receipts: unknown[]) => Answer;
  let secret: string;

  const answerTo = (request: Asked): Answer => {
    if (request.path.startsWith('/api/access/v1/oauth/token')) return answerToken();
    if (request.path.startsWith('/rest/api/consent/v4/datasubjects/profiles/unordered')) return answerPage(request, asked.filter(({ path }) => path.startsWith('/rest/')).length - 1);
    if (request.path === '/') return { body: { SecretString: secret } };
    const { receipts } = JSON.parse(request.body) as { receipts: unknown[] };
    handed.push(receipts);
    return answerReceipts(receipts);
  };

  beforeAll(async () => {
    server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const received = { path: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString() };
        asked.push(received);
        const { status = 200, headers = {}, body = {} } = answerTo(received);
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    useEndpoint(url);
    Object.assign(process.env, {
      ONETRUST: url, CREDENTIALS: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:onetrust', RECEIPTS: 'arn:aws:lambda:eu-central-1:123456789012:function:receipts', LOOKBACK_SECONDS: '86400',
      PURPOSES: JSON.stringify({ 'readmission-risk': 'readmission-risk', [PURPOSE_ID]: 'readmission-risk' }),
    });
    jest.spyOn(console, 'log').mockImplementation((...words: unknown[]) => void printed.push(words.map((word) => inspect(word)).join(' ')));
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  beforeEach(() => {
    asked.length = handed.length = 0;
    secret = '{"client_id":"id-canary","client_secret":"secret-canary"}';
    answerToken = () => ({ body: { access_token: 'token-canary' } });
    answerReceipts = (receipts) => ({ body: { taken: receipts.length, known: 0, tests: 0, refused: {} } });
    answerPage = () => ({ body: { content: [], last: true } });
  });

  const pagesAsked = () => asked.filter(({ path }) => path.startsWith('/rest/'));

  test('asks for a token, then for what changed, with the credentials of the secret', async () => {
    answerPage = () => ({ body: { content: [detail('p1')], last: true } });
    const answer = await handler({});
    expect(answer).toMatchObject({ taken: 1, known: 0, tests: 0, foreign: 0, refused: {} });
    expect(Date.parse(answer.until) - Date.parse(answer.since)).toBe(DAY);
    const token = asked.find(({ path }) => path.includes('oauth'))!;
    expect(token.body).toBe('grant_type=client_credentials&client_id=id-canary&client_secret=secret-canary');
    const [page] = pagesAsked();
    const { searchParams } = new URL(page!.path, 'http://host');
    expect(Object.fromEntries(searchParams)).toEqual({ updatedSince: answer.since.slice(0, 19), updatedUntil: expect.any(String) as string, size: '50' });
    // nothing is lost of the second that is cut off
    expect(Date.parse(`${searchParams.get('updatedUntil')}Z`)).toBeGreaterThanOrEqual(Date.parse(answer.until));
    expect(page!.headers.authorization).toBe('Bearer token-canary');
  });

  test('hands over plain receipts that say what OneTrust says', async () => {
    const said = [
      detail('p1', { expiryDate: '2027-01-01T00:00:00Z' }), detail('p2', { status: 'WITHDRAWN', withdrawalDate: '2026-02-01T00:00:00Z' }), detail('p3', { status: 'NO_CONSENT', lastInteractionDate: '2026-03-01T00:00:00Z' }),
    ];
    answerPage = () => ({ body: { content: said, last: true } });
    await handler({});
    expect(handed[0]!.map((receipt) => claimsOfReceipt(receipt))).toEqual([
      [{ subject: 'p1', purpose: PURPOSE_ID, say: 'given', at: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z', receipt: 'r-p1' }],
      [{ subject: 'p2', purpose: PURPOSE_ID, say: 'withdrawn', at: '2026-02-01T00:00:00.000Z', receipt: 'r-p2' }],
      [{ subject: 'p3', purpose: PURPOSE_ID, say: 'none', at: '2026-03-01T00:00:00.000Z', receipt: 'r-p3' }],
    ]);
  });

  test('hands on what it cannot read, to be kept, and leaves out tests and purposes of others', async () => {
    const unreadable = detail('p1', { status: 'CHANGE_PREFERENCES' });
    answerPage = () => ({ body: { content: [unreadable, detail('p2', { test: true }), detail('p3', { id: 'other', name: 'Marketing' }), detail('p4', { id: 'other', name: 'readmission-risk' })], last: true } });
    expect(await handler({})).toMatchObject({ taken: 2, tests: 1, foreign: 1 });
    expect(handed[0]![0]).toEqual(unreadable);
    expect(claimsOfReceipt(handed[0]![1])[0]).toMatchObject({ subject: 'p4', purpose: 'readmission-risk' });
  });

  test('turns pages by what the page before says, to the last, and hands over some hundred at a time', async () => {
    const sizes = [50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 7];
    answerPage = ({ headers }, nth) => {
      expect(headers.requestcontinuation).toBe(nth === 0 ? undefined : `after-${nth - 1}`);
      return { body: { content: Array.from({ length: sizes[nth]! }, (_, n) => detail(`p${nth}-${n}`)), last: nth === sizes.length - 1, requestContinuation: `after-${nth}` } };
    };
    expect((await handler({})).taken).toBe(557);
    expect(handed.map((receipts) => receipts.length)).toEqual([500, 57]);
  });

  test('reads a longer time by weeks, when asked to', async () => {
    const since = new Date(Date.now() - 20 * DAY).toISOString();
    await handler({ since });
    expect(pagesAsked()).toHaveLength(3);
    const times = pagesAsked().map(({ path }) => new URL(path, 'http://host').searchParams).map((query) => [query.get('updatedSince')!, query.get('updatedUntil')!]);
    for (const [from, until] of times) expect(Date.parse(`${until}Z`) - Date.parse(`${from}Z`)).toBeLessThanOrEqual(7 * DAY + 1000);
    for (const [index, [from]] of times.entries()) if (index > 0) expect(Date.parse(`${from}Z`)).toBeLessThanOrEqual(Date.parse(`${times[index - 1]![1]}Z`));
  });

  test('waits as long as it is told to, and asks again', async () => {
    answerPage = (_request, nth) => (nth < 2 ? { status: nth === 0 ? 429 : 503, headers: { 'retry-after': '0' } } : { body: { content: [detail('p1')], last: true } });
    expect((await handler({})).taken).toBe(1);
    expect(pagesAsked()).toHaveLength(3);
  });

  test.each<[string, () => void, RegExp]>([
    ['OneTrust goes on refusing', () => { answerPage = () => ({ status: 429, headers: { 'retry-after': '0' } }); }, /OneTrust answered 429 to \/rest\/api\/consent\/v4\/datasubjects\/profiles\/unordered$/],
    ['the client may not read', () => { answerPage = () => ({ status: 403, body: { message: 'p-canary' } }); }, /OneTrust answered 403/],
    ['the credentials are wrong', () => { answerToken = () => ({ status: 401 }); }, /OneTrust answered 401 to \/api\/access\/v1\/oauth\/token$/],
    ['there is no token', () => { answerToken = () => ({ body: {} }); }, /without an access token/],
    ['the secret is no JSON', () => { secret = 'secret-canary'; }, /is not \{ "client_id"/],
    ['the secret lacks a part', () => { secret = '{"client_id":"secret-canary"}'; }, /is not \{ "client_id"/],
    ['the same page comes again and again', () => { answerPage = () => ({ body: { content: [], last: false, requestContinuation: 'same' } }); }, /the same page again and again/],
    ['OneTrust leads elsewhere', () => { answerPage = () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/', 'retry-after': '0' } }); }, /OneTrust answered/],
    ['what is found is not taken', () => {
      answerPage = () => ({ body: { content: [detail('p-canary')], last: true } });
      answerReceipts = () => ({ headers: { 'x-amz-function-error': 'Unhandled' }, body: { errorMessage: 'p-canary' } });
    }, /did not take a part/],
  ])('fails when %s', async (_name, prepare, message) => {
    prepare();
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void) => setImmediate(work)) as never);
    try {
      await expect(handler({})).rejects.toThrow(message);
    } finally {
      (globalThis.setTimeout as unknown as jest.SpyInstance).mockRestore();
    }
  });

  test('fails for a time that is none, or to come', async () => {
    await expect(handler({ since: 'yesterday' })).rejects.toThrow('since is no time before now');
    await expect(handler({ since: '2999-01-01' })).rejects.toThrow('since is no time before now');
  });

  test('prints and throws nothing of a person, and no secret', async () => {
    answerPage = () => ({ body: { content: [detail('p-canary'), detail('p-canary', { status: 'p-canary' })], last: true } });
    await handler({});
    answerPage = () => ({ status: 400, body: 'p-canary' });
    const error = inspect(await handler({}).catch((thrown: unknown) => thrown), { depth: 9 });
    expect(printed.length).toBeGreaterThan(0);
    for (const text of [error, ...printed]) expect(text).not.toMatch(/canary/);
  });
});
