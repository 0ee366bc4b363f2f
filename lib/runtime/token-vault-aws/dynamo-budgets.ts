import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Budgets } from '../token-vault/store';
import { isRefused } from './refused';

/** The table of what callers have spent. */
export class DynamoBudgets implements Budgets {
  constructor(private readonly dynamo: DynamoDBClient, private readonly table: string) {}

  public async take(account: string, items: number, limit: number, expires: number): Promise<boolean> {
    try {
      await this.dynamo.send(new UpdateItemCommand({
        TableName: this.table, Key: { id: { S: account } },
        UpdateExpression: 'ADD #used :items SET #expires = :expires', ConditionExpression: 'attribute_not_exists(#used) OR #used <= :room',
        ExpressionAttributeNames: { '#used': 'used', '#expires': 'expires' },
        ExpressionAttributeValues: { ':items': { N: String(items) }, ':room': { N: String(limit - items) }, ':expires': { N: String(expires) } },
      }));
      return true;
    } catch (error) {
      if (isRefused(error)) return false;
      throw error;
    }
  }
}
