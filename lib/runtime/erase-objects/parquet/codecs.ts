import * as zlib from 'node:zlib';
import { snappyUncompress } from 'hyparquet/src/snappy.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { Unreadable } from '../layout';

/** How pages are packed, both ways. */
export interface Codec {
  pack(bytes: Uint8Array): Uint8Array;
  unpack(packed: Uint8Array, length: number): Uint8Array;
}

/** Node has it from 22.15 on. */
const { zstdCompressSync, zstdDecompressSync } = zlib as {
  readonly zstdCompressSync?: Codec['pack'];
  readonly zstdDecompressSync?: (packed: Uint8Array, options: object) => Uint8Array;
};

/** By their numbers in the format; nothing here packs LZO and LZ4. */
const CODECS: Readonly<Record<number, Codec | undefined>> = {
  0: { pack: (bytes) => bytes, unpack: (packed) => packed },
  1: {
    pack: (bytes) => snappyCompress(bytes).slice(),
    unpack: (packed, length) => {
      const bytes = new Uint8Array(length);
      snappyUncompress(packed, bytes);
      return bytes;
    },
  },
  2: { pack: (bytes) => zlib.gzipSync(bytes), unpack: (packed, length) => zlib.gunzipSync(packed, { maxOutputLength: Math.max(1, length) }) },
  4: {
    // the quality that Arrow packs with: the highest one takes a hundred times as long
    pack: (bytes) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 8 } }),
    unpack: (packed, length) => zlib.brotliDecompressSync(packed, { maxOutputLength: Math.max(1, length) }),
  },
  6: zstdCompressSync && zstdDecompressSync && {
    pack: (bytes) => zstdCompressSync(bytes), unpack: (packed, length) => zstdDecompressSync(packed, { maxOutputLength: Math.max(1, length) }),
  },
};

/** @throws Unreadable for one that nothing here packs with */
export function codecOf(number: number): Codec {
  const codec = CODECS[number];
  if (!codec) throw new Unreadable('Codec');
  return codec;
}
