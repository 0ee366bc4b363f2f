import { inOwnWords } from '../own-words';

/** Why a whole request is refused. */
export type Refusal = 'MalformedRequest' | 'UnknownCaller' | 'UnknownPurpose' | 'BudgetExhausted' | 'Unavailable' | 'Misconfigured';

/** Why one item of a batch has no answer. */
export type ItemFault =
  | 'malformed-item' | 'unknown-field' | 'empty-value' | 'value-too-long' | 'not-unicode' | 'outside-alphabet' | 'outside-length'
  | 'version-needed' | 'invalid-token' | 'unknown-token' | 'shredded' | 'unavailable';

/**
 * Refuses a request. Lambda writes the message of what is thrown to the log, so it never holds anything that a caller sent: no value, no token,
 * and no name of a field that does not exist, which may be a value in the wrong place.
 */
export class VaultError extends Error {
  constructor(refusal: Refusal, message: string) {
    super(message);
    this.name = refusal;
  }
}

/** Refuses one item; the others are answered. */
export class ItemError extends Error {
  constructor(public readonly fault: ItemFault, message: string) {
    super(message);
    this.name = 'ItemError';
  }
}

/** An item that has no answer, in the place of its answer. */
export interface FailedItem {
  readonly error: { readonly code: ItemFault; readonly message: string };
}

/** Turns a refused item into its place in the answer. */
export function failed(error: ItemError): FailedItem {
  return { error: { code: error.fault, message: error.message } };
}

/** Keeps everything that others have worded out of what is thrown. Ciphers quote what they were given, too. */
export const guarded = inOwnWords(VaultError, (name) => new VaultError('Unavailable', `a service that the vault rests on did not answer (${name}): try again`));
