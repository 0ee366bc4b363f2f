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

/**
 * Keeps everything that others have worded out of what is thrown. Messages of services and of ciphers can quote what they were given.
 *
 * @param handle answers an event
 */
export function guarded<E, C, A>(handle: (event: E, context: C) => Promise<A>): (event: E, context: C) => Promise<A> {
  return async (event, context) => {
    try {
      return await handle(event, context);
    } catch (error) {
      if (error instanceof VaultError) throw error;
      throw new VaultError('Unavailable', `a service that the vault rests on did not answer (${nameOf(error)}): try again`);
    }
  };
}

/** The name of an error, if it is one word: some carry text in it. */
export function nameOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  return /^[A-Za-z]{1,80}$/.test(name) ? name : 'unknown error';
}
