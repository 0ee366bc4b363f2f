import { constants, generateKeyPairSync, type KeyObject, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ACCESS, CONTAINERS, type ContainerName, type DataAction, type VaultFunction } from '../../../lib/azure/privacy/vault-access';

/** A request to Azure, as it came in. */
export interface Passing {
  /** Such as `PUT`; `QUERY`, `PLAN` (of a query, which the SDK asks for beforehand) and `BATCH` of Cosmos DB. */
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** Which function sent it, as its identity says. */
  readonly by: string;
}

/** What is answered instead; or `lost`, which does what was asked and then cuts the line. */
export type Interference = { readonly status: number; readonly body?: object; readonly headers?: Record<string, string> } | 'lost' | undefined;

export type Row = Record<string, unknown> & { readonly id: string; readonly _etag: string };
interface Operation { readonly operationType: 'Create' | 'Read' | 'Delete'; readonly id?: string; readonly resourceBody?: Record<string, unknown> & { readonly id: string } }
interface Answer { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }

/** Items of a query in one answer. */
const PAGE = 3;
const NOT_FOUND: Answer = { status: 404, body: { code: 'NotFound', message: 'Resource Not Found' } };

/**
 * Cosmos DB, Key Vault, log ingestion and the token service of a function app on one loopback port, by their REST descriptions. Cosmos DB is atomic in a
 * request, has etags, batches that happen as a whole, and lets an identity do what `ACCESS` says it may, and nothing else. Key Vault wraps for real.
 *
 * @see https://learn.microsoft.com/rest/api/cosmos-db/ and https://learn.microsoft.com/rest/api/keyvault/keys/wrap-key/wrap-key
 */
export class FakeAzure {
  public static async start(): Promise<FakeAzure> {
    const fake = new FakeAzure();
    await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    fake.url = `http://127.0.0.1:${(fake.server.address() as AddressInfo).port}`;
    return fake;
  }

  public url = '';
  public readonly passed: Passing[] = [];
  public readonly records: Record<string, unknown>[] = [];
  /** Requests that an identity was not allowed, by what it lacks. */
  public readonly denied: string[] = [];
  public interfere: (request: Passing) => Interference = () => undefined;
  private readonly containers = new Map<ContainerName, Map<string, Row>>();
  private readonly keys = new Map<string, { readonly versions: Map<string, { publicKey: KeyObject; privateKey: KeyObject }>; current: string }>();
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.pass(request, Buffer.concat(chunks).toString(), response));
  });

  private readonly pairs = Array.from({ length: 3 }, () => generateKeyPairSync('rsa', { modulusLength: 2048 }));
  private made = 0;

  private constructor() {
    for (const name of ['index', 'audit', 'values']) this.rotate(name);
    this.made = 1;
  }

  /** A key takes a new version, as its rotation policy has it. */
  public rotate(name: string): void {
    const key = this.keys.get(name) ?? { versions: new Map<string, { publicKey: KeyObject; privateKey: KeyObject }>(), current: '' };
    key.current = randomBytes(16).toString('hex');
    // making a pair takes long: the next version of a key has what another key had before
    key.versions.set(key.current, this.pairs[this.made++ % this.pairs.length]!);
    this.keys.set(name, key);
  }

  public rows(name: ContainerName): Row[] {
    return [...this.container(name).values()];
  }

  /** Writes a row past the functions, as somebody with access to the account could. */
  public put(name: ContainerName, row: Row): void {
    this.container(name).set(this.placeOf(name, row), row);
  }

  /** Forgets all rows, as a restore to before the vault would. */
  public clear(): void {
    this.containers.clear();
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private pass(request: http.IncomingMessage, body: string, response: http.ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    const kind = request.headers['x-ms-cosmos-is-query-plan-request'] ? 'PLAN' : request.headers['x-ms-documentdb-isquery'] ? 'QUERY' : request.headers['x-ms-cosmos-is-batch-request'] ? 'BATCH' : request.method ?? '';
    const passing = { method: kind, path: decodeURIComponent(pathname), body, by: this.senderOf(request) };
    this.passed.push(passing);
    const instead = this.interfere(passing);
    const answer: Answer = instead && instead !== 'lost' ? { body: {}, ...instead } : this.answer(passing, request, searchParams);
    if (instead === 'lost') {
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }

  /** The client id in the token: tokens of this fake are `<resource> <client id>`. */
  private senderOf({ headers }: http.IncomingMessage): string {
    return decodeURIComponent(String(headers.authorization ?? '')).split(' ').at(-1) ?? '';
  }

  private answer(passing: Passing, request: http.IncomingMessage, query: URLSearchParams): Answer {
    const { path, body, by } = passing;
    const authorization = decodeURIComponent(String(request.headers.authorization ?? ''));
    if (path === '/identity') {
      if (request.headers['x-identity-header'] !== 'identity-secret' || query.get('api-version') !== '2019-08-01') return { status: 400, body: {} };
      return { status: 200, body: { access_token: `${query.get('resource')} ${query.get('client_id')}`, expires_on: String(Math.floor(Date.now() / 1000) + 3_600), token_type: 'Bearer' } };
    }
    if (path.startsWith('/keys/')) return authorization === `Bearer https://vault.azure.net ${by}` ? this.key(path, body, by) : { status: 401, body: {} };
    if (path.startsWith('/dataCollectionRules/')) {
      if (authorization !== `Bearer https://monitor.azure.com ${by}`) return { status: 401, body: {} };
      this.records.push(...JSON.parse(body) as Record<string, unknown>[]);
      return { status: 204 };
    }
    return authorization === `type=aad&ver=1.0&sig=${this.url} ${by}` ? this.cosmos(passing, request) : { status: 401, body: { message: 'no token for this account' } };
  }

  private key(path: string, body: string, by: string): Answer {
    const [, , name, ...rest] = path.split('/') as [string, string, 'index' | 'audit' | 'values', ...string[]];
    const key = this.keys.get(name);
    if (!ACCESS[by as VaultFunction].keys.includes(name)) return this.deny(`${by} uses key ${name}`);
    if (rest.length === 0) return { status: 200, body: { key: { kid: `${this.url}/keys/${name}/${key?.current}` } } };
    const { alg, value } = JSON.parse(body) as { alg: string; value: string };
    const [version, operation] = rest as [string, string];
    const pair = key?.versions.get(version);
    if (!pair || alg !== 'RSA-OAEP-256') return { status: 404, body: { error: { code: 'KeyNotFound' } } };
    const bytes = Buffer.from(value, 'base64url');
    const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
    try {
      const done = operation === 'wrapkey' ? publicEncrypt({ key: pair.publicKey, ...padding }, bytes) : privateDecrypt({ key: pair.privateKey, ...padding }, bytes);
      return { status: 200, body: { kid: `${this.url}/keys/${name}/${version}`, value: done.toString('base64url') } };
    } catch {
      return { status: 400, body: { error: { code: 'BadParameter' } } };
    }
  }

  private cosmos({ method, path, body, by }: Passing, request: http.IncomingMessage): Answer {
    if (path === '/') {
      const locations = [{ name: 'Germany West Central', databaseAccountEndpoint: this.url }];
      return { status: 200, body: { id: 'fake', writableLocations: locations, readableLocations: locations, userConsistencyPolicy: { defaultConsistencyLevel: 'Strong' }, enableMultipleWriteLocations: false } };
    }
    const [, name, docs, id] = /^\/dbs\/vault\/colls\/([a-z-]+)(?:\/(docs|pkranges))?(?:\/(.+))?$/.exec(path) as unknown as [string, ContainerName, string?, string?];
    if (docs === undefined) return { status: 200, body: { id: name, _rid: 'AAAAAAAAAAA=', partitionKey: { paths: [CONTAINERS[name]], kind: 'Hash', version: 2 } } };
    if (docs === 'pkranges') return { status: 200, body: { PartitionKeyRanges: [{ id: '0', minInclusive: '', maxExclusive: 'FF' }] } };
    if (method === 'PLAN') return { status: 200, body: { partitionedQueryExecutionInfoVersion: 2, queryInfo: { aggregates: [] }, queryRanges: [] } };
    const [partition] = JSON.parse(String(request.headers['x-ms-documentdb-partitionkey'] ?? '[]')) as [string?];
    if (partition === undefined) return { status: 400, body: { message: 'no partition' } };
    const action = { POST: 'items/create', GET: 'items/read', PUT: 'items/replace', DELETE: 'items/delete', QUERY: 'executeQuery' }[method] as DataAction | undefined;
    const lacking = (one: DataAction) => !ACCESS[by as VaultFunction].containers[name]?.includes(one);
    if (action && lacking(action)) return this.deny(`${by} ${action} of ${name}`);
    const rows = this.container(name);
    if (method === 'QUERY') {
      const { parameters: [{ value }] } = JSON.parse(body) as { parameters: [{ value: string }] };
      const found = [...rows].filter(([place, row]) => place.startsWith(`${partition} `) && row.id.startsWith(value));
      const from = Number(request.headers['x-ms-continuation'] ?? 0);
      const page = found.slice(from, from + PAGE);
      return {
        status: 200, body: { Documents: page.map(([, row]) => ({ id: row.id, token: row.token })), _count: page.length },
        headers: from + PAGE < found.length ? { 'x-ms-continuation': String(from + PAGE) } : {},
      };
    }
    if (method === 'BATCH') {
      const operations = JSON.parse(body) as Operation[];
      const missing = operations.map(({ operationType }) => ({ Create: 'items/create', Read: 'items/read', Delete: 'items/delete' } as const)[operationType]).find(lacking);
      return missing ? this.deny(`${by} ${missing} of ${name}`) : this.batch(rows, partition, operations);
    }
    return this.one(rows, partition, method, id, body, request.headers['if-match']);
  }

  private one(rows: Map<string, Row>, partition: string, method: string, id: string | undefined, body: string, ifMatch: string | undefined): Answer {
    const item = body === '' ? undefined : JSON.parse(body) as Record<string, unknown> & { id: string };
    const place = `${partition} ${id ?? item?.id}`;
    const found = rows.get(place);
    if (method === 'POST') {
      if (found) return { status: 409, body: { code: 'Conflict', message: `Resource with specified id ${item?.id} already exists.` } };
    } else if (!found) {
      return NOT_FOUND;
    } else if (ifMatch !== undefined && ifMatch !== found._etag) {
      return { status: 412, body: { code: 'PreconditionFailed', message: 'One of the specified pre-condition is not met' } };
    }
    if (method === 'GET') return { status: 200, body: found, headers: { etag: found!._etag } };
    if (method === 'DELETE') {
      rows.delete(place);
      return { status: 204 };
    }
    if (/[/\\?#]/.test(item!.id)) return { status: 400, body: { message: 'an id has no / \\ ? #' } };
    const row = { ...item!, _etag: `"${randomBytes(8).toString('hex')}"` };
    rows.set(place, row);
    return { status: method === 'POST' ? 201 : 200, body: row, headers: { etag: row._etag } };
  }

  private batch(rows: Map<string, Row>, partition: string, operations: readonly Operation[]): Answer {
    const after = new Map(rows);
    let failed: number | undefined;
    const statuses = operations.map(({ operationType, id, resourceBody }) => {
      if (failed !== undefined) return 424;
      const method = { Create: 'POST', Read: 'GET', Delete: 'DELETE' }[operationType];
      const { status } = this.one(after, partition, method, id, resourceBody ? JSON.stringify(resourceBody) : '', undefined);
      if (status >= 300) failed = status;
      return status;
    });
    if (failed === undefined) {
      rows.clear();
      for (const [place, row] of after) rows.set(place, row);
    }
    const results = statuses.map((status) => ({ statusCode: failed === undefined || status === failed ? status : 424, requestCharge: 1 }));
    return { status: failed === undefined ? 200 : 207, body: results };
  }

  private deny(what: string): Answer {
    this.denied.push(what);
    return { status: 403, body: { code: 'Forbidden', message: what } };
  }

  private placeOf(name: ContainerName, row: Row): string {
    return `${String(row[CONTAINERS[name].slice(1)])} ${row.id}`;
  }

  private container(name: ContainerName): Map<string, Row> {
    const found = this.containers.get(name) ?? new Map<string, Row>();
    this.containers.set(name, found);
    return found;
  }
}
