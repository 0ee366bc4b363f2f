import type { RequestDeadline } from './request-deadline';

/** Days of the shortest month. */
export const MONTH = 28;

/** After how many days a request is due at the earliest, whenever in the year it comes. */
export function dueDays({ months, days }: RequestDeadline): number {
  return days ?? months! * MONTH;
}
