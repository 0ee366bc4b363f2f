import type { AuditLog, AuditRecord, Caller } from './audit';
import { spend } from './budget';
import { VaultError } from './fault';
import type { KeyRing } from './key-ring';
import type { VaultSettings } from './settings';
import type { Budgets } from './store';

/** So many items are answered within the time and the size that a function has for a request. */
export const MAXIMUM_ITEMS = 500;
/** Bytes of a value in UTF-8. */
export const MAXIMUM_BYTES = 2_048;

/** Whether something is a text that UTF-8 can give back: half a pair of surrogates cannot. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value);
}

/** What a request may hold; each part is checked before it is used. */
export interface VaultRequest {
  readonly caller?: unknown;
  readonly items?: unknown;
}

/** What a function of the vault works with; of the store, the part that it has. */
export interface Ground<Store = unknown> {
  readonly settings: VaultSettings;
  readonly store: Store;
  readonly budgets: Budgets;
  readonly keys: KeyRing;
  readonly audit: AuditLog;
}

/** What the cloud says of a request. */
export interface Call {
  /** By which the cloud's own log has it too. */
  readonly requestId: string;
  /** @throws a refusal when it is not known */
  caller(): Promise<Caller>;
  /**
   * What the caller was let in for, as the cloud says it.
   *
   * @throws a refusal when it is none of the vault's
   */
  purpose(caller: Caller): string;
}

/** What a function of the vault does, in any cloud. */
export type Work<Store, R extends VaultRequest, A> = (ground: Ground<Store>, request: R, call: Call) => Promise<A>;

/** Who calls, for what, with how many items: once this is known, the request counts. */
export interface Admitted {
  readonly caller: Caller;
  readonly items: readonly unknown[];
  readonly purpose?: string;
}

/**
 * Lets a request in: it is of a size that can be answered, its caller is known and has budget left. What is refused of a known caller is put on record.
 *
 * @throws a refusal
 */
export async function admit(ground: Ground, action: AuditRecord['action'], list: unknown, call: Call): Promise<Admitted> {
  const { settings: { itemsPerMinute }, budgets, audit } = ground;
  const caller = await call.caller();
  let purpose: string | undefined;
  try {
    purpose = action === 'detokenize' ? call.purpose(caller) : undefined;
    const items = listOf(list);
    await spend(budgets, { action, principal: caller.principal, items: items.length, limit: itemsPerMinute });
    return { caller, items, purpose };
  } catch (error) {
    if (error instanceof VaultError) await audit.write({ action, outcome: 'refused', requestId: call.requestId, caller, purpose, refusal: error.name });
    throw error;
  }
}

function listOf(list: unknown): readonly unknown[] {
  if (Array.isArray(list) && list.length > 0 && list.length <= MAXIMUM_ITEMS) return list;
  throw new VaultError('MalformedRequest', `the request holds ${Array.isArray(list) ? `${list.length} items` : 'no list of items'}: send a list of 1 to ${MAXIMUM_ITEMS}`);
}
