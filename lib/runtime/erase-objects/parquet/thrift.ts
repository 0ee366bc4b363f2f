/**
 * Thrift's compact protocol, in which Parquet writes its footer and the headers of its pages. Each field keeps the type that it was read with, so that
 * what nothing here knows is written again as it was.
 *
 * @see https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const DOUBLE = 7;
export const I32 = 5;
export const I64 = 6;
export const BINARY = 8;
export const LIST = 9;
export const STRUCT = 12;

/** Whole numbers of every width are bigints; a byte and a double stay bytes. */
type Value = boolean | bigint | Uint8Array | List | Struct;

export interface List {
  readonly type: number;
  readonly values: readonly Value[];
}

interface Field {
  readonly type: number;
  readonly value: Value;
}

/** A struct, by the numbers of its fields. */
export class Struct {
  /** Reads one, and says where it ends. */
  public static read(bytes: Uint8Array, at = 0): { readonly struct: Struct; readonly end: number } {
    const reader = new Reader(bytes, at);
    return { struct: reader.struct(), end: reader.at };
  }

  public constructor(private readonly fields: ReadonlyMap<number, Field> = new Map()) {}

  public has(id: number): boolean {
    return this.fields.has(id);
  }

  /** A number, 0 where there is none. */
  public number(id: number): number {
    const value = this.fields.get(id)?.value;
    return typeof value === 'bigint' ? Number(value) : 0;
  }

  public boolean(id: number): boolean | undefined {
    const value = this.fields.get(id)?.value;
    return typeof value === 'boolean' ? value : undefined;
  }

  public text(id: number): string | undefined {
    const value = this.fields.get(id)?.value;
    return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : undefined;
  }

  public struct(id: number): Struct | undefined {
    const value = this.fields.get(id)?.value;
    return value instanceof Struct ? value : undefined;
  }

  public structs(id: number): readonly Struct[] {
    return this.values(id).filter((value) => value instanceof Struct);
  }

  public texts(id: number): readonly string[] {
    return this.values(id).filter((value) => value instanceof Uint8Array).map((value) => Buffer.from(value).toString('utf8'));
  }

  /** The same with other fields; a field is left out where its value is. */
  public with(changes: Readonly<Record<number, Field | undefined>>): Struct {
    const fields = new Map(this.fields);
    for (const [id, field] of Object.entries(changes)) {
      if (field) fields.set(Number(id), field);
      else fields.delete(Number(id));
    }
    return new Struct(fields);
  }

  public bytes(): Buffer {
    const parts: Uint8Array[] = [];
    writeStruct(parts, this.fields);
    return Buffer.concat(parts);
  }

  private values(id: number): readonly Value[] {
    const value = this.fields.get(id)?.value;
    return value !== undefined && isList(value) ? value.values : [];
  }
}

export const i16 = (value: number): Field => ({ type: I16, value: BigInt(value) });
export const i32 = (value: number): Field => ({ type: I32, value: BigInt(value) });
export const i64 = (value: number): Field => ({ type: I64, value: BigInt(value) });
export const structOf = (value: Struct): Field => ({ type: STRUCT, value });
export const listOf = (type: number, values: readonly Value[]): Field => ({ type: LIST, value: { type, values } });

class Reader {
  private readonly view: DataView;

  public constructor(private readonly bytes: Uint8Array, public at: number) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  public struct(): Struct {
    const fields = new Map<number, Field>();
    for (let id = 0; ;) {
      const head = this.view.getUint8(this.at++);
      if (head === 0) return new Struct(fields);
      const type = head & 0x0f;
      id = head >> 4 === 0 ? Number(zigzag(this.varint())) : id + (head >> 4);
      // the type of a field says which of both it is
      const value = type === TRUE || type === FALSE ? type === TRUE : this.value(type);
      fields.set(id, { type, value });
    }
  }

  private value(type: number): Value {
    switch (type) {
      case BYTE: case TRUE: case FALSE: return this.take(1);
      case I16: case I32: case I64: return zigzag(this.varint());
      case DOUBLE: return this.take(8);
      case BINARY: return this.take(Number(this.varint()));
      case LIST: return this.list();
      case STRUCT: return this.struct();
      default: throw new RangeError('a type of Thrift that Parquet does not use');
    }
  }

  private list(): List {
    const head = this.view.getUint8(this.at++);
    const size = head >> 4 === 15 ? Number(this.varint()) : head >> 4;
    // each element takes a byte at least
    if (size > this.bytes.length - this.at) throw new RangeError('a list that is longer than what holds it');
    return { type: head & 0x0f, values: Array.from({ length: size }, () => this.value(head & 0x0f)) };
  }

  private take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new RangeError('bytes that are not there');
    return this.bytes.subarray(this.at, this.at += length);
  }

  private varint(): bigint {
    let [low, shift] = [0, 0];
    for (let byte = this.view.getUint8(this.at++); ; byte = this.view.getUint8(this.at++)) {
      if (shift >= 28) return this.longVarint(BigInt(low), BigInt(shift), byte);
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(low);
      shift += 7;
    }
  }

  private longVarint(low: bigint, from: bigint, first: number): bigint {
    let value = low;
    for (let [byte, shift] = [first, from]; ; [byte, shift] = [this.view.getUint8(this.at++), shift + 7n]) {
      if (shift > 63n) throw new RangeError('a number of more than 64 bits');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
}

function writeStruct(parts: Uint8Array[], fields: ReadonlyMap<number, Field>): void {
  let last = 0;
  for (const [id, { type, value }] of [...fields].sort(([a], [b]) => a - b)) {
    const step = id - last;
    parts.push(step > 0 && step < 16 ? Uint8Array.of(step << 4 | type) : Buffer.concat([Uint8Array.of(type), varint(unsigned(BigInt(id)))]));
    writeValue(parts, type, value);
    last = id;
  }
  parts.push(Uint8Array.of(0));
}

function writeValue(parts: Uint8Array[], type: number, value: Value): void {
  // what a boolean is stands in the type of its field
  if (typeof value === 'boolean') return;
  if (typeof value === 'bigint') parts.push(varint(unsigned(value)));
  else if (value instanceof Struct) parts.push(value.bytes());
  else if (value instanceof Uint8Array) parts.push(...(type === BINARY ? [varint(BigInt(value.length))] : []), value);
  else {
    const { length } = value.values;
    parts.push(length < 15 ? Uint8Array.of(length << 4 | value.type) : Buffer.concat([Uint8Array.of(0xf0 | value.type), varint(BigInt(length))]));
    for (const one of value.values) writeValue(parts, value.type, one);
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return Uint8Array.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}

function zigzag(value: bigint): bigint {
  return value >> 1n ^ -(value & 1n);
}

function unsigned(value: bigint): bigint {
  return BigInt.asUintN(64, value << 1n ^ value >> 63n);
}

function isList(value: Value): value is List {
  return typeof value === 'object' && 'values' in value && !(value instanceof Struct);
}
