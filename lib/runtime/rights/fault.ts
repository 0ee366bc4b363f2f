import { nameOf } from '../token-vault/fault';

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

/** Keeps everything that others have worded out of what is thrown: services quote keys and values in their messages. */
export function guarded<E, C, A>(handle: (event: E, context: C) => Promise<A>): (event: E, context: C) => Promise<A> {
  return async (event, context) => {
    try {
      return await handle(event, context);
    } catch (error) {
      if (error instanceof RightsError) throw error;
      throw new RightsError('Unavailable', `a service did not answer as it should (${nameOf(error)}): it is asked again`);
    }
  };
}

/** An environment variable. */
export function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new RightsError('Misconfigured', `environment variable ${name} is not set`);
  return value;
}

/** What the construct says of the store, in the environment variable STORE. */
export function settings<T>(): T {
  return JSON.parse(variable('STORE')) as T;
}
