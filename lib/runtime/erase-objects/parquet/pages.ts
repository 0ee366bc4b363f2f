import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { byteStreamSplit, readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { Unreadable } from '../layout';
import { type Codec, codecOf } from './codecs';
import { type Leaf, PhysicalType } from './footer';
import { i32, Struct, structOf } from './thrift';

/** Values as the PLAIN encoding has them, one behind the other, and where each begins; the last place is where they end. A boolean is a byte. */
export interface Plain {
  readonly bytes: Uint8Array;
  readonly at: Uint32Array;
}

/** A page of data. */
export interface DataPage {
  readonly kind: 'data';
  readonly header: Struct;
  readonly count: number;
  /** Levels of each entry, where the column has any. */
  readonly repetition?: Uint8Array;
  readonly definition?: Uint8Array;
  /** Values that are there, or where they stand in the dictionary. */
  readonly values: Plain | Int32Array;
}

export interface DictionaryPage {
  readonly kind: 'dictionary';
  readonly header: Struct;
  readonly values: Plain;
}

enum Encoding { PLAIN = 0, PLAIN_DICTIONARY = 2, RLE = 3, DELTA_BINARY_PACKED = 5, DELTA_LENGTH_BYTE_ARRAY = 6, DELTA_BYTE_ARRAY = 7, RLE_DICTIONARY = 8, BYTE_STREAM_SPLIT = 9 }

/** Types of pages. */
const [DATA, INDEX, DICTIONARY, DATA_V2] = [0, 1, 2, 3];
/** What a page may hold: writers make pages of a megabyte. */
const LARGEST_PAGE = 128 * 1024 * 1024;

/**
 * The pages of a chunk.
 *
 * @throws Unreadable
 */
export function* pagesOf(bytes: Uint8Array, leaf: Leaf, codecNumber: number): Generator<DataPage | DictionaryPage> {
  const codec = codecOf(codecNumber);
  for (let at = 0; at < bytes.length;) {
    const { struct: header, end } = Struct.read(bytes, at);
    const [unpacked, packed] = [header.number(2), header.number(3)];
    if (packed < 0 || unpacked < 0 || packed > bytes.length - end) throw new Unreadable('Damaged');
    if (unpacked > LARGEST_PAGE) throw new Unreadable('TooLarge');
    at = end + packed;
    const body = bytes.subarray(end, at);
    switch (header.number(1)) {
      case DATA: yield firstPage(header, unpack(codec, body, unpacked), leaf); break;
      case DATA_V2: yield secondPage(header, body, unpacked, leaf, codec); break;
      case DICTIONARY: {
        const page = header.struct(7)!;
        if (![Encoding.PLAIN, Encoding.PLAIN_DICTIONARY].includes(page.number(2))) throw new Unreadable('Encoding');
        yield { kind: 'dictionary', header, values: plain(unpack(codec, body, unpacked), page.number(1), leaf) };
        break;
      }
      case INDEX: break;
      default: throw new Unreadable('Encoding');
    }
  }
}

/** A page of the first version: levels and values are packed together. */
function firstPage(header: Struct, body: Uint8Array, leaf: Leaf): DataPage {
  const page = header.struct(5)!;
  const count = page.number(1);
  const reader = readerOf(body);
  const levels = (most: number, encoding: number) => {
    if (most === 0) return undefined;
    if (encoding !== Number(Encoding.RLE)) throw new Unreadable('Encoding');
    return runs(reader, widthOf(most), new Uint8Array(count));
  };
  const repetition = levels(leaf.repetition, page.number(4));
  const definition = levels(leaf.definition, page.number(3));
  const values = valuesOf(body.subarray(reader.offset), page.number(2), present(definition, leaf, count), leaf);
  return { kind: 'data', header, count, repetition, definition, values };
}

/** A page of the second version: only values are packed. */
function secondPage(header: Struct, body: Uint8Array, unpacked: number, leaf: Leaf, codec: Codec): DataPage {
  const page = header.struct(8)!;
  const [count, ofDefinition, ofRepetition] = [page.number(1), page.number(5), page.number(6)];
  const begin = ofRepetition + ofDefinition;
  if (begin > body.length) throw new Unreadable('Damaged');
  const levels = (most: number, from: number, length: number) => {
    return most === 0 ? undefined : runs(readerOf(body.subarray(from, from + length)), widthOf(most), new Uint8Array(count), length);
  };
  const repetition = levels(leaf.repetition, 0, ofRepetition);
  const definition = levels(leaf.definition, ofRepetition, ofDefinition);
  const packed = body.subarray(begin);
  const bytes = page.boolean(7) === false ? packed : unpack(codec, packed, unpacked - begin);
  return { kind: 'data', header, count, repetition, definition, values: valuesOf(bytes, page.number(4), present(definition, leaf, count), leaf) };
}

function valuesOf(bytes: Uint8Array, encoding: Encoding, count: number, leaf: Leaf): Plain | Int32Array {
  const reader = readerOf(bytes);
  const { type, width } = leaf;
  switch (encoding) {
    case Encoding.PLAIN: return plain(bytes, count, leaf);
    case Encoding.PLAIN_DICTIONARY: case Encoding.RLE_DICTIONARY: {
      const indexes = new Int32Array(count);
      if (count === 0) return indexes;
      const bits = reader.view.getUint8(reader.offset++);
      // wider ones do not fit into what the decoder reckons with
      if (bits > 24) throw new Unreadable('Encoding');
      return bits === 0 ? indexes : runs(reader, bits, indexes, bytes.length - 1);
    }
    case Encoding.RLE:
      if (type !== PhysicalType.BOOLEAN) throw new Unreadable('Encoding');
      return fixed(runs(reader, 1, new Uint8Array(count)), count, 1);
    case Encoding.DELTA_BINARY_PACKED: {
      if (type !== PhysicalType.INT32 && type !== PhysicalType.INT64) throw new Unreadable('Encoding');
      const numbers = type === PhysicalType.INT32 ? new Int32Array(count) : new BigInt64Array(count);
      if (count > 0) deltaBinaryUnpack(reader, count, numbers);
      return fixed(new Uint8Array(numbers.buffer), count, width!);
    }
    case Encoding.DELTA_LENGTH_BYTE_ARRAY: case Encoding.DELTA_BYTE_ARRAY: {
      const values: Uint8Array[] = new Array<Uint8Array>(count);
      if (count > 0) (encoding === Encoding.DELTA_BYTE_ARRAY ? deltaByteArray : deltaLengthByteArray)(reader, count, values);
      return plainOf(values, leaf);
    }
    case Encoding.BYTE_STREAM_SPLIT: {
      if (width === undefined) throw new Unreadable('Encoding');
      // as bytes of a fixed length: a number that is none has many forms, and each stays what it is
      const values = byteStreamSplit(reader, count, 'FIXED_LEN_BYTE_ARRAY', width) as Uint8Array[];
      return plainOf(values, leaf);
    }
    default: throw new Unreadable('Encoding');
  }
}

/** Cuts what is PLAIN into values. */
function plain(bytes: Uint8Array, count: number, { type, width }: Leaf): Plain {
  if (type === PhysicalType.BOOLEAN) {
    if (bytes.length * 8 < count) throw new Unreadable('Damaged');
    const values = new Uint8Array(count);
    for (let index = 0; index < count; index++) values[index] = bytes[index >> 3]! >> (index & 7) & 1;
    return fixed(values, count, 1);
  }
  if (width !== undefined) return fixed(bytes, count, width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = new Uint32Array(count + 1);
  for (let [index, end] = [0, 0]; index < count; at[++index] = end) {
    end += 4 + view.getUint32(end, true);
    if (end > bytes.length) throw new Unreadable('Damaged');
  }
  return { bytes, at };
}

function fixed(bytes: Uint8Array, count: number, width: number): Plain {
  if (bytes.length < count * width) throw new Unreadable('Damaged');
  const at = new Uint32Array(count + 1);
  for (let index = 1; index <= count; index++) at[index] = index * width;
  return { bytes, at };
}

function plainOf(values: readonly Uint8Array[], { width }: Leaf): Plain {
  const at = new Uint32Array(values.length + 1);
  values.forEach((value, index) => { at[index + 1] = at[index]! + value.length + (width === undefined ? 4 : 0); });
  const bytes = Buffer.alloc(at[values.length]!);
  values.forEach((value, index) => {
    if (width === undefined) bytes.writeUInt32LE(value.length, at[index]);
    else if (value.length !== width) throw new Unreadable('Damaged');
    bytes.set(value, at[index + 1]! - value.length);
  });
  return { bytes, at };
}

/** A page as it stands in a file. */
export interface Packed {
  readonly bytes: Buffer;
  /** Its bytes before they were packed, with the header. */
  readonly unpacked: number;
  readonly encoding: number;
}

/** The page again, with what it holds now. Of its statistics, which may hold what was taken out, nothing is left. */
export function packed(page: DataPage | DictionaryPage, leaf: Leaf, codecNumber: number, dictionary?: Plain): Packed {
  const codec = codecOf(codecNumber);
  if (page.kind === 'dictionary') {
    const own = page.header.struct(7)!;
    return headed(page.header, codec, Buffer.alloc(0), plainBytes(page.values, leaf), own.number(2), { 7: structOf(own.with({ 1: i32(page.values.at.length - 1) })) });
  }
  const encoded = page.values instanceof Int32Array ? indexed(page.values, dictionary!.at.length - 1) : plainBytes(page.values, leaf);
  const repetition = page.repetition ? runsOf(page.repetition, widthOf(leaf.repetition)) : Buffer.alloc(0);
  const definition = page.definition ? runsOf(page.definition, widthOf(leaf.definition)) : Buffer.alloc(0);
  const isFirst = page.header.number(1) === DATA;
  const own = page.header.struct(isFirst ? 5 : 8)!;
  const was = own.number(isFirst ? 2 : 4);
  const encoding = page.values instanceof Int32Array ? was : Encoding.PLAIN;
  if (isFirst) {
    const levels = [page.repetition && repetition, page.definition && definition].flatMap((level) => (level ? [lengthOf(level), level] : []));
    const changed = own.with({ 1: i32(page.count), 2: i32(encoding), 5: undefined });
    return headed(page.header, codec, Buffer.alloc(0), Buffer.concat([...levels, encoded]), encoding, { 5: structOf(changed) });
  }
  const rows = page.repetition ? page.repetition.filter((level) => level === 0).length : page.count;
  return headed(page.header, codec, Buffer.concat([repetition, definition]), encoded, encoding, {
    8: structOf(own.with({
      1: i32(page.count), 2: i32(page.count - present(page.definition, leaf, page.count)), 3: i32(rows), 4: i32(encoding), 5: i32(definition.length), 6: i32(repetition.length),
      7: undefined, 8: undefined,
    })),
  });
}

function headed(header: Struct, codec: Codec, before: Buffer, body: Uint8Array, encoding: number, own: Parameters<Struct['with']>[0]): Packed {
  const content = Buffer.concat([before, codec.pack(body)]);
  // the checksum is of what was there
  const head = header.with({ 2: i32(before.length + body.length), 3: i32(content.length), 4: undefined, ...own }).bytes();
  return { bytes: Buffer.concat([head, content]), unpacked: head.length + before.length + body.length, encoding };
}

/** Values one behind the other, booleans eight to a byte. */
function plainBytes({ bytes, at }: Plain, { type }: Leaf): Uint8Array {
  const count = at.length - 1;
  if (type !== PhysicalType.BOOLEAN) return bytes.subarray(0, at[count]);
  const bits = new Uint8Array(Math.ceil(count / 8));
  for (let index = 0; index < count; index++) bits[index >> 3]! |= bytes[index]! << (index & 7);
  return bits;
}

function indexed(indexes: Int32Array, size: number): Buffer {
  const bits = Math.max(1, widthOf(size - 1));
  return Buffer.concat([Uint8Array.of(bits), runsOf(indexes, bits)]);
}

function runs<T extends Uint8Array | Int32Array>(reader: { readonly view: DataView; offset: number }, bits: number, into: T, length?: number): T {
  readRleBitPackedHybrid(reader, bits, into, length);
  return into;
}

function runsOf(values: Uint8Array | Int32Array, bits: number): Buffer {
  const writer = new ByteWriter();
  writeRleBitPackedHybrid(writer, values, bits);
  return Buffer.from(writer.getBytes());
}

function present(definition: Uint8Array | undefined, leaf: Leaf, count: number): number {
  if (!definition) return count;
  let found = 0;
  for (const level of definition) if (level === leaf.definition) found += 1;
  return found;
}

function unpack(codec: Codec, body: Uint8Array, length: number): Uint8Array {
  const bytes = length === 0 ? new Uint8Array() : codec.unpack(body, length);
  if (bytes.length !== length) throw new Unreadable('Damaged');
  return bytes;
}

function readerOf(bytes: Uint8Array): { readonly view: DataView; offset: number } {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
}

function widthOf(most: number): number {
  return most <= 0 ? 0 : 32 - Math.clz32(most);
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return length;
}
