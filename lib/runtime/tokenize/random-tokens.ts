import { randomBytes } from 'node:crypto';
import { DynamoDBClient, GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { batchGet, pause } from '../token-vault/batch-get';
import { nameOf } from '../own-words';
import { ItemError } from '../token-vault/fault';
import type { KeyRing } from '../token-vault/key-ring';
import { keyRecord, sealValue, SubjectPlace, subjectHash, unwrapKey, valueRecord, wrapKey } from '../token-vault/subjects';

/** 160 bits: nobody guesses one, and no two are the same. */
const TOKEN_BYTES = 20;
const ATTEMPTS = 10;
const AT_A_TIME = 16;

export interface Tables {
  readonly subjects: string;
  readonly tokens: string;
}

/** A value that is to have a random token. */
export interface Wish {
  readonly field: string;
  /** Version of the key that wraps a key of a subject which is made now. */
  readonly version: number;
  readonly value: string;
  /** Whose value it is. */
  readonly subject: string;
}

interface Place extends SubjectPlace {
  /** Row of the value. */
  readonly record: string;
  readonly wish: Wish;
}

interface SubjectKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** Gives out random tokens: one for each value of a subject in a field, however many ask for it at a time. */
export class RandomTokens {
  constructor(private readonly dynamo: DynamoDBClient, private readonly keys: KeyRing, private readonly tables: Tables, private readonly tenant: string) {}

  /** For each wish its token, or why there is none. */
  public async of(wishes: readonly Wish[]): Promise<(string | ItemError)[]> {
    if (wishes.length === 0) return [];
    const index = await this.keys.key('index');
    const places = wishes.map((wish): Place => ({
      tenant: this.tenant, field: wish.field, subject: subjectHash(index, this.tenant, wish.subject),
      record: valueRecord(index, this.tenant, wish.field, wish.subject, wish.value), wish,
    }));
    const unique = new Map(places.map((place) => [idOf(place), place]));
    const answers = new Map<string, string | ItemError>();
    const rows = await batchGet(this.dynamo, this.tables.subjects, [...unique.values()].map(({ subject, record }) => ({ subject: { S: subject }, record: { S: record } })));
    for (const { subject, record, token } of rows.items) answers.set(idOf({ subject: subject!.S!, record: record!.S! }), token!.S!);
    const open = [...unique].filter(([id]) => !answers.has(id)).values();
    const worker = async () => {
      for (const [id, place] of open) answers.set(id, await this.issue(place).catch(unavailable));
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
    return places.map((place) => answers.get(idOf(place))!);
  }

  private async issue(place: Place): Promise<string> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await pause(attempt);
      // after a collision the other one has most likely won
      const known = attempt > 0 ? await this.tokenOf(place) : undefined;
      if (known) return known;
      const subjectKey = await this.subjectKey(place);
      const token = `r.${randomBytes(TOKEN_BYTES).toString('base64url')}`;
      if (await this.write(place, subjectKey, token)) return token;
    }
    throw new ItemError('unavailable', 'too many write the same at this moment: try again');
  }

  /**
   * Writes value and token together, or neither. The key of the subject has to be there still: who was erased meanwhile gets nothing written
   * that could not be read.
   *
   * @returns false when somebody else wrote at the same time
   */
  private async write(place: Place, { id, key }: SubjectKey, token: string): Promise<boolean> {
    const { subject, field, record, wish } = place;
    const { subjects, tokens } = this.tables;
    try {
      await this.dynamo.send(new TransactWriteItemsCommand({
        TransactItems: [
          { ConditionCheck: {
            TableName: subjects, Key: { subject: { S: subject }, record: { S: keyRecord(field) } },
            ConditionExpression: 'keyId = :id', ExpressionAttributeValues: { ':id': { S: id } },
          } },
          { Put: { TableName: subjects, Item: { subject: { S: subject }, record: { S: record }, token: { S: token } }, ConditionExpression: 'attribute_not_exists(subject)' } },
          { Put: {
            TableName: tokens, ConditionExpression: 'attribute_not_exists(#token)', ExpressionAttributeNames: { '#token': 'token' },
            Item: { token: { S: token }, field: { S: field }, subject: { S: subject }, sealed: { B: sealValue(key, place, token, wish.value) } },
          } },
        ],
      }));
      return true;
    } catch (error) {
      if (['TransactionCanceledException', 'TransactionInProgressException'].includes((error as Error).name)) return false;
      throw error;
    }
  }

  private async tokenOf({ subject, record }: Place): Promise<string | undefined> {
    const { Item } = await this.dynamo.send(new GetItemCommand({
      TableName: this.tables.subjects, Key: { subject: { S: subject }, record: { S: record } }, ConsistentRead: true,
    }));
    return Item?.token?.S;
  }

  /** The key of a subject in a field; made when there is none. It is never held on to: once its row is gone, nobody has it. */
  private async subjectKey(place: Place): Promise<SubjectKey> {
    const found = await this.readKey(place);
    if (found) return found;
    const { field, subject, wish: { version } } = place;
    const id = randomBytes(16).toString('base64url');
    const key = randomBytes(32);
    const wrapped = wrapKey(await this.keys.key('wrap', field, version), place, id, key);
    try {
      await this.dynamo.send(new PutItemCommand({
        TableName: this.tables.subjects, ConditionExpression: 'attribute_not_exists(subject)',
        Item: { subject: { S: subject }, record: { S: keyRecord(field) }, keyId: { S: id }, wrapped: { B: wrapped }, version: { N: String(version) } },
      }));
      return { id, key };
    } catch (error) {
      if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
    }
    const winner = await this.readKey(place);
    if (!winner) throw new ItemError('unavailable', 'the subject was erased at this moment: try again, if its data may still be processed');
    return winner;
  }

  private async readKey(place: Place): Promise<SubjectKey | undefined> {
    const { field, subject } = place;
    const { Item } = await this.dynamo.send(new GetItemCommand({
      TableName: this.tables.subjects, Key: { subject: { S: subject }, record: { S: keyRecord(field) } }, ConsistentRead: true,
    }));
    if (!Item) return undefined;
    const id = Item.keyId!.S!;
    return { id, key: unwrapKey(await this.keys.key('wrap', field, Number(Item.version!.N)), place, id, Item.wrapped!.B!) };
  }
}

function idOf({ subject, record }: { readonly subject: string; readonly record: string }): string {
  return `${subject} ${record}`;
}

function unavailable(error: unknown): ItemError {
  return error instanceof ItemError ? error : new ItemError('unavailable', `the store did not take the value (${nameOf(error)}): try again`);
}
