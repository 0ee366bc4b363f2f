import { Unreadable } from '../layout';
import { Struct } from './thrift';

/**
 * What a Parquet file says of itself. Fields are known by the numbers that they have in the format.
 *
 * @see https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
export interface Footer {
  readonly file: Struct;
  /** Columns with values, in the order of their chunks. */
  readonly leaves: readonly Leaf[];
  readonly groups: readonly RowGroup[];
}

/** A column with values. */
export interface Leaf {
  readonly path: readonly string[];
  readonly element: Struct;
  readonly type: PhysicalType;
  /** Bytes of a value, undefined where each has a length of its own. */
  readonly width?: number;
  /** Levels above which a value is repeated, and is there. */
  readonly repetition: number;
  readonly definition: number;
}

export enum PhysicalType { BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY }

export interface RowGroup {
  readonly struct: Struct;
  readonly rows: number;
  readonly chunks: readonly Chunk[];
}

/** The values of a column in a group of rows. */
export interface Chunk {
  readonly struct: Struct;
  readonly meta: Struct;
  readonly leaf: Leaf;
  readonly begin: number;
  readonly end: number;
}

/** Where a file is read from, by parts. */
export interface Source {
  readonly size: number;
  slice(from: number, to: number): Promise<Uint8Array>;
}

const TAIL = 64 * 1024;
const MAGIC = 'PAR1';
const WIDTHS: Readonly<Partial<Record<PhysicalType, number>>> = {
  [PhysicalType.BOOLEAN]: 1, [PhysicalType.INT32]: 4, [PhysicalType.INT64]: 8, [PhysicalType.INT96]: 12, [PhysicalType.FLOAT]: 4, [PhysicalType.DOUBLE]: 8,
};
/** What tables of Iceberg and Hudi write into their files: other files hold the size of these, and who is in them. */
const OF_TABLES = /^(iceberg\.|hoodie|org\.apache\.hudi)/;

/**
 * Reads the end of a file.
 *
 * @throws Unreadable for what is no Parquet, and what could not be written again as it is
 */
export async function footerOf(source: Source): Promise<Footer> {
  const tail = Buffer.from(await source.slice(Math.max(0, source.size - TAIL), source.size));
  const magic = tail.toString('latin1', tail.length - 4);
  if (magic === 'PARE') throw new Unreadable('Encrypted');
  if (tail.length < 12 || magic !== MAGIC) throw new Unreadable('NotParquet');
  const length = tail.readUInt32LE(tail.length - 8) + 8;
  if (length + 4 > source.size) throw new Unreadable('Damaged');
  const bytes = length <= tail.length ? tail.subarray(tail.length - length) : await source.slice(source.size - length, source.size);
  return guarded(() => read(Struct.read(bytes).struct, source.size - length));
}

/** What a file cannot be read for is not what a service could not do: errors of a decoder say that it is damaged. */
export function guarded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable('Damaged');
  }
}

function read(file: Struct, end: number): Footer {
  // encryption_algorithm, footer_signing_key_metadata
  if (file.has(8) || file.has(9)) throw new Unreadable('Encrypted');
  if (file.structs(5).some((entry) => OF_TABLES.test(entry.text(1) ?? ''))) throw new Unreadable('TableFormat');
  const leaves = leavesOf(file.structs(2));
  const groups = file.structs(4).map((struct): RowGroup => {
    const chunks = struct.structs(1);
    if (chunks.length !== leaves.length) throw new Unreadable('Damaged');
    return { struct, rows: struct.number(3), chunks: chunks.map((chunk, index) => chunkOf(chunk, leaves[index]!, end)) };
  });
  if (groups.reduce((sum, { rows }) => sum + rows, 0) !== file.number(3)) throw new Unreadable('Damaged');
  return { file, leaves, groups };
}

function chunkOf(struct: Struct, leaf: Leaf, end: number): Chunk {
  if (struct.has(8) || struct.has(9)) throw new Unreadable('Encrypted');
  // a summary of other files
  if (struct.has(1)) throw new Unreadable('OtherFiles');
  const meta = struct.struct(3);
  if (!meta || meta.number(1) !== Number(leaf.type) || meta.texts(3).join('\0') !== leaf.path.join('\0')) throw new Unreadable('Damaged');
  const [data, dictionary] = [meta.number(9), meta.number(11)];
  const begin = dictionary > 0 && dictionary < data ? dictionary : data;
  const chunk = { struct, meta, leaf, begin, end: begin + meta.number(7) };
  if (begin < MAGIC.length || chunk.end > end) throw new Unreadable('Damaged');
  return chunk;
}

function leavesOf(elements: readonly Struct[]): readonly Leaf[] {
  const leaves: Leaf[] = [];
  let next = 0;
  const walk = (path: readonly string[], repetition: number, definition: number) => {
    const element = elements[next++];
    if (!element) throw new Unreadable('Damaged');
    const isRoot = next === 1;
    // 0 required, 1 optional, 2 repeated
    const kind = isRoot ? 0 : element.number(3);
    const own = isRoot ? path : [...path, element.text(4)!];
    const levels = [repetition + (kind === 2 ? 1 : 0), definition + (kind === 0 ? 0 : 1)] as const;
    if (element.has(1)) {
      const type = element.number(1) as PhysicalType;
      leaves.push({ path: own, element, type, width: type === PhysicalType.FIXED_LEN_BYTE_ARRAY ? element.number(2) : WIDTHS[type], repetition: levels[0], definition: levels[1] });
    } else {
      for (let child = element.number(5); child > 0; child--) walk(own, ...levels);
    }
  };
  walk([], 0, 0);
  return leaves;
}

/** The bytes of a file that ends with a footer. */
export function written(chunks: readonly Uint8Array[], file: Struct): Buffer {
  const footer = file.bytes();
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([Buffer.from(MAGIC), ...chunks, footer, length, Buffer.from(MAGIC)]);
}

export const BEGIN = MAGIC.length;
