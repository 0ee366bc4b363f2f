import { gunzipSync } from 'node:zlib';
import { Unknown } from '../../resolved';

/** A script that a machine runs when it starts. */
export interface Script {
  /** As far as it is known, what is packed within it behind it. */
  readonly text: string | Unknown;
  /** Why some of it cannot be read. */
  readonly unreadable?: string;
}

const NO_TEXT = /[^\P{Cc}\t\n\r]|\ufffd/u;
const BASE64 = /^[\w+/]{8,}={0,2}$/;
/** What is packed begins with these bytes, whatever it holds. */
const GZIP = [0x1f, 0x8b];
/** The same in base64, as `write_files` of cloud-init takes it. */
const PACKED = /\bH4sI[\w+/]{12,}={0,2}/g;
/** A part of a message whose body is in base64. */
const ENCODED = /^content-transfer-encoding:[ \t]*base64[ \t]*\r?\n(?:[^\r\n]+\r?\n){0,20}\r?\n([\w+/=\r\n]+)/gim;
// a machine takes 16 KB, and what unpacks to so much more is no script
const LARGEST = 4_000_000;
const DEEPEST = 3;

/**
 * The script that base64 stands for; undefined where it is none. Packed with gzip, and in parts of a message, it is one as well.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
 */
export function scriptIn(value: string | Unknown): Script | undefined {
  if (value instanceof Unknown) return value.decoded && { text: value.decoded };
  return value.length % 4 === 0 && BASE64.test(value) ? scriptOf(Buffer.from(value, 'base64'), 0) : undefined;
}

function scriptOf(bytes: Buffer, depth: number): Script | undefined {
  if (GZIP.every((byte, index) => bytes[index] === byte)) {
    const unpacked = depth < DEEPEST ? unpack(bytes) : undefined;
    return (unpacked && scriptOf(unpacked, depth + 1)) ?? { text: '', unreadable: 'it is packed, and cannot be unpacked into a text' };
  }
  const text = bytes.toString('utf8');
  if (NO_TEXT.test(text)) return undefined;
  const inner = [...[...text.matchAll(ENCODED)].map(([, body]) => body!.replace(/\s/g, '')), ...text.match(PACKED) ?? []].map((body) => scriptOf(Buffer.from(body, 'base64'), depth + 1));
  const unreadable = inner.find((one) => one?.unreadable !== undefined)?.unreadable;
  return { text: [text, ...inner.map((one) => one?.text ?? '')].join('\n').trimEnd(), ...(unreadable === undefined ? {} : { unreadable }) };
}

// what was cut off or is too large cannot be told
function unpack(bytes: Buffer): Buffer | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST });
  } catch {
    return undefined;
  }
}
