import { CopyObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Conflict, StoreAnswer, StoreRequest } from '../rights/contract';
import { guarded, settings } from '../rights/fault';
import { Fingerprints } from '../rights/fingerprints';
import { type Layout, prefixOf, type Row, type RowLayout, rowsOf, type TextLayout, Unreadable } from './layout';
import { contentOf } from './packing';
import { LARGEST_FILE, rewritten, type Tally, tallyOf } from './parquet/file';
import { besides, Writer } from './rewrite';
import { Tables } from './tables';
import { Deleter, isArchived, read, s3, type Version, versionsOf } from './versions';

/** What the construct says of a store. */
export interface ObjectStore {
  /** Its bucket, and the replica of it. */
  readonly buckets: readonly string[];
  readonly layout: Layout;
}

/** What is read of Lambda's context. */
export interface Running {
  getRemainingTimeInMillis(): number;
}

/** How far it has come. */
interface Progress {
  readonly bucket: number;
  /** The key that was dealt with last. */
  readonly after?: string;
  readonly counts: Record<string, number>;
  readonly conflicts: readonly Conflict[];
}

/** So long one object may take: what is begun with less left might not come to an end. */
const ENOUGH = 5 * 60 * 1000;
const NOBODY: Tally = { theirs: 0, unidentified: 0, isListed: false };
/** The most that S3 copies in one request. */
const LARGEST_COPY = 5 * 1024 ** 3;

/**
 * Deletes what the objects of a store hold of a person, in each version, or copies it. A store that takes longer than a function may run is gone
 * through in several questions.
 */
export const handler = guarded(async (request: StoreRequest, context: Running): Promise<StoreAnswer> => {
  const store = settings<ObjectStore>();
  const { layout } = store;
  const prefix = layout.kind === 'prefix' ? prefixOf(layout.template, request.subject) : layout.prefix;
  if (prefix === undefined) return { state: 'open', conflicts: ['no-identifier'] };
  const eraser = new Eraser(request, layout, await Fingerprints.open(), (request.cursor as Progress | null | undefined) ?? { bucket: 0, counts: {}, conflicts: [] });
  // a copy of a copy says nothing new
  const buckets = request.action === 'collect' ? store.buckets.slice(0, 1) : store.buckets;
  for (let index = eraser.from.bucket; index < buckets.length; index++) {
    const after = index === eraser.from.bucket ? eraser.from.after : undefined;
    eraser.enter(after);
    for await (const page of versionsOf(buckets[index]!, prefix, after)) {
      const stopped = await eraser.go(page, () => context.getRemainingTimeInMillis() > ENOUGH);
      if (stopped) return eraser.more(index, stopped.after);
    }
  }
  return eraser.answer();
});

/** Why an object was not read. */
class NotRead extends Error {
  public constructor(public readonly why: 'archived' | 'denied' | 'gone') {
    super('an object could not be read');
    this.name = 'NotRead';
  }
}

class Eraser {
  private readonly counts: Record<string, number>;
  private readonly conflicts: Set<Conflict>;
  private readonly deleter: Deleter;
  private readonly tables: Tables;
  /** The last key that stays, with all before it dealt with. */
  private behind?: string;
  /** Keys that stay, of which a next page may have versions. */
  private kept: readonly string[] = [];

  constructor(private readonly request: StoreRequest, private readonly layout: Layout, private readonly fingerprints: Fingerprints, public readonly from: Progress) {
    this.counts = { ...from.counts };
    this.conflicts = new Set(from.conflicts);
    this.deleter = new Deleter(request, fingerprints);
    this.tables = new Tables(layout.kind === 'prefix' ? '' : layout.prefix);
  }

  /** Begins with a bucket, behind a key or with all of it. */
  public enter(after: string | undefined): void {
    [this.behind, this.kept] = [after, []];
  }

  /** @returns where to go on, when the time is over before all is done: behind a key, or from the beginning, where nothing is any more */
  public async go(page: readonly Version[], hasTime: () => boolean): Promise<{ readonly after?: string } | undefined> {
    const { action } = this.request;
    if (this.layout.kind === 'prefix' && action === 'erase') return this.deletePage(page, hasTime);
    const versions = page.filter(({ isMarker }) => !isMarker);
    for (const [index, version] of versions.entries()) {
      if (this.layout.kind === 'prefix') await this.copy(version);
      else await (action === 'erase' ? this.eraseRows(version, this.layout) : this.copyRows(version, this.layout));
      const following = versions[index + 1];
      // all versions of a key are dealt with at once: what a listing goes on from must not be among what was deleted
      if (following && following.key !== version.key && !hasTime()) return { after: version.key };
    }
    return undefined;
  }

  public more(bucket: number, after: string | undefined): StoreAnswer {
    return { state: 'more', cursor: { bucket, ...(after === undefined ? {} : { after }), counts: this.counts, conflicts: [...this.conflicts] } satisfies Progress };
  }

  public answer(): StoreAnswer {
    return { state: this.conflicts.size === 0 ? 'done' : 'open', counts: this.counts, conflicts: [...this.conflicts] };
  }

  /** What is refused is met once: the next question goes on behind the last of it, which is still there to go on from. */
  private async deletePage(page: readonly Version[], hasTime: () => boolean): Promise<{ readonly after?: string } | undefined> {
    const last = lastOf(page.map(({ key }) => key));
    const before = page.filter(({ key }) => key !== last);
    if (before.length > 0) {
      this.behind = lastOf([...this.kept, ...await this.delete(before)]) ?? this.behind;
      if (!hasTime()) return this.behind === undefined ? {} : { after: this.behind };
    }
    // the last key of a page may have versions on the next one
    this.kept = await this.delete(page.filter(({ key }) => key === last));
    return undefined;
  }

  /** @returns the keys of what was refused */
  private async delete(versions: readonly Version[]): Promise<readonly string[]> {
    if (versions.length === 0) return [];
    const refused = await this.deleter.delete(versions);
    if (refused.length > 0) this.conflicts.add('locked');
    this.count('refused', refused.length);
    this.count('versions', versions.length - refused.length);
    return refused;
  }

  /** An object that everybody's rows are in is written anew without theirs; an older version that has some of them goes as a whole. */
  private async eraseRows(version: Version, layout: RowLayout): Promise<void> {
    const { theirs, isListed } = await this.scan(version, layout);
    if (theirs === 0 && !isListed) return;
    await this.orLeft(async () => {
      if (layout.kind === 'parquet' && await this.tables.have(version)) throw new Unreadable('TableFormat');
      const written = version.isLatest ? await this.rewrite(version, layout) : undefined;
      // without versions the object that was written took the place of the old one
      if (written !== version.version) await this.delete([version]);
      this.count('rows', theirs);
    });
  }

  private async copyRows(version: Version, layout: RowLayout): Promise<void> {
    const { theirs } = version.isLatest ? await this.scan(version, layout) : NOBODY;
    if (theirs === 0) return;
    await this.orLeft(async () => {
      const to = { Bucket: this.request.export!.bucket, Key: this.exportKey(version) };
      const object = await this.open(version, layout);
      if (layout.kind === 'parquet') {
        await this.writeBytes(new Writer(to, {}, undefined, false), await this.parquet(object, layout, 'theirs'));
      } else {
        const { chunks, isPacked } = await contentOf(object.Body as AsyncIterable<Uint8Array>);
        await this.writeRows(new Writer(to, {}, undefined, isPacked), chunks, layout, ({ is }) => is === 'header' || is === 'theirs');
      }
      this.count('rows', theirs);
      this.count('objects', 1);
    });
  }

  private async rewrite(version: Version, layout: RowLayout): Promise<string> {
    const to = { Bucket: version.bucket, Key: version.key };
    const object = await this.open(version, layout);
    let written: string;
    if (layout.kind === 'parquet') {
      const bytes = await this.parquet(object, layout, 'others');
      written = await this.writeBytes(new Writer(to, await besides(version, object), object.ETag, false), bytes);
    } else {
      const { chunks, isPacked } = await contentOf(object.Body as AsyncIterable<Uint8Array>);
      written = await this.writeRows(new Writer(to, await besides(version, object), object.ETag, isPacked), chunks, layout, ({ is }) => is !== 'theirs');
    }
    this.count('rewritten', 1);
    return written;
  }

  private async open(version: Version, layout: RowLayout): Promise<GetObjectCommandOutput> {
    if (layout.kind === 'parquet' && version.bytes > LARGEST_FILE) throw new Unreadable('TooLarge');
    const object = await read(version);
    if (typeof object === 'string') throw new Error('an object went while it was read');
    return object;
  }

  private async writeRows(writer: Writer, chunks: AsyncIterable<Uint8Array>, layout: TextLayout, keeps: (row: Row) => boolean): Promise<string> {
    try {
      for await (const row of rowsOf(chunks, layout, this.request.subject)) if (keeps(row)) await writer.add(row.text);
      return await writer.end();
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  private async writeBytes(writer: Writer, bytes: Uint8Array): Promise<string> {
    try {
      await writer.addBytes(bytes);
      return await writer.end();
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  /** A file of Parquet without their rows, or with those alone: it is written anew in memory. */
  private async parquet({ Body }: GetObjectCommandOutput, { column }: Extract<RowLayout, { kind: 'parquet' }>, keeps: 'others' | 'theirs'): Promise<Buffer> {
    return rewritten(await Body!.transformToByteArray(), column, this.request.subject, keeps);
  }

  private async scan(version: Version, layout: RowLayout): Promise<Tally> {
    let found = NOBODY;
    await this.orLeft(async () => {
      const tally = await (layout.kind === 'parquet' ? this.tallyOfParquet(version, layout.column) : this.tallyOfText(version, layout));
      if (tally.unidentified > 0) this.conflicts.add('unidentified');
      this.count('unidentified', tally.unidentified);
      found = tally;
    });
    return found;
  }

  /** Of a large file its end is fetched, and one column. */
  private async tallyOfParquet(version: Version, column: string): Promise<Tally> {
    return tallyOf({ size: version.bytes, slice: async (from, to) => (await this.readable(version, { from, to })).Body!.transformToByteArray() }, column, this.request.subject);
  }

  private async tallyOfText(version: Version, layout: TextLayout): Promise<Tally> {
    const tally = { ...NOBODY, theirs: 0, unidentified: 0 };
    const { chunks } = await contentOf((await this.readable(version)).Body as AsyncIterable<Uint8Array>);
    for await (const { is } of rowsOf(chunks, layout, this.request.subject)) if (is === 'theirs' || is === 'unidentified') tally[is] += 1;
    return tally;
  }

  private async readable(version: Version, bytes?: { readonly from: number; readonly to: number }): Promise<GetObjectCommandOutput> {
    const object = await read(version, bytes);
    if (typeof object === 'string') throw new NotRead(object);
    return object;
  }

  /** Leaves an object as it is, and says why, where it cannot be read, or not be written as it was. */
  private async orLeft(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (error instanceof NotRead) {
        if (error.why === 'gone') return;
        this.conflicts.add(error.why === 'denied' ? 'locked' : 'archived');
        this.count(error.why === 'denied' ? 'refused' : 'archived', 1);
      } else if (error instanceof Unreadable) {
        const isLarge = error.reason === 'TooLarge';
        this.conflicts.add(isLarge ? 'too-large' : 'unreadable');
        this.count(isLarge ? 'tooLarge' : 'unreadable', 1);
        if (error.reason !== '' && !isLarge) this.count(`unreadable${error.reason}`, 1);
      } else {
        throw error;
      }
    }
  }

  private async copy(version: Version): Promise<void> {
    if (!version.isLatest) return;
    if (version.bytes > LARGEST_COPY) {
      this.conflicts.add('too-large');
      return;
    }
    const { bucket, key, version: id } = version;
    const source = [bucket, ...key.split('/')].map(encodeURIComponent).join('/');
    try {
      await s3.send(new CopyObjectCommand({
        Bucket: this.request.export!.bucket, Key: this.exportKey(version), CopySource: id === 'null' ? source : `${source}?versionId=${encodeURIComponent(id)}`, TaggingDirective: 'REPLACE',
      }));
    } catch (error) {
      if (!isArchived(error)) throw error;
      this.conflicts.add('archived');
      this.count('archived', 1);
      return;
    }
    this.count('objects', 1);
  }

  private exportKey({ bucket, key }: Version): string {
    const { store, export: to } = this.request;
    const whole = `${to!.prefix}${store}/${key}`;
    // S3 takes keys of 1,024 bytes
    return Buffer.byteLength(whole) <= 1_024 ? whole : `${to!.prefix}${store}/${this.fingerprints.of('key', bucket, key)}`;
  }

  private count(what: string, more: number): void {
    if (more > 0) this.counts[what] = (this.counts[what] ?? 0) + more;
  }
}

/** S3 lists keys in the order of their bytes. */
function lastOf(keys: readonly string[]): string | undefined {
  return keys.reduce<string | undefined>((last, key) => (last === undefined || Buffer.compare(Buffer.from(key), Buffer.from(last)) > 0 ? key : last), undefined);
}
