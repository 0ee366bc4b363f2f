import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';

/** Gives up to so many bytes that follow; none at the end. */
export type ReadBytes = (most: number) => Uint8Array;

/** Keys from the root; `ITEM` for what stands in a list. */
export type JsonPath = readonly (string | typeof ITEM)[];

/** Any item of a list. */
export const ITEM = Symbol('item');

/** How a large text is read. */
export interface Pieces {
  /** Whether the object or list at a path is read member by member; all others are read as a whole. */
  readonly opens: (path: JsonPath, isList: boolean) => boolean;
  /** What is kept of a member of such an object, or of an item of such a list. */
  readonly keep: (path: JsonPath, value: unknown) => unknown;
}

/**
 * Reads JSON of which no more is held at a time than one member, beside what is kept: the text of a record has a hundred megabytes.
 *
 * @throws a SyntaxError where it is no JSON, was cut off, is no UTF-8, or where an object that is read by members has one of them twice
 */
export function readJson(read: ReadBytes, pieces: Pieces): unknown {
  const bytes = new Bytes(read);
  const value = valueOf(bytes, [], pieces);
  if (bytes.next() !== undefined) throw new SyntaxError('there is more behind its end');
  return value;
}

/** The bytes of a file, from its start. */
export function withFile<T>(file: string, use: (read: ReadBytes) => T): T {
  const handle = openSync(file, 'r');
  try {
    return use((most) => {
      const chunk = Buffer.allocUnsafe(most);
      return chunk.subarray(0, readSync(handle, chunk, 0, most, null));
    });
  } finally {
    closeSync(handle);
  }
}

/** The bytes of a text. */
export function bytesOf(text: string): ReadBytes {
  const whole = Buffer.from(text);
  let at = 0;
  return (most) => whole.subarray(at, at = Math.min(whole.length, at + most));
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const LIST = 0x5b;
const ESCAPE = 0x5c;
const LIST_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const CHUNK = 1 << 18;

function valueOf(bytes: Bytes, path: JsonPath, pieces: Pieces): unknown {
  const first = bytes.next();
  if (first === LIST && pieces.opens(path, true)) return listOf(bytes, path, pieces);
  if (first === OBJECT && pieces.opens(path, false)) return objectOf(bytes, path, pieces);
  return JSON.parse(bytes.value());
}

function listOf(bytes: Bytes, path: JsonPath, pieces: Pieces): unknown[] {
  const list: unknown[] = [];
  const inside: JsonPath = [...path, ITEM];
  bytes.skip(LIST);
  if (bytes.skipped(LIST_END)) return list;
  do {
    list.push(pieces.keep(inside, valueOf(bytes, inside, pieces)));
  } while (bytes.skipped(COMMA));
  bytes.skip(LIST_END);
  return list;
}

function objectOf(bytes: Bytes, path: JsonPath, pieces: Pieces): object {
  const object = {};
  bytes.skip(OBJECT);
  if (bytes.skipped(OBJECT_END)) return object;
  do {
    if (bytes.next() !== QUOTE) throw bytes.unexpected();
    const key = JSON.parse(bytes.value()) as string;
    if (Object.hasOwn(object, key)) throw new SyntaxError(`'${key.slice(0, 80)}' stands in it twice`);
    bytes.skip(COLON);
    const inside = [...path, key];
    // a key such as __proto__ is data here
    Object.defineProperty(object, key, { value: pieces.keep(inside, valueOf(bytes, inside, pieces)), enumerable: true, configurable: true, writable: true });
  } while (bytes.skipped(COMMA));
  bytes.skip(OBJECT_END);
  return object;
}

/** What is left of a text. */
class Bytes {
  private data: Buffer = Buffer.alloc(0);
  private at = 0;
  private begun = false;

  constructor(private readonly read: ReadBytes) {}

  /** The byte that follows, where white space does not count; undefined at the end. */
  public next(): number | undefined {
    do {
      for (; this.at < this.data.length; this.at += 1) if (!isSpace(this.data[this.at]!)) return this.data[this.at];
    } while (this.more(this.at));
    return undefined;
  }

  /** Passes over a byte that must follow. */
  public skip(byte: number): void {
    if (!this.skipped(byte)) throw this.unexpected();
  }

  /** Passes over a byte if it follows. */
  public skipped(byte: number): boolean {
    if (this.next() !== byte) return false;
    this.at += 1;
    return true;
  }

  public unexpected(): SyntaxError {
    const found = this.next();
    return new SyntaxError(found === undefined ? 'Unexpected end of JSON input' : `Unexpected token '${String.fromCharCode(found)}'`);
  }

  /** Text of the value that follows, which is left behind. */
  public value(): string {
    let start = this.at;
    let depth = 0;
    let quoted = false;
    for (;;) {
      if (this.at >= this.data.length) {
        const more = this.more(start);
        start = 0;
        if (!more) break;
        continue;
      }
      const byte = this.data[this.at]!;
      if (quoted) {
        if (byte === ESCAPE) this.at += 1;
        else if (byte === QUOTE) quoted = false;
      } else if (byte === QUOTE) quoted = true;
      else if (byte === LIST || byte === OBJECT) depth += 1;
      else if (depth === 0 && (byte === COMMA || byte === COLON || byte === LIST_END || byte === OBJECT_END || isSpace(byte))) break;
      else if (byte === LIST_END || byte === OBJECT_END) depth -= 1;
      this.at += 1;
      if (depth === 0 && !quoted && (byte === QUOTE || byte === LIST_END || byte === OBJECT_END)) break;
    }
    const found = this.data.subarray(start, this.at);
    if (!isUtf8(found)) throw new SyntaxError('it is no UTF-8');
    return found.toString('utf8');
  }

  // as much again as is kept, so that a long value is not copied at each step
  private more(from: number): boolean {
    const kept = this.data.subarray(from);
    const chunk = this.read(Math.max(CHUNK, kept.length));
    this.data = kept.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([kept, chunk]);
    this.at -= from;
    if (!this.begun && this.data[0] === 0xef && this.data[1] === 0xbb && this.data[2] === 0xbf) this.at = 3;
    this.begun = true;
    return chunk.length > 0;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
