import { type AttributeValue, type DynamoDBClient, GetItemCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { decide, type Decision } from './decision';
import { entryOf, type RecordedEntry } from './entry';

/** The index of withdrawals that took effect later than they came in, and what each of them has in its attribute of the same name. */
export const LATER = 'later';

/** How many are given at a time. */
const AT_ONCE = 100;

/** Where an entry lies. */
export interface Place {
  readonly pk: string;
  readonly sk: string;
}

/** What has to be known of the table to tell of a withdrawal. It finds people by the keyed hashes that are there, and can make none. */
export class Withdrawals {
  constructor(private readonly dynamo: DynamoDBClient, private readonly table: string) {}

  /** Those that took effect within a time and not when they came in, the earliest first, page by page. */
  public async* later(from: string, to: string): AsyncGenerator<readonly Place[]> {
    const pages = this.pages({
      IndexName: LATER, Limit: AT_ONCE, KeyConditionExpression: '#later = :later AND #at BETWEEN :from AND :to', ExpressionAttributeNames: { '#later': LATER, '#at': 'at' },
      ExpressionAttributeValues: { ':later': { S: LATER }, ':from': { S: from }, ':to': { S: to } },
    });
    for await (const items of pages) yield items.map(({ pk, sk }) => ({ pk: pk!.S!, sk: sk!.S! }));
  }

  /** One of them. Nothing deletes an entry, and an index has none before its table has it. */
  public async at({ pk, sk }: Place): Promise<RecordedEntry> {
    const { Item } = await this.dynamo.send(new GetItemCommand({ TableName: this.table, Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true }));
    return entryOf(Item!);
  }

  /** What holds at a time for who said something, by purpose; a purpose that they said nothing about has no place in it. */
  public async standing({ pk }: Pick<Place, 'pk'>, purposes: readonly string[], at: string): Promise<ReadonlyMap<string, Decision>> {
    // a keyed hash in base64url has no '#'
    const person = pk.slice(0, pk.indexOf('#'));
    const standing = new Map<string, Decision>();
    for (const purpose of purposes) {
      const entries: RecordedEntry[] = [];
      const pages = this.pages({ ConsistentRead: true, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: `${person}#${purpose}` } } });
      for await (const items of pages) entries.push(...items.map(entryOf));
      if (entries.length > 0) standing.set(purpose, decide(entries, at).decision);
    }
    return standing;
  }

  private async* pages(query: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<Record<string, AttributeValue>[]> {
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await this.dynamo.send(new QueryCommand({ TableName: this.table, ExclusiveStartKey, ...query }));
      yield page.Items ?? [];
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }
}
