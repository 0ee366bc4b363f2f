import { createHash } from 'node:crypto';
import { Unreadable } from '../layout';
import type { Chunk, Leaf } from './footer';
import { type DataPage, type DictionaryPage, type Packed, packed, pagesOf, type Plain } from './pages';
import { i64, I32, listOf, Struct, structOf } from './thrift';

/** What is held of one column of a group at a time: Arrow makes groups of a million rows, Spark of 128 MB. */
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_VALUES = 16 * 1024 * 1024;
/** The encoding of levels. */
const RLE = 3;

/** The values of a column in a group of rows, page by page. */
export class Column {
  /**
   * Reads all pages of a chunk.
   *
   * @throws Unreadable where they hold something else than the footer says
   */
  public static read(bytes: Uint8Array, { meta, leaf }: Pick<Chunk, 'meta' | 'leaf'>, rows: number): Column {
    if (meta.number(6) > MOST_BYTES || meta.number(5) > MOST_VALUES) throw new Unreadable('TooLarge');
    const pages: DataPage[] = [];
    let dictionary: DictionaryPage | undefined;
    for (const page of pagesOf(bytes, leaf, meta.number(4))) {
      if (page.kind === 'data') pages.push(page);
      else if (dictionary || pages.length > 0) throw new Unreadable('Damaged');
      else dictionary = page;
    }
    const size = (dictionary?.values.at.length ?? 1) - 1;
    if (pages.some(({ values }) => values instanceof Int32Array && values.some((index) => index >= size))) throw new Unreadable('Damaged');
    const column = new Column(leaf, pages, dictionary);
    const found = pages.reduce((sum, { count }) => sum + count, 0);
    if (found !== meta.number(5) || column.rows() !== rows) throw new Unreadable('Damaged');
    return column;
  }

  private constructor(private readonly leaf: Leaf, private readonly pages: readonly DataPage[], private readonly dictionary?: DictionaryPage) {}

  /** Values of a column with one for each row, undefined where there is none. */
  public* values(): Generator<Uint8Array | undefined> {
    for (const { count, definition, values } of this.pages) {
      for (let [entry, next] = [0, 0]; entry < count; entry++) yield !definition || definition[entry] === this.leaf.definition ? this.value(values, next++) : undefined;
    }
  }

  /** Whether its dictionary has a value, of a row or of none: pandas writes all categories of a frame into each file. */
  public lists(value: Buffer): boolean {
    const { dictionary } = this;
    for (let place = 0; place < (dictionary?.values.at.length ?? 1) - 1; place++) if (value.equals(this.value(dictionary!.values, place))) return true;
    return false;
  }

  /**
   * The column with some of its rows. Its dictionary loses what those that are gone had, unless one that stays has it too.
   *
   * @param keepsUnused whether it keeps values of no row, such as those of a type that has a list of them
   */
  public with(keeps: Uint8Array, keepsUnused: boolean): Column {
    let row = -1;
    const pages: DataPage[] = [];
    for (const page of this.pages) {
      const entries: number[] = [];
      const places: number[] = [];
      for (let [entry, next] = [0, 0]; entry < page.count; entry++) {
        // a page of the first version can begin in the middle of a row
        if (!page.repetition || page.repetition[entry] === 0) row += 1;
        const place = !page.definition || page.definition[entry] === this.leaf.definition ? next++ : undefined;
        if (keeps[row] !== 1) continue;
        entries.push(entry);
        if (place !== undefined) places.push(place);
      }
      if (entries.length === 0) continue;
      const [repetition, definition] = [page.repetition, page.definition].map((levels) => levels && Uint8Array.from(entries, (entry) => levels[entry]!));
      pages.push({ ...page, count: entries.length, repetition, definition, values: chosen(page.values, places) });
    }
    if (!this.dictionary) return new Column(this.leaf, pages);
    const stays = new Uint8Array(this.dictionary.values.at.length - 1).fill(keepsUnused ? 1 : 0);
    for (const indexes of indexesOf(this.pages)) for (const index of indexes) stays[index] = 0;
    for (const indexes of indexesOf(pages)) for (const index of indexes) stays[index] = 1;
    const used = [...stays.keys()].filter((index) => stays[index] === 1);
    const places = new Int32Array(stays.length);
    used.forEach((index, place) => { places[index] = place; });
    const renumbered = pages.map((page) => (page.values instanceof Int32Array ? { ...page, values: page.values.map((index) => places[index]!) } : page));
    return new Column(this.leaf, renumbered, { ...this.dictionary, values: chosen(this.dictionary.values, used) as Plain });
  }

  /** As a chunk that begins at a place of its file. */
  public write(begin: number, { struct, meta }: Chunk): { readonly bytes: Buffer; readonly struct: Struct; readonly unpacked: number } {
    const codec = meta.number(4);
    const dictionary = this.dictionary && packed(this.dictionary, this.leaf, codec);
    const pages = this.pages.map((page) => packed(page, this.leaf, codec, this.dictionary?.values));
    const all: Packed[] = [...(dictionary ? [dictionary] : []), ...pages];
    const bytes = Buffer.concat(all.map((page) => page.bytes));
    const unpacked = all.reduce((sum, page) => sum + page.unpacked, 0);
    const nulls = this.pages.reduce((sum, { definition }) => sum + (definition?.filter((level) => level < this.leaf.definition).length ?? 0), 0);
    const encodings = [...new Set([RLE, ...all.map(({ encoding }) => encoding)])].sort((a, b) => a - b);
    const changed = meta.with({
      2: listOf(I32, encodings.map(BigInt)), 5: i64(this.pages.reduce((sum, { count }) => sum + count, 0)), 6: i64(unpacked), 7: i64(bytes.length),
      9: i64(begin + (dictionary?.bytes.length ?? 0)), 10: undefined, 11: dictionary ? i64(begin) : undefined,
      // the least and the greatest value, and what filters know of values, may be of whoever is gone
      12: meta.has(12) ? structOf(new Struct().with({ 3: i64(nulls) })) : undefined, 13: undefined, 14: undefined, 15: undefined, 16: undefined, 17: undefined,
    });
    return { bytes, unpacked, struct: placed(struct, changed, begin) };
  }

  /** Tells whether another column holds the same, whatever its pages and its dictionary are. */
  public digest(): string {
    const [repetition, definition, values] = [createHash('sha256'), createHash('sha256'), createHash('sha256')];
    for (const page of this.pages) {
      if (page.repetition) repetition.update(page.repetition);
      if (page.definition) definition.update(page.definition);
      const { bytes, at } = page.values instanceof Int32Array ? chosen(this.dictionary!.values, page.values) as Plain : page.values;
      values.update(bytes.subarray(0, at[at.length - 1]));
    }
    return [repetition, definition, values].map((hash) => hash.digest('base64')).join(' ');
  }

  private rows(): number {
    return this.pages.reduce((sum, { count, repetition }) => sum + (repetition ? repetition.filter((level) => level === 0).length : count), 0);
  }

  private value(values: Plain | Int32Array, index: number): Uint8Array {
    const [{ bytes, at }, place] = values instanceof Int32Array ? [this.dictionary!.values, values[index]!] : [values, index];
    return bytes.subarray(at[place]! + (this.leaf.width === undefined ? 4 : 0), at[place + 1]);
  }
}

/** A chunk that was moved: what lies elsewhere in the file, by which readers skip pages, is not moved with it. */
export function placed(struct: Struct, meta: Struct, begin: number): Struct {
  return struct.with({ 2: i64(struct.number(2) === 0 ? 0 : begin), 3: structOf(meta), 4: undefined, 5: undefined, 6: undefined, 7: undefined });
}

/** The chunk of a group that stays as it is, at another place. */
export function moved({ struct, meta, begin: was }: Chunk, begin: number): Struct {
  const offset = (id: number) => (meta.has(id) ? i64(meta.number(id) === 0 ? 0 : meta.number(id) - was + begin) : undefined);
  return placed(struct, meta.with({ 9: offset(9), 10: offset(10), 11: offset(11), 14: undefined, 15: undefined }), begin);
}

function indexesOf(pages: readonly DataPage[]): readonly Int32Array[] {
  return pages.flatMap(({ values }) => (values instanceof Int32Array ? [values] : []));
}

/** Some of the values, one behind the other. */
function chosen(values: Plain | Int32Array, places: ArrayLike<number>): Plain | Int32Array {
  if (values instanceof Int32Array) return Int32Array.from(places, (place) => values[place]!);
  const at = new Uint32Array(places.length + 1);
  for (let index = 0; index < places.length; index++) at[index + 1] = at[index]! + values.at[places[index]! + 1]! - values.at[places[index]!]!;
  const bytes = Buffer.allocUnsafe(at[places.length]!);
  for (let index = 0; index < places.length; index++) bytes.set(values.bytes.subarray(values.at[places[index]!], values.at[places[index]! + 1]), at[index]);
  return { bytes, at };
}

