import { type AttributeValue, CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand, GetObjectCommand, ListObjectVersionsCommand, ListObjectsV2Command, PutBucketVersioningCommand, PutObjectCommand, S3Client,
} from '@aws-sdk/client-s3';
import type { StoreRequest } from '../../../lib/runtime/rights/contract';
import { type Moto, startMoto, useEndpoint } from '../../support/moto';

export const EXPORTS = 'exports';

/** The table, the key and the buckets that functions of the workflow work with, on an emulator. */
export class Ground {
  public static async start(services: Record<string, string> = {}): Promise<Ground> {
    const moto = await startMoto();
    useEndpoint(moto.url, services);
    const ground = new Ground(moto);
    await ground.open();
    return ground;
  }

  public readonly s3 = new S3Client({});
  private readonly dynamo = new DynamoDBClient({});

  private constructor(public readonly moto: Moto) {}

  /** A bucket, with versions unless said. */
  public async bucket(Bucket: string, { versions = true, lock = false } = {}): Promise<void> {
    await this.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' }, ...(lock ? { ObjectLockEnabledForBucket: true } : {}) }));
    if (versions && !lock) await this.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  }

  public async put(Bucket: string, Key: string, Body: string | Uint8Array, more: object = {}): Promise<string | undefined> {
    return (await this.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))).VersionId;
  }

  public async text(Bucket: string, Key: string, VersionId?: string): Promise<string> {
    return (await this.s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body!.transformToString();
  }

  /** Keys of what is there. */
  public async keys(Bucket: string): Promise<string[]> {
    return ((await this.s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key!);
  }

  /** Keys of all versions, markers of deletions with a `-` before them. */
  public async versions(Bucket: string): Promise<string[]> {
    const { Versions = [], DeleteMarkers = [] } = await this.s3.send(new ListObjectVersionsCommand({ Bucket }));
    return [...Versions.map(({ Key }) => Key!), ...DeleteMarkers.map(({ Key }) => `-${Key}`)].sort();
  }

  /** Everything on record, as text and as items. */
  public async records(): Promise<{ readonly text: string; readonly items: Record<string, AttributeValue>[] }> {
    const { Items: items = [] } = await this.dynamo.send(new ScanCommand({ TableName: 'records' }));
    return { text: JSON.stringify(items), items };
  }

  public async stop(): Promise<void> {
    this.s3.destroy();
    this.dynamo.destroy();
    await this.moto.stop();
  }

  private async open(): Promise<void> {
    const attributes = ['request', 'record', 'open', 'due'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }));
    await this.dynamo.send(new CreateTableCommand({
      TableName: 'records', BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: attributes,
      KeySchema: [{ AttributeName: 'request', KeyType: 'HASH' }, { AttributeName: 'record', KeyType: 'RANGE' }],
      GlobalSecondaryIndexes: [{ IndexName: 'open', KeySchema: [{ AttributeName: 'open', KeyType: 'HASH' }, { AttributeName: 'due', KeyType: 'RANGE' }], Projection: { ProjectionType: 'KEYS_ONLY' } }],
    }));
    const kms = new KMSClient({});
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }));
    kms.destroy();
    Object.assign(process.env, {
      RECORDS_TABLE: 'records', FINGERPRINT_KEY: KeyMetadata!.Arn, EXPORT_BUCKET: EXPORTS, EXPORT_PREFIX: 'exports/', WARN_DAYS: '7',
      METRIC_NAMESPACE: 'RegulatedML', METRIC_DUE: 'Due', METRIC_OPEN: 'Open',
      DEADLINES: JSON.stringify({ erasure: [{ citation: 'GDPR Art. 12(3)', months: 1 }, { citation: 'CCPA', days: 45 }], access: [{ citation: 'GDPR Art. 12(3)', months: 1 }] }),
    });
    await this.bucket(EXPORTS);
  }
}

/** What the workflow asks of an eraser. */
export function asked(more: Partial<StoreRequest> = {}): StoreRequest {
  return {
    requestId: 'r-1', action: 'erase', store: 'Stack/Raw', subject: 'patient-1', person: 'hash-of-the-person', execution: 'e-1', export: { bucket: EXPORTS, prefix: 'exports/hash/r-1/' }, ...more,
  };
}

/** Lambda's context, with so much time left at each look. */
export function running(...left: number[]): { getRemainingTimeInMillis(): number } {
  let looks = 0;
  return { getRemainingTimeInMillis: () => left[Math.min(looks++, left.length - 1)] ?? 900_000 };
}

/** What is printed and thrown while something runs: a personal value must be in none of it. */
export async function printed(run: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) => jest.spyOn(console, level).mockImplementation((...words: unknown[]) => { lines.push(JSON.stringify(words)); }));
  const out = jest.spyOn(process.stdout, 'write').mockImplementation((text) => { lines.push(String(text)); return true; });
  try {
    await run();
  } catch (error) {
    lines.push(String(error), JSON.stringify(error, Object.getOwnPropertyNames(error as object).filter((name) => name !== 'stack')));
  } finally {
    for (const spy of [...spies, out]) spy.mockRestore();
  }
  return lines.join('\n');
}
