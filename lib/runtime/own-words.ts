/** The name of an error, if it is one word: some carry text in it. */
export function nameOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  return /^[A-Za-z]{1,80}$/.test(name) ? name : 'unknown error';
}

/** An error whose message is of our own wording. */
export type OwnError = abstract new (...given: never[]) => Error;

/**
 * Keeps everything that others have worded out of what a function throws: Lambda writes that to the log, the caller reads it, and services and parsers
 * quote keys and values in their messages.
 *
 * @param own errors that pass as they are
 * @param instead what is thrown for all others, by their name
 */
export function inOwnWords(own: OwnError, instead: (name: string) => Error) {
  // Lambda gives the context in any case
  return <Event, Context, Answer>(handle: (event: Event, context: Context) => Promise<Answer>) => async (event: Event, context?: Context): Promise<Answer> => {
    try {
      return await handle(event, context!);
    } catch (error) {
      throw error instanceof own ? error : instead(nameOf(error));
    }
  };
}

/** An environment variable that the construct sets, or what is thrown without it, by a message. */
export function variableOr(name: string, misconfigured: (message: string) => Error): string {
  const value = process.env[name];
  if (!value) throw misconfigured(`environment variable ${name} is not set`);
  return value;
}
