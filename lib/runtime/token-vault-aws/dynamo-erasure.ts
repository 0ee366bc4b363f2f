import { DeleteItemCommand, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Erased, Erasure } from '../token-vault/store';
import type { Item, Tables } from './subject-rows';

/** The tables of subjects and tokens, for who erases. */
export class DynamoErasure implements Erasure {
  constructor(private readonly dynamo: DynamoDBClient, private readonly tables: Tables) {}

  public async erase(subject: string): Promise<Erased> {
    const { subjects, tokens } = this.tables;
    const keys = await this.rowsOf(subject, 'key#');
    for (const { record } of keys) await this.dynamo.send(new DeleteItemCommand({ TableName: subjects, Key: { subject: { S: subject }, record: record! } }));
    const values = await this.rowsOf(subject, 'value#');
    for (const { record, token } of values) {
      // the row that leads to the token goes last, or a second try would not find it
      await this.dynamo.send(new DeleteItemCommand({ TableName: tokens, Key: { token: token! } }));
      await this.dynamo.send(new DeleteItemCommand({ TableName: subjects, Key: { subject: { S: subject }, record: record! } }));
    }
    return { keys: keys.length, tokens: values.length };
  }

  private async rowsOf(subject: string, prefix: string): Promise<Item[]> {
    const rows: Item[] = [];
    let from: Item | undefined;
    do {
      const page = await this.dynamo.send(new QueryCommand({
        TableName: this.tables.subjects, ConsistentRead: true, ExclusiveStartKey: from,
        KeyConditionExpression: 'subject = :subject AND begins_with(#record, :prefix)', ExpressionAttributeNames: { '#record': 'record', '#token': 'token' },
        ExpressionAttributeValues: { ':subject': { S: subject }, ':prefix': { S: prefix } }, ProjectionExpression: '#record, #token',
      }));
      rows.push(...page.Items ?? []);
      from = page.LastEvaluatedKey;
    } while (from);
    return rows;
  }
}
