/** A stretch of time that firings are counted in. */
export interface Stretch {
  readonly days: number;
  /** Whether it begins with a year; otherwise it may begin at any time. */
  readonly calendarYear: boolean;
}

/** Weekdays and leap years come round in 28 years, as long as no century is among them. */
const CYCLE = { from: 2001, to: 2029 };

/**
 * The most days of a stretch on which something happens.
 *
 * @param years the years in which it happens; all, when they are left out
 */
export function mostDays(happens: (day: Date) => boolean, stretch: Stretch, years?: ReadonlySet<number>): number {
  const [from, to] = years ? [Math.min(...years), Math.max(...years)] : [CYCLE.from, CYCLE.to];
  const days: boolean[][] = [];
  for (let year = from; year <= to; year++) days.push(daysOf(year).map((day) => (years?.has(year) ?? true) && happens(day)));
  if (!stretch.calendarYear) return mostInRow(days.flat(), stretch.days);
  return Math.max(...days.map((year) => year.filter(Boolean).length));
}

/** The most days from one on which something happens to the next, in all years; undefined where it never happens. */
export function mostDaysBetween(happens: (day: Date) => boolean): number | undefined {
  const days: boolean[] = [];
  for (let year = CYCLE.from; year <= CYCLE.to; year++) days.push(...daysOf(year).map(happens));
  const found = days.flatMap((one, index) => (one ? [index] : []));
  return found.length < 2 ? undefined : Math.max(...found.slice(1).map((index, before) => index - found[before]!));
}

function daysOf(year: number): Date[] {
  const days: Date[] = [];
  for (let day = new Date(Date.UTC(year, 0, 1)); day.getUTCFullYear() === year; day = new Date(day.getTime() + 86_400_000)) days.push(day);
  return days;
}

function mostInRow(days: boolean[], length: number): number {
  let most = 0;
  let count = 0;
  days.forEach((fires, index) => {
    count += Number(fires) - Number(index >= length && days[index - length]);
    most = Math.max(most, count);
  });
  // what is longer than the cycle is counted in whole cycles
  return length > days.length ? most * Math.ceil(length / days.length) : most;
}

/** The values of a field of a cron expression; undefined where it is none. */
export function valuesOf(field: string, low: number, high: number, names: string[] = [], firstName = low): Set<number> | undefined {
  const one = (text: string) => {
    const named = names.indexOf(text.toUpperCase());
    const value = named >= 0 ? named + firstName : /^\d+$/.test(text) ? Number(text) : NaN;
    return value >= low && value <= high ? value : undefined;
  };
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [range, step = '1', ...rest] = part.split('/');
    const ends = range === '*' || range === '?' ? [low, high] : range!.split('-').map(one);
    if (rest.length > 0 || !/^[1-9]\d*$/.test(step) || ends.length > 2 || ends.includes(undefined)) return undefined;
    const first = ends[0]!;
    const last = ends[1] ?? (part.includes('/') ? high : first);
    // from Friday to Monday
    const span = last >= first ? last - first : last - first + high - low + 1;
    for (let at = 0; at <= span; at += Number(step)) values.add(low + (first - low + at) % (high - low + 1));
  }
  return values;
}
