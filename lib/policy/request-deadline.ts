import { isRecord, shown } from './given';

/** What people may ask of whoever holds data about them. */
export enum RequestKind {
  /** That it is deleted. */
  ERASURE = 'erasure',
  /** A copy of it. */
  ACCESS = 'access',
}

/** Within which time an article has a request answered: so many months, or so many days. */
export interface RequestDeadline {
  /** What is asked. */
  readonly request: RequestKind;
  /** Where it stands, such as `GDPR Art. 12(3)`. */
  readonly citation: string;
  /**
   * Months from the day of receipt; in a month without that day, to its last one.
   *
   * @default - the time is in days
   */
  readonly months?: number;
  /**
   * Days from the day of receipt.
   *
   * @default - the time is in months
   */
  readonly days?: number;
}

/**
 * Passes for a deadline that can be counted.
 *
 * @throws an error that names what is wrong with it
 */
export function checkDeadline(owner: string, deadline: RequestDeadline): void {
  const kinds = Object.values(RequestKind);
  if (!isRecord(deadline) || !kinds.includes(deadline.request)) {
    throw new Error(`a deadline of ${owner} is for ${shown(isRecord(deadline) ? deadline.request : deadline)}: use one of ${kinds.join(', ')}`);
  }
  const named = `the deadline of ${owner} for ${deadline.request}`;
  if (typeof deadline.citation !== 'string' || deadline.citation.trim() === '') throw new Error(`${named} cites nothing: say where it stands, such as 'GDPR Art. 12(3)'`);
  const given = [deadline.months, deadline.days].filter((count) => count !== undefined);
  if (given.length !== 1 || !Number.isInteger(given[0]) || given[0]! < 1 || given[0]! > 366) {
    throw new Error(`${named} is ${shown(deadline.months)} months and ${shown(deadline.days)} days: give one of the two, a whole number from 1 to 366`);
  }
}
