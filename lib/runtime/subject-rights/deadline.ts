/** Within which time a request has to be answered, and where that stands. */
export interface Deadline {
  readonly citation: string;
  readonly months?: number;
  readonly days?: number;
}

/**
 * The earliest day of several laws, at the hour of receipt: a time in months ends on the day of the same number, or on the last day of a month that
 * has none.
 *
 * @see https://eur-lex.europa.eu/eli/reg/1971/1182/oj Art. 3(2)(c)
 */
export function dueOf(receivedAt: string, deadlines: readonly Deadline[]): { readonly due: string; readonly citation: string } {
  const dates = deadlines.map(({ citation, ...time }) => ({ citation, due: later(new Date(receivedAt), time).toISOString() }));
  return dates.reduce((first, next) => (next.due < first.due ? next : first));
}

function later(from: Date, { months = 0, days = 0 }: Omit<Deadline, 'citation'>): Date {
  const date = new Date(from);
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(from.getUTCDate(), last));
  date.setUTCDate(date.getUTCDate() + days);
  return date;
}
