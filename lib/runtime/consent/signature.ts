import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the time of a signed request may lie from ours, in seconds. */
export const TOLERANCE = 300;

/** A request as whoever received it hands it on: names of headers in any case, the body as it came in. */
export interface SignedRequest {
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

/** Where the signature stands. */
export interface SignatureHeaders {
  readonly signature: string;
  readonly timestamp: string;
}

/** What is signed: the seconds of the request's time, a dot, and the body byte by byte. */
export function signatureOf(secret: string, timestamp: string, body: Buffer): string {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
}

/** The body as it was signed. */
export function bodyOf({ body, isBase64Encoded }: SignedRequest): Buffer {
  return typeof body === 'string' ? Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8') : Buffer.alloc(0);
}

/**
 * Whether a request was signed with one of the secrets, lately. All are tried, each in the same time whatever is wrong.
 *
 * @param now in seconds
 */
export function isSigned(request: SignedRequest, names: SignatureHeaders, secrets: readonly string[], now: number): boolean {
  const timestamp = header(request, names.timestamp);
  const given = header(request, names.signature).replace(/^v1=/, '');
  const inTime = /^\d{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) - now) <= TOLERANCE;
  const body = bodyOf(request);
  const matches = secrets.map((secret) => sameText(signatureOf(secret, timestamp, body), given.toLowerCase()));
  return inTime && matches.includes(true);
}

function sameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function header({ headers }: SignedRequest, name: string): string {
  if (typeof headers !== 'object' || headers === null) return '';
  const found = Object.entries(headers).filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value as unknown);
  // the same header twice would let one be checked and the other be read
  return found.length === 1 && typeof found[0] === 'string' ? found[0].trim() : '';
}
