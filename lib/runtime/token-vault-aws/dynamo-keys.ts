import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { KeyStore } from '../token-vault/store';
import { isRefused } from './refused';

/** The table of data keys. */
export class DynamoKeys implements KeyStore {
  constructor(private readonly dynamo: DynamoDBClient, private readonly table: string) {}

  public async read(id: string): Promise<Uint8Array | undefined> {
    const { Item } = await this.dynamo.send(new GetItemCommand({ TableName: this.table, Key: { id: { S: id } }, ConsistentRead: true }));
    return Item?.wrapped?.B;
  }

  public async add(id: string, wrapped: Uint8Array): Promise<void> {
    try {
      await this.dynamo.send(new PutItemCommand({
        TableName: this.table, Item: { id: { S: id }, wrapped: { B: wrapped }, made: { S: new Date().toISOString() } },
        ConditionExpression: 'attribute_not_exists(id)',
      }));
    } catch (error) {
      // somebody else was faster, or this is a second try of a request that came through
      if (!isRefused(error)) throw error;
    }
  }
}
