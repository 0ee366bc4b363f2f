import { createHmac } from 'node:crypto';
import { type AttributeValue, ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import { type Entries, type Entry, entryOf, RANK, type RecordedEntry } from './entry';
import { Refused } from './fault';
import { LATER } from './withdrawals';

type Item = Record<string, AttributeValue>;

/** What the key of receipt ids is derived from. No subject has a control character, so that its keyed hash, which trails hold, is never this. */
const RECEIPTS = '\u0000receipts, version 1';

/** Where entries lie, and the key under which subjects are found. */
export interface TableSettings {
  readonly table: string;
  /** Of an HMAC key: CloudTrail writes down the keys of items, and nobody is to be read or guessed there. */
  readonly subjectKey: string;
}

/**
 * The table of a registry. An item for each entry, under who said it about what (by a keyed hash), when, what, and by which receipt: the same
 * entry has the same place, so that it is written once however often it comes in, by however many at a time.
 */
export class ConsentTable implements Entries {
  private readonly known = new Map<string, Promise<string>>();

  constructor(private readonly dynamo: DynamoDBClient, private readonly kms: KMSClient, private readonly settings: TableSettings) {}

  public async append(entry: Entry, recorded: string): Promise<boolean> {
    const { subject, purpose, say, at, until, receipt, source } = entry;
    const sk = `${at}#${RANK[say]}#${await this.digestOf(receipt)}`;
    try {
      await this.dynamo.send(new PutItemCommand({
        TableName: this.settings.table,
        Item: {
          pk: { S: `${await this.nameOf(subject)}#${purpose}` }, sk: { S: sk }, subject: { S: subject }, purpose: { S: purpose }, say: { S: say }, at: { S: at },
          ...(until === undefined ? {} : { until: { S: until } }), receipt: { S: receipt }, source: { S: source }, recorded: { S: recorded },
          ...(say === 'withdrawn' && at > recorded ? { later: { S: LATER } } : {}),
        },
        ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }));
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      if ((error.Item?.until?.S ?? undefined) !== until) throw new Refused('contradicts-entry');
      return false;
    }
  }

  /**
   * All entries, those of one subject and purpose together: a scan gives out the items of one partition one after the other, and segments split
   * between partitions. It sees whatever was written before it began.
   */
  public async readAll(visit: (entries: readonly Entry[]) => void, segments: number = 4): Promise<void> {
    await Promise.all(Array.from({ length: segments }, (_, segment) => this.readSegment(segment, segments, visit)));
  }

  /** All that one subject said about a purpose, the earliest first. */
  public async entriesOf(subject: string, purpose: string): Promise<RecordedEntry[]> {
    const place = { S: `${await this.nameOf(subject)}#${purpose}` };
    const entries: RecordedEntry[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await this.dynamo.send(new QueryCommand({
        TableName: this.settings.table, ConsistentRead: true, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': place }, ExclusiveStartKey,
      }));
      entries.push(...(page.Items ?? []).map(entryOf));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return entries;
  }

  /** A keyed hash of a subject, or of another text, asked for once a request. */
  public nameOf(text: string): Promise<string> {
    const known = this.known.get(text) ?? this.hash(text);
    this.known.set(text, known);
    return known;
  }

  /**
   * Ids of receipts come from outside, and some are the name of a person, or can be guessed: trails have them under a key as well. It is asked for once
   * a request, since ids are as many as receipts.
   */
  private async digestOf(receipt: string): Promise<string> {
    return createHmac('sha256', Buffer.from(await this.nameOf(RECEIPTS), 'base64url')).update(receipt).digest('base64url').slice(0, 22);
  }

  private async readSegment(Segment: number, TotalSegments: number, visit: (entries: readonly Entry[]) => void): Promise<void> {
    let together: Entry[] = [];
    let place: string | undefined;
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await this.dynamo.send(new ScanCommand({ TableName: this.settings.table, ConsistentRead: true, Segment, TotalSegments, ExclusiveStartKey }));
      for (const item of page.Items ?? []) {
        if (item.pk!.S !== place && together.length > 0) {
          visit(together);
          together = [];
        }
        place = item.pk!.S;
        together.push(entryOf(item));
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    if (together.length > 0) visit(together);
  }

  private async hash(text: string): Promise<string> {
    const { Mac } = await this.kms.send(new GenerateMacCommand({ KeyId: this.settings.subjectKey, MacAlgorithm: 'HMAC_SHA_256', Message: Buffer.from(text, 'utf8') }));
    return Buffer.from(Mac!).toString('base64url');
  }
}
