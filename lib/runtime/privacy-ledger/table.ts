import { setTimeout as sleep } from 'node:timers/promises';
import { type AttributeValue, type DynamoDBClient, GetItemCommand, QueryCommand, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { NoisySteps, PrivacyCharge } from '../../policy/privacy/privacy-charge';
import type { PrivacyUnit } from '../../policy/privacy/privacy-unit';
import type { TrialDistribution } from '../../policy/privacy/renyi';

/** How much may be lost of a data set in a period. */
export interface Budget {
  /** What people call the data set, such as the path of its store. */
  readonly name: string;
  readonly epsilon: number;
  readonly delta: number;
  readonly unit: PrivacyUnit;
  readonly records: number;
  /** Calendar years in UTC; otherwise any so many days in a row. */
  readonly calendarYear: boolean;
  readonly periodInDays: number;
}

/** A data set with its budget. */
export interface Account {
  readonly dataSet: string;
  readonly budget: Budget;
  /** Which resource of which stack states the budget; empty when its stack has let go of it. */
  readonly owner: string;
  /** Goes up with each write to the data set, so that nobody writes who has not read it all. */
  readonly version: number;
}

/** What one run costs one data set. */
export interface Entry {
  readonly reservation: string;
  /** When the run began, in milliseconds: it decides the period. */
  readonly at: number;
  readonly state: 'reserved' | 'spent';
  readonly charges: PrivacyCharge[];
}

/** What a run asks for: so many trainings, or the best of a random number of them. */
export interface Asked {
  readonly training: NoisySteps;
  readonly trainings: number | TrialDistribution;
  readonly unit: PrivacyUnit;
  /** The δ that the ε of the run is stated with. */
  readonly delta: number;
}

/** One run of one step: what it reserved, and what became of it. */
export interface Run {
  readonly reservation: string;
  readonly execution: string;
  readonly step: string;
  readonly at: number;
  readonly dataSets: string[];
  readonly asked: Asked;
  readonly charges: PrivacyCharge[];
  readonly settlement?: Settlement;
}

/** How a reservation was settled. */
export interface Settlement {
  readonly by: 'run' | 'operator';
  /** What the charge rests on. */
  readonly verdict: string;
  /** Why the model must not be given out, where that is so. */
  readonly refusal?: string;
}

/** A change of what a data set is charged with. */
export interface Change {
  readonly account: Account;
  readonly entry: Entry;
}

type Item = Record<string, AttributeValue>;

const CONTENTION = new Set(['None', 'ConditionalCheckFailed', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
const HALTED = new Set(['TransactionInProgressException', 'TransactionConflictException']);

/**
 * The table of a ledger. Whoever writes has read the data set at the version that the write asks for, so what was decided on is what holds: of
 * many at a time one comes through, and the others read again. Nothing is ever deleted, and nothing is looked for by a scan.
 */
export class LedgerTable {
  constructor(private readonly client: DynamoDBClient, private readonly name: string) {}

  public async account(dataSet: string): Promise<Account | undefined> {
    const item = await this.get(dataSetKey(dataSet), 'account');
    return item && { dataSet, budget: parsed(item.budget), owner: item.owner!.S!, version: Number(item.version!.N) };
  }

  public async run(reservation: string): Promise<Run | undefined> {
    const item = await this.get(`run#${reservation}`, 'run');
    return item && parsed<Run>(item.run);
  }

  /** What began from one time to another, both included. */
  public async entries(dataSet: string, from: number, until: number): Promise<Entry[]> {
    const found: Entry[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await this.client.send(new QueryCommand({
        TableName: this.name, ConsistentRead: true, ExclusiveStartKey,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :until',
        // '~' stands behind every letter and digit
        ExpressionAttributeValues: { ':pk': { S: dataSetKey(dataSet) }, ':from': { S: `run#${iso(from)}` }, ':until': { S: `run#${iso(until)}~` } },
      }));
      found.push(...(page.Items ?? []).map((item) => parsed<Entry>(item.entry)));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found;
  }

  /** Writes a run and what it costs each of its data sets: all of it or nothing. */
  public async write(run: Run, before: Run | undefined, changes: readonly Change[]): Promise<void> {
    const state = run.settlement ? 'spent' : 'reserved';
    await this.transact([
      this.put(`run#${run.reservation}`, 'run', { run: json(run), state: { S: state } }, before === undefined ? 'attribute_not_exists(pk)' : 'run = :before',
        before === undefined ? undefined : { ':before': json(before) }),
      ...changes.flatMap(({ account, entry }) => [
        this.step(account),
        this.put(dataSetKey(account.dataSet), `run#${iso(entry.at)}#${entry.reservation}`, {
          entry: json(entry), state: { S: entry.state }, execution: { S: run.execution }, step: { S: run.step },
        }),
      ]),
    ]);
  }

  /** Opens an account, or changes its budget; what it was before stays in the table. */
  public async state(account: Omit<Account, 'version'>, before: Account | undefined): Promise<void> {
    const version = (before?.version ?? 0) + 1;
    const values = { budget: json(account.budget), owner: { S: account.owner }, version: { N: String(version) } };
    const known = before && { ':version': { N: String(before.version) } };
    await this.transact([
      this.put(dataSetKey(account.dataSet), 'account', values, known ? 'version = :version' : 'attribute_not_exists(pk)', known),
      this.put(dataSetKey(account.dataSet), `budget#${String(version).padStart(12, '0')}`, values, 'attribute_not_exists(pk)'),
    ]);
  }

  private async get(pk: string, sk: string): Promise<Item | undefined> {
    return (await this.client.send(new GetItemCommand({ TableName: this.name, ConsistentRead: true, Key: { pk: { S: pk }, sk: { S: sk } } }))).Item;
  }

  private step({ dataSet, version }: Account): TransactWriteItem {
    return { Update: {
      TableName: this.name, Key: { pk: { S: dataSetKey(dataSet) }, sk: { S: 'account' } },
      UpdateExpression: 'SET version = :next', ConditionExpression: 'version = :version',
      ExpressionAttributeValues: { ':version': { N: String(version) }, ':next': { N: String(version + 1) } },
    } };
  }

  private put(pk: string, sk: string, values: Item, ConditionExpression?: string, ExpressionAttributeValues?: Item): TransactWriteItem {
    return { Put: { TableName: this.name, Item: { pk: { S: pk }, sk: { S: sk }, ...values }, ConditionExpression, ExpressionAttributeValues } };
  }

  private async transact(TransactItems: TransactWriteItem[]): Promise<void> {
    await this.client.send(new TransactWriteItemsCommand({ TransactItems }));
  }
}

/**
 * Reads, decides and writes, and does it again when others were faster.
 *
 * @param patience milliseconds, well below what a Lambda step waits for
 */
export async function whenOthersWrite<T>(attempt: () => Promise<T>, patience: number = 90_000): Promise<T> {
  const end = Date.now() + patience;
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isContention(error)) throw error;
      if (Date.now() > end) throw new Error(`the ledger was not free for ${patience / 1000} seconds, and nothing was written: resume the run`, { cause: error });
      // spread out further the more there are
      await sleep(Math.random() * 50 * 2 ** Math.min(tries, 6));
    }
  }
}

function isContention(error: unknown): boolean {
  const { name, CancellationReasons: reasons } = error as { name?: string; CancellationReasons?: { Code?: string }[] };
  if (name === 'TransactionCanceledException') return (reasons ?? []).every(({ Code = 'None' }) => CONTENTION.has(Code));
  return HALTED.has(name ?? '');
}

function dataSetKey(dataSet: string): string {
  return `data-set#${dataSet}`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function json(value: unknown): AttributeValue.SMember {
  return { S: JSON.stringify(value) };
}

function parsed<T>(value: AttributeValue | undefined): T {
  return JSON.parse(value?.S ?? 'null') as T;
}
