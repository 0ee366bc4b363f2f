import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Unreadable } from './layout';

/** What an object holds, unpacked. */
export interface Content {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Whether it is packed by gzip, so that what takes its place has to be as well. */
  readonly isPacked: boolean;
}

/** What an object holds, by its first bytes: names and types of objects are what somebody called them. */
export async function contentOf(body: AsyncIterable<Uint8Array>): Promise<Content> {
  const rest = body[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    head = Buffer.concat([head, next.value]);
    if (head.length >= 2) break;
  }
  const whole = joined(head, rest);
  return head[0] === 0x1f && head[1] === 0x8b ? { chunks: unpacked(whole), isPacked: true } : { chunks: whole, isPacked: false };
}

async function* joined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    // who stops in the middle has the connection closed
    await rest.return?.();
  }
}

async function* unpacked(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const source = Readable.from(packed, { objectMode: false });
  let lost: Error | undefined;
  source.on('error', (error) => {
    lost = error;
    gunzip.destroy(error);
  });
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Uint8Array;
  } catch {
    // a line that was cut says nothing of the file
    throw lost ?? new Unreadable();
  } finally {
    source.destroy();
  }
}
