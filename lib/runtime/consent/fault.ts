/** Why a receipt is not taken. It says nothing of what the receipt holds. */
export type Reason =
  | 'not-json' | 'not-unicode' | 'too-large' | 'not-a-receipt' | 'no-subject' | 'bad-subject' | 'no-purpose' | 'unknown-purpose' | 'no-status' | 'unclear-status' | 'no-time' | 'bad-time'
  | 'unclear-duration' | 'ends-before-it-begins' | 'no-receipt-id' | 'contradicts-entry';

/** Refuses a receipt; the others are taken. */
export class Refused extends Error {
  constructor(public readonly reason: Reason) {
    super(reason);
    this.name = 'Refused';
  }
}

/** What may be said of why something failed: words of ours, and no word of a service or a parser, which may quote what it was given. */
export class ConsentError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Keeps everything that others have worded out of what is thrown: Lambda writes that to the log, and the caller reads it. */
export function guarded<E, A>(handle: (event: E) => Promise<A>): (event: E) => Promise<A> {
  return async (event) => {
    try {
      return await handle(event);
    } catch (error) {
      if (error instanceof ConsentError) throw error;
      throw new ConsentError('Unavailable', `a service that the registry rests on did not answer (${nameOf(error)}): send the same again`);
    }
  };
}

/** The name of an error, if it is one word: some carry text in it. */
function nameOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  return /^[A-Za-z]{1,80}$/.test(name) ? name : 'unknown error';
}
