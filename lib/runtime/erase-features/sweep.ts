import { Deleter, versionsOf } from '../erase-objects/versions';
import type { StoreRequest } from '../rights/contract';
import { Fingerprints } from '../rights/fingerprints';

/** What is read of Lambda's context. */
export interface Running {
  getRemainingTimeInMillis(): number;
}

/** How far a sweep has come. */
export interface Swept {
  /** The key that was dealt with last. */
  readonly after?: string;
  readonly versions: number;
  readonly refused: number;
}

/** Deletes every version of objects that are hidden by a marker of a deletion; what is there stays, its older versions too. */
export async function sweepHidden(request: StoreRequest, bucket: string, prefix: string, from: Swept, hasTime: () => boolean): Promise<Swept & { readonly isDone: boolean }> {
  const deleter = new Deleter(request, await Fingerprints.open());
  let { versions, refused } = from;
  let hidden = new Set<string>();
  for await (const page of versionsOf(bucket, prefix, from.after)) {
    const keys = page.map(({ key }) => key);
    // versions of a key can go on in the next page
    hidden = new Set([...page.filter(({ isMarker, isLatest }) => isMarker && isLatest).map(({ key }) => key), ...keys.filter((key) => hidden.has(key))]);
    const found = page.filter(({ key }) => hidden.has(key));
    const kept = found.length === 0 ? 0 : (await deleter.delete(found)).length;
    versions += found.length - kept;
    refused += kept;
    const last = keys.reduce((one, other) => (Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0 ? other : one), '');
    if (!hasTime() && last !== '' && !hidden.has(last)) return { after: last, versions, refused, isDone: false };
  }
  return { versions, refused, isDone: true };
}
