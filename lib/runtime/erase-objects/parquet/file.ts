import { Unreadable } from '../layout';
import { Column, moved } from './chunk';
import { BEGIN, type Footer, footerOf, guarded, type Leaf, PhysicalType, type RowGroup, type Source, written } from './footer';
import { i16, i64, listOf, STRUCT, type Struct } from './thrift';

/** Whose rows a file has. */
export interface Tally {
  readonly theirs: number;
  /** Rows that say of nobody whose they are. */
  readonly unidentified: number;
  /** Whether a dictionary has the person where no row is theirs. */
  readonly isListed: boolean;
}

/** A group of rows, and which of them are the person's. */
interface Marked extends Tally {
  readonly group: RowGroup;
  readonly isTheirs: Uint8Array;
}

/** A file is written anew in memory, and stands there twice. */
export const LARGEST_FILE = 256 * 1024 * 1024;

/**
 * Counts the rows of a person. Of the file its end is read, and the column that says whose a row is.
 *
 * @throws Unreadable where it is no Parquet, or that column is none
 */
export async function tallyOf(source: Source, column: string, subject: string): Promise<Tally> {
  if (source.size === 0) return { theirs: 0, unidentified: 0, isListed: false };
  const footer = await footerOf(source);
  let [theirs, unidentified, isListed] = [0, 0, false];
  for await (const marked of marksOf(source, footer, column, subject)) {
    [theirs, unidentified, isListed] = [theirs + marked.theirs, unidentified + marked.unidentified, isListed || marked.isListed];
  }
  return { theirs, unidentified, isListed };
}

/**
 * The file without the rows of a person, or with those alone. Groups of rows that nothing is taken out of stay as they are, byte for byte. The result is
 * read again, and compared with what it has to hold, before anybody gets it.
 *
 * @throws Unreadable for what could not be written as it was
 */
export async function rewritten(file: Uint8Array, column: string, subject: string, keeps: 'others' | 'theirs'): Promise<Buffer> {
  if (file.length > LARGEST_FILE) throw new Unreadable('TooLarge');
  const source = inMemory(file);
  const footer = await footerOf(source);
  if (keeps === 'others') requirePlainIndex(footer.file);
  const parts: Part[] = [];
  for await (const { group, isTheirs, isListed } of marksOf(source, footer, column, subject)) {
    const isKept = isTheirs.map((is) => ((is === 1) === (keeps === 'theirs') ? 1 : 0));
    const kept = isKept.reduce((sum, one) => sum + one, 0);
    if (kept > 0) parts.push({ group, kept, isListed, ...(kept === group.rows && !isListed ? {} : { isKept }) });
  }
  const { made, digests } = guarded(() => make(file, footer, parts, keeps === 'others'));
  await requireSame(made, { file, footer, parts, digests });
  const left = await tallyOf(inMemory(made), column, subject);
  if (keeps === 'others' && (left.theirs > 0 || left.isListed)) throw new Unreadable('Unlike');
  return made;
}

/** A group of rows of which some stay, or all. */
interface Part {
  readonly group: RowGroup;
  readonly kept: number;
  /** Whether a dictionary of it has the person, and then others may have what is said of them: which values of no row these are, nobody can tell. */
  readonly isListed: boolean;
  readonly isKept?: Uint8Array;
}

/** What each column of a part has to hold; nothing for one that stays as it is. */
type Digests = readonly (readonly string[] | undefined)[];

function make(file: Uint8Array, footer: Footer, parts: readonly Part[], keepsUnused: boolean): { readonly made: Buffer; readonly digests: Digests } {
  const pieces: Uint8Array[] = [];
  const structs: Struct[] = [];
  const digests: (string[] | undefined)[] = [];
  let at = BEGIN;
  for (const { group, kept, isKept, isListed } of parts) {
    const begin = at;
    const own: string[] = [];
    const chunks = group.chunks.map((chunk) => {
      const bytes = file.subarray(chunk.begin, chunk.end);
      const column = isKept && Column.read(bytes, chunk, group.rows).with(isKept, keepsUnused && !isListed);
      if (column) own.push(column.digest());
      const written = column ? column.write(at, chunk) : { bytes, struct: moved(chunk, at), unpacked: chunk.meta.number(6) };
      pieces.push(written.bytes);
      at += written.bytes.length;
      return written;
    });
    digests.push(isKept && own);
    structs.push(group.struct.with({
      1: listOf(STRUCT, chunks.map(({ struct }) => struct)), 2: i64(chunks.reduce((sum, { unpacked }) => sum + unpacked, 0)), 3: i64(kept),
      ...(group.struct.has(5) ? { 5: i64(begin) } : {}), ...(group.struct.has(6) ? { 6: i64(at - begin) } : {}), ...(group.struct.has(7) ? { 7: i16(structs.length) } : {}),
    }));
  }
  const rows = parts.reduce((sum, { kept }) => sum + kept, 0);
  return { made: written(pieces, footer.file.with({ 3: i64(rows), 4: listOf(STRUCT, structs) })), digests };
}

/** What a file was made of. */
interface Made {
  readonly file: Uint8Array;
  readonly footer: Footer;
  readonly parts: readonly Part[];
  readonly digests: Digests;
}

/** Reads what was made, as anybody would, and holds it against what it was made of. */
async function requireSame(made: Buffer, { file, footer, parts, digests }: Made): Promise<void> {
  const found = await footerOf(inMemory(made));
  const besides = (one: Footer) => one.file.with({ 3: undefined, 4: undefined }).bytes();
  const isSame = guarded(() => besides(found).equals(besides(footer)) && found.groups.length === parts.length && parts.every(({ group, kept }, index) => {
    const { rows, chunks } = found.groups[index]!;
    return rows === kept && chunks.every((chunk, place) => {
      const [bytes, was] = [made.subarray(chunk.begin, chunk.end), group.chunks[place]!];
      const expected = digests[index]?.[place];
      return expected === undefined ? bytes.equals(file.subarray(was.begin, was.end)) : Column.read(bytes, chunk, rows).digest() === expected;
    });
  }));
  if (!isSame) throw new Unreadable('Unlike');
}

async function* marksOf(source: Source, footer: Footer, column: string, subject: string): AsyncGenerator<Marked> {
  const place = guarded(() => placeOf(footer, column));
  const person = bytesOf(subject, footer.leaves[place]!);
  for (const group of footer.groups) {
    const chunk = group.chunks[place]!;
    const bytes = await source.slice(chunk.begin, chunk.end);
    yield guarded(() => {
      const isTheirs = new Uint8Array(group.rows);
      let [row, theirs, unidentified] = [0, 0, 0];
      const read = Column.read(bytes, chunk, group.rows);
      for (const value of read.values()) {
        if (value === undefined || value.length === 0) unidentified += 1;
        else if (person?.equals(value)) [isTheirs[row], theirs] = [1, theirs + 1];
        row += 1;
      }
      return { group, isTheirs, theirs, unidentified, isListed: theirs === 0 && person !== undefined && read.lists(person) };
    });
  }
}

/** Which column says whose a row is. */
function placeOf({ leaves }: Footer, column: string): number {
  const own = [...leaves.entries()].filter(([, { path }]) => path[0] === column);
  if (own.some(([, leaf]) => leaf.path.length > 1 || leaf.repetition > 0 || !(isText(leaf) || isInteger(leaf)))) throw new Unreadable('ColumnType');
  // with two columns of the name nobody knows which one says it
  if (own.length !== 1) throw new Unreadable('NoColumn');
  return own[0]![0];
}

/** Texts, with the annotations STRING and ENUM, or with none, as older writers have them. */
function isText({ type, element }: Leaf): boolean {
  if (type !== PhysicalType.BYTE_ARRAY) return false;
  const logical = element.struct(10);
  return logical ? logical.has(1) || logical.has(4) : !element.has(6) || [0, 4].includes(element.number(6));
}

/** Whole numbers, and no dates, times or decimals. */
function isInteger({ type, element }: Leaf): boolean {
  if (type !== PhysicalType.INT32 && type !== PhysicalType.INT64) return false;
  const logical = element.struct(10);
  return logical ? logical.has(10) : !element.has(6) || (element.number(6) >= 11 && element.number(6) <= 18);
}

/** How a column holds a person; undefined where it can hold no such one. */
function bytesOf(subject: string, leaf: Leaf): Buffer | undefined {
  if (leaf.type === PhysicalType.BYTE_ARRAY) return Buffer.from(subject);
  if (!/^-?\d{1,20}$/.test(subject)) return undefined;
  const number = BigInt(subject);
  const bits = leaf.width! * 8;
  const isUnsigned = leaf.element.struct(10)?.struct(10)?.boolean(2) === false || (!leaf.element.has(10) && leaf.element.has(6) && leaf.element.number(6) <= 14);
  // 007 is nobody's number
  if (String(number) !== subject || number !== (isUnsigned ? BigInt.asUintN(bits, number) : BigInt.asIntN(bits, number))) return undefined;
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt.asIntN(64, number));
  return bytes.subarray(0, leaf.width);
}

/**
 * pandas writes an index that counts rows as its beginning, step and end alone. One that begins at 0 counts anew where rows are gone, as the rows of
 * any file do; another one would be lost.
 */
function requirePlainIndex(file: Struct): void {
  const text = file.structs(5).find((entry) => entry.text(1) === 'pandas')?.text(2);
  if (text === undefined) return;
  const indexes = guarded(() => (JSON.parse(text) as { readonly index_columns?: readonly unknown[] }).index_columns ?? []);
  const isPlain = ({ kind, start, step, name }: Record<string, unknown>) => kind === 'range' && start === 0 && step === 1 && (name ?? null) === null;
  if (indexes.some((index) => typeof index === 'object' && index !== null && !isPlain(index as Record<string, unknown>))) throw new Unreadable('PandasIndex');
}

function inMemory(bytes: Uint8Array): Source {
  return { size: bytes.length, slice: (from, to) => Promise.resolve(bytes.subarray(from, to)) };
}
