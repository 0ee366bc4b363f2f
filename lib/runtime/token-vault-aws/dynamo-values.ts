import { DynamoDBClient, GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Batch, KeyPlace, SubjectKeyRow, TokenRow, ValuePlace, ValueStore } from '../token-vault/store';
import { batchGet } from './batch-get';
import { isRefused } from './refused';
import { type Item, keyOf, subjectKeyOf, type Tables } from './subject-rows';

/** The tables of subjects and tokens, for who tokenizes. */
export class DynamoValues implements ValueStore {
  constructor(private readonly dynamo: DynamoDBClient, private readonly tables: Tables) {}

  public async tokensOf(places: readonly ValuePlace[]): Promise<Batch<ValuePlace & { readonly token: string }, ValuePlace>> {
    const { items, missed } = await batchGet(this.dynamo, this.tables.subjects, places.map(({ subject, record }) => ({ subject: { S: subject }, record: { S: record } })));
    const place = ({ subject, record }: Item): ValuePlace => ({ subject: subject!.S!, record: record!.S! });
    return { rows: items.map((item) => ({ ...place(item), token: item.token!.S! })), missed: missed.map(place) };
  }

  public async tokenOf({ subject, record }: ValuePlace): Promise<string | undefined> {
    const { Item } = await this.dynamo.send(new GetItemCommand({
      TableName: this.tables.subjects, Key: { subject: { S: subject }, record: { S: record } }, ConsistentRead: true,
    }));
    return Item?.token?.S;
  }

  public async subjectKey(place: KeyPlace): Promise<SubjectKeyRow | undefined> {
    const { Item } = await this.dynamo.send(new GetItemCommand({ TableName: this.tables.subjects, Key: keyOf(place), ConsistentRead: true }));
    return Item && subjectKeyOf(Item);
  }

  public async addSubjectKey({ keyId, wrapped, version, ...place }: SubjectKeyRow): Promise<boolean> {
    try {
      await this.dynamo.send(new PutItemCommand({
        TableName: this.tables.subjects, ConditionExpression: 'attribute_not_exists(subject)',
        Item: { ...keyOf(place), keyId: { S: keyId }, wrapped: { B: wrapped }, version: { N: String(version) } },
      }));
      return true;
    } catch (error) {
      if (isRefused(error)) return false;
      throw error;
    }
  }

  /** Together, or neither. */
  public async addToken({ subject, field, token, sealed }: TokenRow, record: string, keyId: string): Promise<boolean> {
    const { subjects, tokens } = this.tables;
    try {
      await this.dynamo.send(new TransactWriteItemsCommand({
        TransactItems: [
          { ConditionCheck: { TableName: subjects, Key: keyOf({ subject, field }), ConditionExpression: 'keyId = :id', ExpressionAttributeValues: { ':id': { S: keyId } } } },
          { Put: { TableName: subjects, Item: { subject: { S: subject }, record: { S: record }, token: { S: token } }, ConditionExpression: 'attribute_not_exists(subject)' } },
          { Put: {
            TableName: tokens, ConditionExpression: 'attribute_not_exists(#token)', ExpressionAttributeNames: { '#token': 'token' },
            Item: { token: { S: token }, field: { S: field }, subject: { S: subject }, sealed: { B: sealed } },
          } },
        ],
      }));
      return true;
    } catch (error) {
      if (['TransactionCanceledException', 'TransactionInProgressException'].includes((error as Error).name)) return false;
      throw error;
    }
  }
}
