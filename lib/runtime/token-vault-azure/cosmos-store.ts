import { type Container, CosmosClient, type Database, type OperationInput } from '@azure/cosmos';
import { inParallel, pause } from '../token-vault/attempts';
import { ItemError, VaultError } from '../token-vault/fault';
import type { Batch, Budgets, Erased, Erasure, KeyPlace, KeyStore, SubjectKeyRow, TokenRow, TokenStore, ValuePlace, ValueStore } from '../token-vault/store';
import { keyRecord } from '../token-vault/subjects';
import type { ManagedIdentity } from './managed-identity';

const ATTEMPTS = 8;
const AT_A_TIME = 32;
/** As many callers of one principal may meet in an account at a time, and each gets through. */
const BUDGET_ATTEMPTS = 60;

/** Containers, as the construct makes them: all are parted by `/id`, but `subjects`, by `/subject`. */
type ContainerName = 'index-keys' | 'audit-keys' | 'value-keys' | 'subjects' | 'tokens' | 'budgets';

/** A value of a subject: its token, and what the row of the token is to hold, until that is there. */
interface ValueItem {
  readonly id: string;
  readonly subject: string;
  readonly token: string;
  readonly field: string;
  readonly sealed?: string;
  readonly _etag?: string;
}

interface KeyItem {
  readonly id: string;
  readonly subject: string;
  readonly field: string;
  readonly keyId: string;
  readonly wrapped: string;
  readonly version: number;
}

const NOT_FOUND = 404;
/** What a write comes to by what stands there, or does not. */
const AGAINST_IT: readonly unknown[] = [NOT_FOUND, 409, 412];

/**
 * The containers of a vault in Cosmos DB for NoSQL, under strong consistency. The identity of a function may use the part that is for what it does.
 *
 * A batch is atomic within one partition, and a value and its token lie in two. So a value is written first, together with what the row of its token is to
 * hold, and nobody is given the token before that row is there: whoever finds a value with something left to write, after a crash say, writes it.
 * Next to each key of a subject lies a mark by its id, which goes with the key: a value is written only while the mark of its key is there.
 */
export class CosmosStore implements KeyStore, ValueStore, TokenStore, Erasure, Budgets {
  private readonly database: Database;

  constructor(endpoint: string, identity: ManagedIdentity, database = 'vault') {
    const resource = new URL(endpoint).origin;
    this.database = new CosmosClient({
      endpoint, tokenProvider: async () => `type=aad&ver=1.0&sig=${await identity.token(resource)}`,
      connectionPolicy: {
        // one region: there is nowhere else to go
        enableEndpointDiscovery: false, enableBackgroundEndpointRefreshing: false, requestTimeout: 10_000,
        retryOptions: { maxRetryAttemptCount: 9, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 20 },
      },
    }).database(database);
  }

  public async read(id: string): Promise<Uint8Array | undefined> {
    const found = await this.find<{ wrapped: string }>(keysOf(id), idOf(id), idOf(id));
    return found && bytes(found.wrapped);
  }

  public async add(id: string, wrapped: Uint8Array): Promise<void> {
    // a conflict: somebody else was faster, or this is a second try of a request that came through
    await this.create(keysOf(id), { id: idOf(id), wrapped: text(wrapped), made: new Date().toISOString() });
  }

  public async tokensOf(places: readonly ValuePlace[]): Promise<Batch<ValuePlace & { readonly token: string }, ValuePlace>> {
    return gather(places, async ({ subject, record }) => {
      const token = await this.tokenOf({ subject, record });
      return token === undefined ? undefined : { subject, record, token };
    });
  }

  public async tokenOf({ subject, record }: ValuePlace): Promise<string | undefined> {
    const value = await this.find<ValueItem>('subjects', idOf(record), subject);
    if (value?.sealed !== undefined) await this.finish(value);
    return value?.token;
  }

  public async subjectKey({ subject, field }: KeyPlace): Promise<SubjectKeyRow | undefined> {
    const found = await this.find<KeyItem>('subjects', idOf(keyRecord(field)), subject);
    return found && { subject, field, keyId: found.keyId, version: found.version, wrapped: bytes(found.wrapped) };
  }

  public async addSubjectKey({ subject, field, keyId, wrapped, version }: SubjectKeyRow): Promise<boolean> {
    const key: KeyItem = { id: idOf(keyRecord(field)), subject, field, keyId, version, wrapped: text(wrapped) };
    return this.together(subject, [
      { operationType: 'Create', resourceBody: { ...key } }, { operationType: 'Create', resourceBody: { id: markOf(field, keyId), subject } },
    ]);
  }

  public async addToken({ subject, field, token, sealed }: TokenRow, record: string, keyId: string): Promise<boolean> {
    const value: ValueItem = { id: idOf(record), subject, field, token, sealed: text(sealed) };
    const written = await this.together(subject, [
      { operationType: 'Read', id: markOf(field, keyId) }, { operationType: 'Create', resourceBody: { ...value } },
    ]);
    if (written) await this.finish(value);
    return written;
  }

  public async tokens(tokens: readonly string[]): Promise<Batch<TokenRow, string>> {
    return gather(tokens, async (token) => {
      const found = await this.find<ValueItem>('tokens', token, token);
      return found && { token, field: found.field, subject: found.subject, sealed: bytes(found.sealed!) };
    });
  }

  public async subjectKeys(places: readonly KeyPlace[]): Promise<Batch<SubjectKeyRow, KeyPlace>> {
    return gather(places, (place) => this.subjectKey(place));
  }

  public async erase(subject: string): Promise<Erased> {
    const keys = await this.rowsOf(subject, 'key:');
    for (let from = 0; from < keys.length; from += 100) {
      const some = keys.slice(from, from + 100).map(({ id }): OperationInput => ({ operationType: 'Delete', id }));
      if (!await this.together(subject, some)) await inParallel(keys, AT_A_TIME, ({ id }) => this.remove('subjects', id, subject));
    }
    const values = await this.rowsOf(subject, 'value:');
    await inParallel(values, AT_A_TIME, async ({ id, token }) => {
      // the row that leads to the token goes last, or a second try would not find it
      await this.remove('tokens', token!, token!);
      await this.remove('subjects', id, subject);
    });
    return { keys: keys.filter(({ id }) => id.split(':').length === 2).length, tokens: values.length };
  }

  public async take(account: string, items: number, limit: number, expires: number): Promise<boolean> {
    const id = idOf(account);
    const ttl = Math.max(1, expires - Math.floor(Date.now() / 1000));
    const budgets = this.container('budgets');
    for (let attempt = 0; attempt < BUDGET_ATTEMPTS; attempt++) {
      await pause(Math.min(attempt, 5));
      const found = await this.find<{ used: number; _etag: string }>('budgets', id, id);
      if ((found?.used ?? 0) + items > limit) return false;
      const body = { id, used: (found?.used ?? 0) + items, ttl };
      const status = found
        ? await statusOf(() => budgets.item(id, id).replace(body, { accessCondition: { type: 'IfMatch', condition: found._etag } }))
        : await this.create('budgets', body);
      if (status < 300) return true;
    }
    throw new VaultError('Unavailable', 'too many requests of the caller come in at this moment: try again');
  }

  /** Writes the row of a token, then takes down what was left to write. */
  private async finish({ id, subject, field, token, sealed, _etag }: ValueItem): Promise<void> {
    await this.create('tokens', { id: token, subject, field, sealed });
    const container = this.container('subjects');
    const status = await statusOf(() => container.item(id, subject).replace<ValueItem>(
      { id, subject, field, token }, _etag === undefined ? {} : { accessCondition: { type: 'IfMatch', condition: _etag } },
    ));
    if (status !== NOT_FOUND) return;
    // the row of the token may have come after those of the subject were erased: whoever erases again finds it by this
    await this.create('subjects', { id: `value:erased:${token}`, subject, token });
    throw new ItemError('unavailable', 'the subject was erased at this moment: try again, if its data may still be processed');
  }

  private async find<Item extends object>(container: ContainerName, id: string, partition: string): Promise<Item | undefined> {
    const answer = await again(() => this.container(container).item(id, partition).read<Item>());
    return answer.statusCode === NOT_FOUND ? undefined : answer.resource;
  }

  /** @returns the status: created, or a conflict with one that is there */
  private create(container: ContainerName, item: object): Promise<number> {
    return statusOf(() => this.container(container).items.create({ ...item }));
  }

  private async remove(container: ContainerName, id: string, partition: string): Promise<void> {
    await statusOf(() => this.container(container).item(id, partition).delete());
  }

  private container(name: ContainerName): Container {
    return this.database.container(name);
  }

  /**
   * All of it, or nothing. The SDK does not say why a batch failed as a whole, so that is asked again whatever it was; one that came through after all then
   * stands against itself, and whoever asked finds its rows.
   *
   * @returns false when something stood against it
   */
  private async together(partition: string, operations: OperationInput[]): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await pause(attempt);
      const statuses = await this.container('subjects').items.batch(operations, partition).then(({ result }) => result?.map(({ statusCode }) => statusCode) ?? [], () => []);
      if (statuses.length > 0 && statuses.every((status) => status < 300)) return true;
      if (statuses.some((status) => AGAINST_IT.includes(status))) return false;
    }
    throw new VaultError('Unavailable', 'the store did not take the rows: try again');
  }

  private async rowsOf(subject: string, prefix: string): Promise<{ readonly id: string; readonly token?: string }[]> {
    const query = { query: 'SELECT c.id, c.token FROM c WHERE STARTSWITH(c.id, @prefix)', parameters: [{ name: '@prefix', value: prefix }] };
    const { resources } = await again(() => this.container('subjects').items.query<{ id: string; token?: string }>(query, { partitionKey: subject }).fetchAll());
    return resources;
  }
}

/** An id of Cosmos DB has no `#`, `/`, `\` or `?`. */
function idOf(record: string): string {
  return record.replaceAll('#', ':');
}

/** Beside the key, and erased with it: there is no `:` in a name of a field. */
function markOf(field: string, keyId: string): string {
  return `${idOf(keyRecord(field))}:${keyId}`;
}

function keysOf(id: string): ContainerName {
  return id.startsWith('index#') ? 'index-keys' : id.startsWith('audit#') ? 'audit-keys' : 'value-keys';
}

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

function text(data: Uint8Array): string {
  return Buffer.from(data).toString('base64');
}

/** Reads one by one, many at a time; what the store does not answer for is missed, and the others are found. */
async function gather<Asked, Row>(asked: readonly Asked[], read: (one: Asked) => Promise<Row | undefined>): Promise<Batch<Row, Asked>> {
  const rows: Row[] = [];
  const missed: Asked[] = [];
  await inParallel(asked, AT_A_TIME, async (one) => {
    try {
      const row = await read(one);
      if (row !== undefined) rows.push(row);
    } catch (error) {
      if (!isBusy(error) && !(error instanceof ItemError)) throw error;
      missed.push(one);
    }
  });
  return { rows, missed };
}

/** The status of a write, where it says what stands there. */
async function statusOf(write: () => Promise<{ readonly statusCode?: number }>): Promise<number> {
  try {
    return (await again(write)).statusCode ?? 200;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (AGAINST_IT.includes(code)) return code as number;
    throw error;
  }
}

/** Asks again what the SDK leaves: 449 is for two writes that met, and a line that broke may have been heard. */
async function again<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isBusy(error)) throw error;
      await pause(attempt);
    }
  }
}

function isBusy(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return [408, 410, 429, 449, 500, 502, 503, 504, 'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'TimeoutError'].includes(code as number | string);
}
