import { randomBytes } from 'node:crypto';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import type { FieldSetting } from '../../lib/runtime/token-vault/settings';

type Item = Record<string, AttributeValue>;
interface Sent { readonly constructor: { readonly name: string }; readonly input: Record<string, unknown> }
interface Put { readonly TableName: string; readonly Item: Item; readonly ConditionExpression?: string }

/** The fields of a vault in memory. */
export const FIELDS: Readonly<Record<string, FieldSetting>> = {
  patientId: { kind: 'random', version: 1 },
  nationalId: { kind: 'deterministic', version: 1 },
  cardNumber: { kind: 'format-preserving', version: 1, alphabet: '0123456789', minLength: 12, maxLength: 19 },
};

/** Puts tables of memory in the place of DynamoDB, and answers of nothing in that of KMS, CloudWatch Logs and STS: what is left is the function. */
export class VaultInMemory {
  private readonly tables = new Map<string, Map<string, Item>>();

  constructor(itemsPerMinute: number, fields: Readonly<Record<string, FieldSetting>> = FIELDS) {
    for (const client of [DynamoDBClient, KMSClient, CloudWatchLogsClient]) {
      client.prototype.send = (async (command: Sent) => this.answer(command)) as never;
    }
    globalThis.fetch = async () => new Response('<Arn>arn:aws:sts::123456789012:assumed-role/Job/session</Arn>');
    Object.assign(process.env, {
      KEYS_TABLE: 'keys', SUBJECTS_TABLE: 'subjects', TOKENS_TABLE: 'tokens', BUDGETS_TABLE: 'budgets', AUDIT_LOG_GROUP: 'audit', KEY_ARN: 'key', STS_ENDPOINT: 'https://sts.invalid', AWS_REGION: 'eu-central-1',
      VAULT: JSON.stringify({ tenant: 'cardiology', purposes: { care: 'care' }, itemsPerMinute, recoveryDays: 7, fields }),
    });
  }

  /** How many rows a table has. */
  public count(table: string): number {
    return this.table(table).size;
  }

  private answer({ constructor: { name }, input }: Sent): unknown {
    switch (name) {
      case 'GetItemCommand': return { Item: this.table(input.TableName).get(idOf(input.Key as Item)) };
      case 'PutItemCommand': return this.put(input as unknown as Put) ? {} : conflict('ConditionalCheckFailedException');
      case 'UpdateItemCommand': return this.spend(input);
      case 'BatchGetItemCommand': return { Responses: Object.fromEntries(Object.entries(input.RequestItems as Record<string, { Keys: Item[] }>).map(([table, { Keys }]) => [table, Keys.map((key) => this.table(table).get(idOf(key))).filter((item) => item !== undefined)])) };
      case 'TransactWriteItemsCommand': return this.write(input.TransactItems as { Put?: Put; ConditionCheck?: { TableName: string; Key: Item; ExpressionAttributeValues: Item } }[]);
      case 'GenerateDataKeyCommand': {
        const key = randomBytes(input.NumberOfBytes as number);
        return { CiphertextBlob: key };
      }
      case 'DecryptCommand': return { Plaintext: input.CiphertextBlob };
      default: return {};
    }
  }

  // the only condition on a row that the vault puts is that there is none yet
  private put({ TableName: name, Item: item, ConditionExpression: condition }: Put): boolean {
    const id = name === 'tokens' ? item.token!.S! : idOf({ ...item, token: undefined as never });
    if (condition !== undefined && this.table(name).has(id)) return false;
    this.table(name).set(id, item);
    return true;
  }

  private write(items: readonly { readonly Put?: Put; readonly ConditionCheck?: { readonly TableName: string; readonly Key: Item; readonly ExpressionAttributeValues: Item } }[]): unknown {
    const holds = items.every(({ Put: put, ConditionCheck: check }) => (put
      ? !this.table(put.TableName).has(put.TableName === 'tokens' ? put.Item.token!.S! : idOf({ ...put.Item, token: undefined as never }))
      : this.table(check!.TableName).get(idOf(check!.Key))?.keyId?.S === check!.ExpressionAttributeValues[':id']!.S));
    if (!holds) return conflict('TransactionCanceledException');
    for (const { Put: put } of items) if (put) this.put(put);
    return {};
  }

  private spend({ TableName, Key, ExpressionAttributeValues }: Record<string, unknown>): unknown {
    const table = this.table(TableName);
    const id = idOf(Key as Item);
    const { ':items': items, ':room': room } = ExpressionAttributeValues as Item;
    const used = Number(table.get(id)?.used?.N ?? 0);
    if (used > Number(room!.N)) return conflict('ConditionalCheckFailedException');
    table.set(id, { used: { N: String(used + Number(items!.N)) } });
    return {};
  }

  private table(name: unknown): Map<string, Item> {
    const found = this.tables.get(name as string) ?? new Map<string, Item>();
    this.tables.set(name as string, found);
    return found;
  }
}

function conflict(name: string): never {
  throw Object.assign(new Error('the condition of the request does not hold'), { name });
}

function idOf(key: Item): string {
  return ['id', 'subject', 'record', 'token'].flatMap((name) => (key[name] ? [key[name].S] : [])).join(' ');
}
