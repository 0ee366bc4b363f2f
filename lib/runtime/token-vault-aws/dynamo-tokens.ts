import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Batch, KeyPlace, SubjectKeyRow, TokenRow, TokenStore } from '../token-vault/store';
import { batchGet } from './batch-get';
import { keyOf, placeOf, subjectKeyOf, type Tables } from './subject-rows';

/** The tables of subjects and tokens, for who detokenizes. */
export class DynamoTokens implements TokenStore {
  constructor(private readonly dynamo: DynamoDBClient, private readonly tables: Tables) {}

  public async tokens(tokens: readonly string[]): Promise<Batch<TokenRow, string>> {
    const { items, missed } = await batchGet(this.dynamo, this.tables.tokens, tokens.map((token) => ({ token: { S: token } })));
    return {
      rows: items.map((item) => ({ token: item.token!.S!, field: item.field!.S!, subject: item.subject!.S!, sealed: item.sealed!.B! })),
      missed: missed.map(({ token }) => token!.S!),
    };
  }

  public async subjectKeys(places: readonly KeyPlace[]): Promise<Batch<SubjectKeyRow, KeyPlace>> {
    const { items, missed } = await batchGet(this.dynamo, this.tables.subjects, places.map(keyOf));
    return { rows: items.map(subjectKeyOf), missed: missed.map(placeOf) };
  }
}
