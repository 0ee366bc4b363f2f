import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { ConsentError, guarded } from '../consent/fault';
import type { Outcome } from '../consent/outcome';
import { LARGEST_FILE, named, takeFile } from '../consent/receipts-file';
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
  // the object stays where it is for as long as what was dropped is kept, so its address is enough
  if (size > LARGEST_FILE) await ingest.refuse('too-large', { key: object.key, version: where.VersionId, bytes: size });
  else await takeFile(ingest, await (await s3.send(new GetObjectCommand(where))).Body!.transformToByteArray());
  return ingest.outcome();
}
