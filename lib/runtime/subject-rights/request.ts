import type { Action } from '../rights/contract';
import { RightsError } from '../rights/fault';

/** Bytes of a subject in UTF-8. */
export const MAXIMUM_BYTES = 1_024;
const MAXIMUM_IDENTIFIERS = 20;
const DAY = 24 * 60 * 60 * 1000;

/** A request of a person, read. */
export interface RightsRequest {
  /** Undefined where whoever asks leaves it to the execution's name. */
  readonly requestId?: string;
  readonly kind: 'erasure' | 'access';
  readonly subject: string;
  /** How stores know the person, by the names that erasers use. */
  readonly identifiers: Readonly<Record<string, string>>;
  readonly receivedAt?: string;
  /** From when a withdrawal holds. */
  readonly effectiveAt?: string;
  /** What consent was withdrawn for; undefined for a request that is about everything. */
  readonly purposes?: readonly string[];
  /** What else the person withdrew before, so that nothing is held on its ground any more. */
  readonly withdrawnBefore?: readonly string[];
  /** What a withdrawal is told apart by from others. */
  readonly receipt?: string;
}

/** What is done for a request. */
export const ACTIONS: Readonly<Record<RightsRequest['kind'], Action>> = { erasure: 'erase', access: 'collect' };

/**
 * Reads what an execution was started with: a request, or the event of a consent that was withdrawn.
 *
 * @throws a refusal that says what is wrong, and never holds what was sent
 */
export function readRequest(input: unknown, now: number): RightsRequest {
  const given = record(input, 'the input of the execution');
  if ('detail-type' in given) return readWithdrawal(given, now);
  const { requestId, kind, receivedAt, identifiers = {} } = given;
  if (kind !== 'erasure' && kind !== 'access') throw malformed("kind is neither 'erasure' nor 'access'");
  if (requestId !== undefined && (typeof requestId !== 'string' || !/^[A-Za-z0-9._-]{1,80}$/.test(requestId))) throw malformed("requestId is none: give 1 to 80 letters, digits, '.', '_' or '-', and nothing that names a person");
  return {
    ...(requestId === undefined ? {} : { requestId }), kind, subject: textOf(given.subject, 'subject'), identifiers: identifiersOf(identifiers),
    ...(receivedAt === undefined ? {} : { receivedAt: timeOf(receivedAt, 'receivedAt', now) }),
  };
}

function readWithdrawal(event: Record<string, unknown>, now: number): RightsRequest {
  if (event.source !== 'regulated-ml.consent' || event['detail-type'] !== 'Consent withdrawn') throw malformed('the event is none of a consent that was withdrawn');
  const { subject, purposes, withdrawnBefore = [], at, received, receipt } = record(event.detail, 'the detail of the event');
  if (!isListOfNames(purposes) || purposes.length === 0) throw malformed('the event names no purposes');
  if (!isListOfNames(withdrawnBefore)) throw malformed('withdrawnBefore is no list of purposes');
  const told = receipt ?? event.id;
  if (typeof told !== 'string' || told === '') throw malformed('the event has no receipt');
  // whoever told of it had it then at the latest
  const since = received ?? event.time;
  return {
    kind: 'erasure', subject: textOf(subject, 'subject'), identifiers: {}, purposes, withdrawnBefore, receipt: told,
    ...(since === undefined ? {} : { receivedAt: timeOf(since, 'received', now) }),
    // to erase what a person consents to until then would be against their word
    effectiveAt: timeOf(at ?? event.time, 'at', now, 'is in the future, and a withdrawal is told when it takes effect'),
  };
}

function isListOfNames(given: unknown): given is string[] {
  return Array.isArray(given) && given.every((name) => typeof name === 'string' && name !== '');
}

/** The identifiers of a person by their names, as a request or a function of the user's gives them. */
export function identifiersOf(given: unknown): Record<string, string> {
  const entries = Object.entries(record(given, 'identifiers'));
  if (entries.length > MAXIMUM_IDENTIFIERS) throw malformed(`there are more than ${MAXIMUM_IDENTIFIERS} identifiers`);
  return Object.fromEntries(entries.map(([name, value]) => {
    if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) throw malformed('the name of an identifier is none: give 1 to 64 letters, digits or _');
    return [name, textOf(value, 'an identifier')];
  }));
}

function textOf(value: unknown, what: string): string {
  // half a pair of surrogates has no bytes in UTF-8
  if (typeof value !== 'string' || value.trim() === '' || /\p{Surrogate}/u.test(value) || Buffer.byteLength(value) > MAXIMUM_BYTES) {
    throw malformed(`${what} is no text of 1 to ${MAXIMUM_BYTES} bytes`);
  }
  return value;
}

function timeOf(value: unknown, what: string, now: number, inFuture = 'is in the future'): string {
  const time = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) throw malformed(`${what} is no time, such as 2026-11-27T09:30:00Z`);
  // a clock may be ahead, and a day may have begun elsewhere
  if (time > now + DAY) throw malformed(`${what} ${inFuture}`);
  return new Date(time).toISOString();
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(`${what} is no object`);
  return value as Record<string, unknown>;
}

function malformed(problem: string): RightsError {
  return new RightsError('MalformedRequest', `${problem}: see the README of lib/aws/privacy for what a request holds`);
}
