import { inOwnWords, variableOr } from '../own-words';

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

/** Keeps everything that others have worded out of what is thrown. */
export const guarded = inOwnWords(ConsentError, (name) => (
  new ConsentError('Unavailable', `a service that the registry rests on did not answer (${name}): send the same again`)));

/** An environment variable that the construct sets. */
export function variable(name: string): string {
  return variableOr(name, (message) => new ConsentError('Misconfigured', message));
}
