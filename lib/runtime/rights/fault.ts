import { inOwnWords, variableOr } from '../own-words';

/** Why a question has no answer. Only `Unavailable` is worth asking again. */
export type Refusal = 'MalformedRequest' | 'RequestConflict' | 'Unavailable' | 'Misconfigured';

/**
 * Has a message of our own. Lambda writes what is thrown to the log, and Step Functions keeps it, so it never holds anything that was sent or read: no
 * subject, no key of an object, no text of a service.
 */
export class RightsError extends Error {
  constructor(refusal: Refusal, message: string) {
    super(message);
    this.name = refusal;
  }
}

/** Keeps everything that others have worded out of what is thrown. */
export const guarded = inOwnWords(RightsError, (name) => new RightsError('Unavailable', `a service did not answer as it should (${name}): it is asked again`));

/** An environment variable. */
export function variable(name: string): string {
  return variableOr(name, (message) => new RightsError('Misconfigured', message));
}

/** What the construct says of the store, in the environment variable STORE. */
export function settings<T>(): T {
  return JSON.parse(variable('STORE')) as T;
}
