import { type AttributeValue, type DynamoDBClient, GetItemCommand, QueryCommand, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Account, Change, Entry, Ledger, Run } from '../ledger-rules/ledger';

type Item = Record<string, AttributeValue>;

/** The table of a ledger. Nothing is ever deleted, and nothing is looked for by a scan. */
export class LedgerTable implements Ledger {
  constructor(private readonly client: DynamoDBClient, private readonly name: string) {}

  public async account(dataSet: string): Promise<Account | undefined> {
    const item = await this.get(dataSetKey(dataSet), 'account');
    return item && { dataSet, budget: parsed(item.budget), owner: item.owner!.S!, version: Number(item.version!.N) };
  }

  public async run(reservation: string): Promise<Run | undefined> {
    const item = await this.get(`run#${reservation}`, 'run');
    return item && parsed<Run>(item.run);
  }

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
