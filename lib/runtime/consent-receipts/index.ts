import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { ConsentError, guarded } from '../consent/fault';
import type { Ingest } from '../consent/ingest';
import type { Outcome } from '../consent/outcome';
import { claimsOfReceipt } from '../consent/receipt';
import { newIngest, store } from '../consent/settings';

/** Receipts handed over by a role that may invoke the function. */
export interface ReceiptsRequest {
  /** Consent records or receipts of ISO/IEC TS 27560, as JSON-LD of the Data Privacy Vocabulary. */
  readonly receipts: readonly unknown[];
  /**
   * Who hands them over.
   *
   * @default 'receipt'
   */
  readonly source?: string;
}

/** EventBridge's word of an object that was dropped into the store. */
export interface DropEvent {
  readonly 'detail-type': string;
  readonly 'detail': { readonly bucket: { readonly name: string }; readonly object: { readonly key: string; readonly 'version-id'?: string } };
}

/** So many are taken within the time that a function has. */
const MOST = 10_000;
/** Bytes of a dropped object that is read. */
const LARGEST = 50 * 1024 * 1024;

export const handler = guarded(async (event: ReceiptsRequest | DropEvent): Promise<Outcome> => {
  if (event && 'detail-type' in event) return drop(event);
  const { receipts, source = 'receipt' } = event ?? {};
  if (!Array.isArray(receipts) || receipts.length === 0 || receipts.length > MOST) {
    throw new ConsentError('MalformedRequest', `the request holds ${Array.isArray(receipts) ? `${receipts.length} receipts` : 'no list of receipts'}: send { receipts: [...] } with 1 to ${MOST}`);
  }
  if (typeof source !== 'string' || !/^[a-z0-9-]{1,32}$/.test(source)) throw new ConsentError('MalformedRequest', "the source of the receipts is not usable: give 1 to 32 lower-case letters, digits or '-'");
  const ingest = newIngest(source);
  await ingest.each(receipts as readonly unknown[], named);
  return ingest.outcome();
});

async function drop({ detail: { bucket, object } }: DropEvent): Promise<Outcome> {
  const { s3, bucket: own } = store();
  if (bucket.name !== own) throw new ConsentError('MalformedRequest', 'the object lies in another bucket than that of the registry');
  const where = { Bucket: own, Key: object.key, VersionId: object['version-id'] || undefined };
  const ingest = newIngest('s3');
  const { ContentLength: size = 0 } = await s3.send(new HeadObjectCommand(where));
  // the object stays where it is, so its address is enough
  if (size > LARGEST) await ingest.refuse('too-large', { key: object.key, version: where.VersionId, bytes: size });
  else await takeAll(ingest, await (await s3.send(new GetObjectCommand(where))).Body!.transformToByteArray());
  return ingest.outcome();
}

/** One receipt, a list of them, or one a line. */
async function takeAll(ingest: Ingest, bytes: Uint8Array): Promise<void> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return ingest.refuse('not-unicode', { base64: Buffer.from(bytes).toString('base64') });
  }
  const whole = parsed(text);
  if (whole !== undefined) return ingest.each(Array.isArray(whole) ? whole as unknown[] : [whole], named);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '').map((line) => ({ line, receipt: parsed(line) }));
  if (lines.length === 0) return ingest.refuse('not-json', text);
  await ingest.each(lines.flatMap(({ receipt }) => (receipt === undefined ? [] : [receipt])), named);
  for (const { line, receipt } of lines) if (receipt === undefined) await ingest.refuse('not-json', line);
}

function named(receipt: unknown): { claim: ReturnType<typeof claimsOfReceipt>[number]; names: string[] }[] {
  return claimsOfReceipt(receipt).map((claim) => ({ claim, names: [claim.purpose] }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
