import { type AttributeValue, BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { pause } from '../token-vault/attempts';

type Item = Record<string, AttributeValue>;

/** DynamoDB takes no more keys in one request. */
const AT_ONCE = 100;
const ATTEMPTS = 8;

/** What was found, and what DynamoDB did not get to in any attempt. */
export interface Got {
  readonly items: readonly Item[];
  readonly missed: readonly Item[];
}

/** Reads items as they are now; a part that DynamoDB leaves undone under load is asked for again. */
export async function batchGet(dynamo: DynamoDBClient, table: string, keys: readonly Item[]): Promise<Got> {
  const chunks = Array.from({ length: Math.ceil(keys.length / AT_ONCE) }, (_, i) => keys.slice(i * AT_ONCE, (i + 1) * AT_ONCE));
  const batches = await Promise.all(chunks.map((chunk) => chunkOf(dynamo, table, chunk)));
  return { items: batches.flatMap(({ items }) => items), missed: batches.flatMap(({ missed }) => missed) };
}

async function chunkOf(dynamo: DynamoDBClient, table: string, keys: readonly Item[]): Promise<Got> {
  const items: Item[] = [];
  let missed = [...keys];
  for (let attempt = 0; missed.length > 0 && attempt < ATTEMPTS; attempt++) {
    await pause(attempt);
    const { Responses, UnprocessedKeys } = await dynamo.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: missed, ConsistentRead: true } } }));
    items.push(...Responses?.[table] ?? []);
    missed = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return { items, missed };
}
