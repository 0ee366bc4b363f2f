import { tokenHash } from './audit';
import { VaultError } from './fault';
import { admit, type Call, type Ground, isText, MAXIMUM_BYTES, type VaultRequest } from './request';
import { fieldOf } from './settings';
import type { Erased, Erasure } from './store';
import { subjectHash } from './subjects';

/** Whom to erase, or tokens whose hashes in the audit log are wanted. */
export interface ShredRequest extends VaultRequest {
  readonly action?: unknown;
}

/** What became of a subject. */
export interface Shredded extends Erased {
  /** As the audit log and the store name the subject. */
  readonly subject: string;
}

/** What was destroyed, and what could not be. */
export interface ShredAnswer {
  readonly subjects: readonly Shredded[];
  /** Until when the keys can be brought back, by whoever may restore the store to a point in time. */
  readonly recoverableUntil: string;
  /** Fields whose tokens are computed with one key for all: they open for as long as somebody may detokenize. */
  readonly notShredded: readonly string[];
}

/** The hashes by which the audit log names tokens, in the order of the request. */
export interface TraceAnswer {
  readonly hashes: readonly string[];
}

/**
 * Erases subjects, `{ action: 'shred', items: [subject, …] }`, or tells how the audit log names tokens, `{ action: 'trace', items: [{ field, token }, …] }`.
 * Each can be repeated.
 */
export async function shred(ground: Ground<Erasure>, request: ShredRequest, call: Call): Promise<ShredAnswer | TraceAnswer> {
  const action = request?.action;
  if (action !== 'shred' && action !== 'trace') throw new VaultError('MalformedRequest', 'the action of the request is neither shred nor trace');
  const { caller, items } = await admit(ground, action, request.items, call);
  const { audit } = ground;
  const onRecord = { action, outcome: 'answered', requestId: call.requestId, caller } as const;
  if (action === 'trace') {
    const hashes = await hashesOf(ground, items);
    await audit.write({ ...onRecord, tokens: hashes });
    return { hashes };
  }
  const subjects = await hashedSubjects(ground, items);
  // before anything is destroyed, so that a function that ends in the middle has left a record
  await audit.write({ ...onRecord, subjects });
  const shredded: Shredded[] = [];
  for (const subject of subjects) shredded.push({ subject, ...await ground.store.erase(subject) });
  const { fields, recoveryDays } = ground.settings;
  return {
    subjects: shredded,
    recoverableUntil: new Date(Date.now() + recoveryDays * 24 * 60 * 60 * 1000).toISOString(),
    notShredded: Object.keys(fields).filter((name) => fields[name]!.kind !== 'random'),
  };
}

async function hashedSubjects({ keys, settings }: Ground, items: readonly unknown[]): Promise<string[]> {
  const wrong = items.some((item) => !isText(item) || item === '' || Buffer.byteLength(item) > MAXIMUM_BYTES);
  if (wrong) throw new VaultError('MalformedRequest', `a subject is a text of 1 to ${MAXIMUM_BYTES} bytes, as it was given when its values became tokens`);
  const index = await keys.key('index');
  return [...new Set(items.map((item) => subjectHash(index, settings.tenant, item as string)))];
}

async function hashesOf({ keys, settings }: Ground, items: readonly unknown[]): Promise<string[]> {
  const tokens = items.map((item) => {
    const { field, token } = (item ?? {}) as Record<string, unknown>;
    if (!fieldOf(settings, field) || typeof token !== 'string') throw new VaultError('MalformedRequest', `to trace a token give its field, one of ${Object.keys(settings.fields).join(', ')}, and the token`);
    return { field: field as string, token };
  });
  const key = await keys.key('audit');
  return tokens.map(({ field, token }) => tokenHash(key, field, token));
}
