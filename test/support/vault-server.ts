// The function that tokenizes, behind the API by which Lambda is invoked: for clients in other languages. Prints where, as one line of JSON, and ends with its parent.
//   npx tsx --tsconfig tsconfig.dev.json test/support/vault-server.ts [items a minute]
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tokenizer } from '../../lib/runtime/tokenize';
import { VaultInMemory } from './vault-in-memory';

/** Lambda takes no larger payload: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAXIMUM_PAYLOAD = 6 * 1024 * 1024;

/** Of so many requests the values are kept: a test sends few, and a benchmark millions of values. */
const KEPT = 1_000;

/** What has come in, and what is answered in place of the function from a request on. */
const seen = { requests: [] as { items: number; bytes: number; values: string[] }[], fault: undefined as Fault | undefined };
interface Fault { readonly after: number; readonly times: number; readonly status?: number; readonly code: string }

const vault = new VaultInMemory(Number(process.argv[2] ?? 1e9));
const tokenize = tokenizer();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => void answer(request, Buffer.concat(chunks), response));
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })));
process.stdin.resume().on('end', () => process.exit());

async function answer({ method, url = '' }: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  const say = (status: number, content: unknown, headers: Record<string, string> = {}) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(content));
  if (url === '/seen') {
    if (method === 'POST') Object.assign(seen, { requests: [], fault: undefined }, JSON.parse(body.toString()));
    return void say(200, { requests: seen.requests, tokens: vault.count('tokens'), subjects: vault.count('subjects') });
  }
  const [, arn] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(url) ?? [];
  if (arn === undefined) return void say(404, { Message: 'no such operation' }, { 'x-amzn-errortype': 'ResourceNotFoundException' });
  if (body.length > MAXIMUM_PAYLOAD) return void say(413, { Message: 'the payload is too large' }, { 'x-amzn-errortype': 'RequestTooLargeException' });
  const event = JSON.parse(body.toString()) as { items: { value: string }[] };
  seen.requests.push({ items: event.items.length, bytes: body.length, values: seen.requests.length < KEPT ? event.items.map(({ value }) => value) : [] });
  const { fault } = seen;
  const nth = seen.requests.length - (fault?.after ?? 0);
  if (fault && nth > 0 && nth <= fault.times) {
    if (fault.status !== undefined) return void say(fault.status, { Message: `quoting ${body.toString().slice(0, 4_000)}` }, { 'x-amzn-errortype': fault.code });
    return void say(200, { errorType: fault.code, errorMessage: `quoting ${body.toString().slice(0, 4_000)}` }, { 'x-amz-function-error': 'Unhandled' });
  }
  try {
    say(200, await tokenize(event, { awsRequestId: `request-${seen.requests.length}`, invokedFunctionArn: decodeURIComponent(arn) }));
  } catch (error) {
    const { name, message } = error as Error;
    say(200, { errorType: name, errorMessage: message }, { 'x-amz-function-error': 'Unhandled' });
  }
}
