import {
  DeleteObjectsCommand, GetObjectCommand, type GetObjectCommandOutput, ListObjectVersionsCommand, S3Client,
} from '@aws-sdk/client-s3';
import type { Fingerprints } from '../rights/fingerprints';
import { recordDeletion } from '../rights/records';
import type { StoreRequest } from '../rights/contract';

export const s3 = new S3Client({ maxAttempts: 6 });

/** So many versions are deleted at a time, and on record in one item. */
const BATCH = 500;

/** A version of an object, or a marker of one that was deleted. */
export interface Version {
  readonly bucket: string;
  readonly key: string;
  readonly version: string;
  readonly isLatest: boolean;
  readonly isMarker: boolean;
  readonly bytes: number;
}

/**
 * Versions below a prefix, page by page: in the order of keys and the latest first, and after them the markers of deletions. Each page is asked for
 * before the one ahead of it is given, since what it goes on from may be deleted by whoever goes through them.
 *
 * @param after the key that the listing goes on behind
 */
export async function* versionsOf(bucket: string, prefix: string, after?: string): AsyncGenerator<readonly Version[]> {
  let page = await list(bucket, prefix, after === undefined ? {} : { KeyMarker: after });
  for (;;) {
    const { versions, next } = page;
    if (next) page = await list(bucket, prefix, next);
    yield versions;
    if (!next) return;
  }
}

interface Marker {
  readonly KeyMarker?: string;
  readonly VersionIdMarker?: string;
}

async function list(bucket: string, prefix: string, from: Marker, most = BATCH): Promise<{ readonly versions: readonly Version[]; readonly next?: Marker }> {
  // a key can hold what XML cannot
  const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, MaxKeys: most, EncodingType: 'url', ...from }));
  const plain = page.EncodingType === 'url' ? decoded : (key: string) => key;
  const found = [...(page.Versions ?? []).map((one) => ({ ...one, isMarker: false })), ...(page.DeleteMarkers ?? []).map((one) => ({ ...one, Size: 0, isMarker: true }))];
  const versions = found.map(({ Key, VersionId, IsLatest, Size, isMarker }) => ({
    bucket, key: plain(Key!), version: VersionId ?? 'null', isLatest: IsLatest ?? false, isMarker, bytes: Size ?? 0,
  }));
  return { versions, ...(page.IsTruncated ? { next: { KeyMarker: plain(page.NextKeyMarker!), VersionIdMarker: page.NextVersionIdMarker } } : {}) };
}

/** Deletes versions for good, and has on record which. */
export class Deleter {
  constructor(private readonly request: StoreRequest, private readonly fingerprints: Fingerprints) {}

  /** @returns the keys of those that were refused, one for each version: locked, held, or kept by a policy */
  public async delete(versions: readonly Version[]): Promise<string[]> {
    const refused: string[] = [];
    for (const bucket of new Set(versions.map((version) => version.bucket))) {
      const own = versions.filter((version) => version.bucket === bucket);
      for (let from = 0; from < own.length; from += BATCH) refused.push(...await this.deleteBatch(bucket, own.slice(from, from + BATCH)));
    }
    return refused;
  }

  private async deleteBatch(bucket: string, versions: readonly Version[]): Promise<string[]> {
    const { requestId, store, execution, person } = this.request;
    const objects = versions.map(({ key, version }) => ({ key: this.fingerprints.of('key', bucket, key), version }));
    const record = { requestId, store, execution, person, place: bucket, objects };
    const batch = this.fingerprints.of('batch', bucket, ...objects.flatMap(({ key, version }) => [key, version])).slice(0, 22);
    await recordDeletion(record, batch);
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({
      Bucket: bucket, Delete: { Quiet: true, Objects: versions.map(({ key, version }) => ({ Key: key, VersionId: version })) },
    }));
    const refused = Errors.filter(({ Code }) => Code === 'AccessDenied').map(({ Key }) => Key!);
    await recordDeletion(record, batch, refused.length);
    // what S3 could not do just now is done when the question is put again
    if (Errors.length > refused.length) throw new Error('some versions were not deleted');
    return refused;
  }
}

/** Whether S3 refused to read what lies in an archive, from which it has to be fetched back first. */
export function isArchived(error: unknown): boolean {
  return ['InvalidObjectState', 'ObjectNotInActiveTierError'].includes((error as Error).name);
}

/** Whether any version has a key that begins so. */
export async function hasAny(bucket: string, prefix: string, is: (key: string) => boolean = () => true): Promise<boolean> {
  const { versions } = await list(bucket, prefix, {}, 10);
  return versions.some(({ key }) => is(key));
}

/** A version as it was written, or some bytes of it, or why it cannot be read. */
export async function read({ bucket, key, version }: Version, bytes?: { readonly from: number; readonly to: number }): Promise<GetObjectCommandOutput | 'archived' | 'denied' | 'gone'> {
  try {
    return await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version, ...(bytes ? { Range: `bytes=${bytes.from}-${bytes.to - 1}` } : {}) }));
  } catch (error) {
    const { name } = error as Error;
    if (name === 'NoSuchKey' || name === 'NoSuchVersion') return 'gone';
    if (name === 'AccessDenied') return 'denied';
    if (isArchived(error)) return 'archived';
    throw error;
  }
}

/** S3 writes blanks of keys as `+`, as forms do. */
function decoded(key: string): string {
  return decodeURIComponent(key.replace(/\+/g, ' '));
}
