import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { VaultError } from './fault';

const WINDOW = 60;
/** Seconds after which the count of a window is removed. */
const FORGOTTEN_AFTER = 24 * 60 * 60;

export interface Expense {
  readonly table: string;
  /** Such as `detokenize`. */
  readonly action: string;
  readonly principal: string;
  readonly items: number;
  /** Items a minute. */
  readonly limit: number;
}

/**
 * Takes items from what a caller may have in this minute. A request that is tried again after an answer got lost is counted again: the count is
 * never below what was answered. By the clock, so at the turn of a minute twice the limit can pass.
 *
 * @throws a refusal when it is used up
 */
export async function spend(dynamo: DynamoDBClient, expense: Expense, now = Date.now()): Promise<void> {
  const { table, action, principal, items, limit } = expense;
  const start = Math.floor(now / 1000 / WINDOW) * WINDOW;
  const exhausted = () => new VaultError('BudgetExhausted', `the caller may ${action} ${limit} items a minute, and this request would go beyond it: send at most ${limit} at a time, and try again in ${start + WINDOW - Math.floor(now / 1000)} seconds`);
  if (items > limit) throw exhausted();
  try {
    await dynamo.send(new UpdateItemCommand({
      TableName: table, Key: { id: { S: `${action}#${principal}#${start}` } },
      UpdateExpression: 'ADD #used :items SET #expires = :expires', ConditionExpression: 'attribute_not_exists(#used) OR #used <= :room',
      ExpressionAttributeNames: { '#used': 'used', '#expires': 'expires' },
      ExpressionAttributeValues: { ':items': { N: String(items) }, ':room': { N: String(limit - items) }, ':expires': { N: String(start + FORGOTTEN_AFTER) } },
    }));
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') throw exhausted();
    throw error;
  }
}
