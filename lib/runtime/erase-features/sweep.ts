import { Deleter, type Marker, versionsOf } from '../erase-objects/versions';
import type { StoreRequest } from '../subject-rights/contract';
import { Fingerprints } from '../subject-rights/fingerprints';

/** What is read of Lambda's context. */
export interface Running {
  getRemainingTimeInMillis(): number;
}

/** How far a sweep has come. */
export interface Swept {
  readonly after?: Marker;
  /** The key that was swept last: its versions may go on in the next page. */
  readonly key?: string;
  readonly versions?: number;
  readonly refused?: number;
}

/** Deletes every version of objects that are hidden by a marker of a deletion; what is there stays, its older versions too. */
export async function sweepHidden(request: StoreRequest, bucket: string, prefix: string, from: Swept, hasTime: () => boolean): Promise<{ readonly after?: Marker; readonly state: Required<Pick<Swept, 'versions' | 'refused'>> & Pick<Swept, 'key'> }> {
  const deleter = new Deleter(request, await Fingerprints.open());
  let state = { versions: from.versions ?? 0, refused: from.refused ?? 0, key: from.key };
  for await (const { versions, next } of versionsOf(bucket, prefix, from.after)) {
    const hidden = new Set([...versions.filter(({ isMarker, isLatest }) => isMarker && isLatest).map(({ key }) => key), ...(state.key === undefined ? [] : [state.key])]);
    const found = versions.filter(({ key }) => hidden.has(key));
    const refused = found.length === 0 ? 0 : await deleter.delete(found);
    state = { versions: state.versions + found.length - refused, refused: state.refused + refused, key: next && hidden.has(next.key) ? next.key : undefined };
    if (next && !hasTime()) return { after: next, state };
  }
  return { state };
}
