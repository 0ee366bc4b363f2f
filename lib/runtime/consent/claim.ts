import { Refused } from './fault';
import type { Say } from './entry';

/** What a receipt says of one purpose, before it is known whose purpose that is. */
export interface Claim {
  readonly subject: string;
  /** As the receipt calls it. */
  readonly purpose: string;
  readonly say: Say;
  readonly at: string;
  readonly until?: string;
  readonly receipt: string;
}

const LONGEST_SUBJECT = 1_024;
const LONGEST_RECEIPT = 512;

/**
 * Passes for a claim that can be an entry.
 *
 * @throws Refused
 */
export function checked(claim: Claim): Claim {
  const { subject, receipt, say, at, until } = claim;
  if (/\p{Surrogate}/u.test(subject) || /\p{Surrogate}/u.test(receipt)) throw new Refused('not-unicode');
  // Control characters end lines of what people read, and no system of record gives an identifier with one.
  if (subject.trim() === '' || Buffer.byteLength(subject) > LONGEST_SUBJECT || /\p{Cc}/u.test(subject)) throw new Refused('bad-subject');
  if (receipt === '' || Buffer.byteLength(receipt) > LONGEST_RECEIPT) throw new Refused('no-receipt-id');
  if (say === 'given' && until !== undefined && until <= at) throw new Refused('ends-before-it-begins');
  return claim;
}

/** Whether something is an object with names. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One or several, as JSON-LD writes both. */
export function listOf(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

/** The first that is a text and not empty. */
export function firstText(...values: unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '');
}
