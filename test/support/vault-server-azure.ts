// The function that tokenizes on Azure, behind what App Service does before it (a token is checked, and who it is of is written into a header) and beside the address at which Azure ML
// hands out tokens of an identity: for clients in other languages. Prints where, as one line of JSON, and ends with its parent.
//   npx tsx --tsconfig tsconfig.dev.json test/support/vault-server-azure.ts
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AzureVault, INGEST, principalHeader } from '../runtime/token-vault-azure/fixture';

const AUDIENCE = 'api://77777777-7777-4777-8777-777777777777';
const CLIENT_ID = '88888888-8888-4888-8888-888888888888';
const SECRET = 'of the endpoint';

/** What has come in, and what is answered in place of the function from a request on. */
const seen = { requests: [] as { items: number; bytes: number; values: string[] }[], signedIn: 0, fault: undefined as Fault | undefined };
interface Fault { readonly after: number; readonly times: number; readonly status: number; readonly code?: string; readonly retryAfter?: string; readonly lost?: boolean }

/** Tokens that are good, with the app roles in them: a role that is assigned later is in tokens that are given later. */
const tokens = new Map<string, readonly string[]>();
let roles = ['Tokenize'];

async function main(): Promise<void> {
  const vault = await AzureVault.start();
  const { raw } = vault.instance();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answer(request, Buffer.concat(chunks), response));
  });
  server.listen(0, '127.0.0.1', () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    console.log(JSON.stringify({ url, audience: AUDIENCE, clientId: CLIENT_ID, environment: { MSI_ENDPOINT: `${url}/msi`, MSI_SECRET: SECRET } }));
  });
  process.stdin.resume().on('end', () => process.exit());

  async function answer(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://here');
    const say = (status: number, content: unknown, headers: Record<string, string> = {}) => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(content));
    if (pathname === '/seen') {
      if (request.method === 'POST') {
        const told = JSON.parse(body.toString()) as { fault?: Fault; roles?: string[]; forgetTokens?: boolean };
        Object.assign(seen, { requests: [], signedIn: 0, fault: told.fault });
        roles = told.roles ?? ['Tokenize'];
        if (told.forgetTokens) tokens.clear();
      }
      return say(200, { requests: seen.requests, signedIn: seen.signedIn, tokens: vault.azure.rows('tokens').length, denied: vault.azure.denied });
    }
    if (pathname === '/msi') return handOut(request, searchParams, say);
    if (pathname !== '/api/tokenize' || request.method !== 'POST') return say(404, '');
    const { items } = JSON.parse(body.toString()) as { items: { value: string }[] };
    seen.requests.push({ items: items.length, bytes: body.length, values: items.map(({ value }) => value) });
    const nth = seen.requests.length - (seen.fault?.after ?? 0);
    if (seen.fault && nth > 0 && nth <= seen.fault.times) return fail(seen.fault, body, response, say);
    // what App Service does with a token that it does not take
    const held = tokens.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (held === undefined) return void response.writeHead(401).end('You do not have permission to view this directory or page.');
    const answered = await raw('tokenize', body.toString(), { header: principalHeader(INGEST, held) });
    say(answered.status, answered.body);
  }
}

function handOut({ headers }: IncomingMessage, query: URLSearchParams, say: (status: number, content: unknown) => void): void {
  seen.signedIn++;
  if (headers.secret !== SECRET || query.get('api-version') !== '2017-09-01' || query.get('clientid') !== CLIENT_ID || query.get('resource') !== AUDIENCE) return say(400, { error: 'no such identity' });
  const token = randomUUID();
  tokens.set(token, roles);
  say(200, { access_token: token, expires_on: String(Math.floor(Date.now() / 1000) + 86_400), resource: AUDIENCE, token_type: 'Bearer' });
}

function fail(fault: Fault, body: Buffer, response: ServerResponse, say: (status: number, content: unknown, headers?: Record<string, string>) => void): void {
  if (fault.lost) return void response.destroy();
  const quoting = `quoting ${body.toString().slice(0, 4_000)}`;
  say(fault.status, fault.code ? { error: { code: fault.code, message: quoting } } : quoting, { ...(fault.retryAfter ? { 'retry-after': fault.retryAfter } : {}), location: '/api/tokenize' });
}

void main();
