import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { decide } from '../consent/decision';
import type { RecordedEntry } from '../consent/entry';
import { ConsentTable, type TableSettings } from '../consent/table';
import type { StoreAnswer, StoreRequest } from '../rights/contract';
import { guarded, settings } from '../rights/fault';

/** What the construct says of a registry. */
export interface ConsentRecords extends TableSettings {
  readonly purposes: readonly string[];
}

/** What a person is given of a purpose: what holds now, and each thing that was said, the earliest first. */
export interface CopiedPurpose {
  readonly purpose: string;
  readonly holds: string;
  readonly validUntil?: string;
  readonly said: readonly Pick<RecordedEntry, 'say' | 'at' | 'until' | 'receipt' | 'source' | 'recorded'>[];
}

const dynamo = new DynamoDBClient({ maxAttempts: 6 });
const kms = new KMSClient({ maxAttempts: 6 });
const s3 = new S3Client({ maxAttempts: 6 });

/**
 * Copies what a person said about each purpose, and when (GDPR Art. 15(1)). Nothing is erased: it is kept as proof of consent (Art. 7(1) and 17(3)(e)),
 * which is said of whoever asks, since entries of a purpose that the registry has no more cannot be looked for.
 */
export const handler = guarded(async (request: StoreRequest): Promise<StoreAnswer> => {
  const { purposes, ...where } = settings<ConsentRecords>();
  const table = new ConsentTable(dynamo, kms, where);
  const asOf = new Date().toISOString();
  const copied: CopiedPurpose[] = [];
  for (const purpose of purposes) {
    const entries = await table.entriesOf(request.subject, purpose);
    if (entries.length === 0) continue;
    const { decision, validUntil } = decide(entries, asOf);
    const said = entries.map(({ say, at, until, receipt, source, recorded }) => ({ say, at, ...(until === undefined ? {} : { until }), receipt, source, recorded }));
    copied.push({ purpose, holds: decision, ...(validUntil === undefined ? {} : { validUntil }), said });
  }
  const entries = copied.reduce((sum, { said }) => sum + said.length, 0);
  if (request.action === 'erase') return { state: 'done', counts: { kept: entries }, conflicts: ['kept-as-proof'] };
  if (entries === 0) return { state: 'done', counts: { entries } };
  const { bucket, prefix } = request.export!;
  await s3.send(new PutObjectCommand({
    Bucket: bucket, Key: `${prefix}${request.store}/consent.json`, ContentType: 'application/json', Body: `${JSON.stringify({ subject: request.subject, asOf, purposes: copied }, null, 2)}\n`,
  }));
  return { state: 'done', counts: { entries, objects: 1 } };
});
