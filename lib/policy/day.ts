import { shown } from './given';

const MILLISECONDS = 86_400_000;

/**
 * Days since 1970-01-01, of a date written as `2027-03-31`.
 *
 * @throws an error that names the value when it is no date
 */
export function dayNumber(owner: string, date: string): number {
  const milliseconds = typeof date === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : NaN;
  // 2027-02-30 parses as a day in March
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString().slice(0, 10) !== date) {
    throw new Error(`${owner} is ${shown(date)}: give a date as year, month and day, such as '2027-03-31'`);
  }
  return milliseconds / MILLISECONDS;
}

/** Days from one date to another, both written as `2027-03-31`; negative when the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return dayNumber('the date', to) - dayNumber('the date', from);
}
