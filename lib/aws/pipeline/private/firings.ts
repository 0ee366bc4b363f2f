/** A stretch of time that firings are counted in. */
export interface Stretch {
  readonly days: number;
  /** Whether it begins with a year; otherwise it may begin at any time. */
  readonly calendarYear: boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };
/** Weekdays and leap years come round in 28 years, as long as no century is among them. */
const CYCLE = { from: 2001, to: 2029 };

/**
 * How often a schedule fires in a stretch of time at most; undefined where the expression cannot be read.
 *
 * @param expression as EventBridge takes it, such as `rate(7 days)` or `cron(0 3 1 * ? *)`
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function mostFirings(expression: string, stretch: Stretch): number | undefined {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) return Number(rate[1]) > 0 ? Math.ceil(stretch.days * 1440 / (Number(rate[1]) * MINUTES[rate[2]!]!)) : undefined;
  const fields = /^cron\(([^()]*)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (fields?.length !== 6) return undefined;
  const [minutes, hours, , months, , years] = [
    numbers(fields[0]!, 0, 59), numbers(fields[1]!, 0, 23), undefined, numbers(fields[3]!, 1, 12, MONTHS), undefined, numbers(fields[5]!, 1970, 2199),
  ];
  const dayOfMonth = daysOfMonth(fields[2]!);
  const dayOfWeek = daysOfWeek(fields[4]!);
  if (!minutes || !hours || !months || !years || !dayOfMonth || !dayOfWeek) return undefined;
  const fires = (day: Date) => months.has(day.getUTCMonth() + 1) && dayOfMonth(day) && dayOfWeek(day);
  const [from, to] = fields[5] === '*' || fields[5] === '?' ? [CYCLE.from, CYCLE.to] : [Math.min(...years), Math.max(...years)];
  const days: boolean[][] = [];
  for (let year = from; year <= to; year++) days.push(daysOf(year).map((day) => years.has(year) && fires(day)));
  const count = stretch.calendarYear ? Math.max(...days.map((year) => year.filter(Boolean).length)) : mostInRow(days.flat(), stretch.days);
  return count * minutes.size * hours.size;
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

/** The values of a field; undefined where it is none. */
function numbers(field: string, low: number, high: number, names: string[] = [], firstName = low): Set<number> | undefined {
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

function daysOfMonth(field: string): ((day: Date) => boolean) | undefined {
  const lastOf = (day: Date) => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  if (field === 'L') return (day) => day.getUTCDate() === lastOf(day);
  const weekday = /^(\d+|L)W$/.exec(field)?.[1];
  if (weekday !== undefined) {
    return (day) => day.getUTCDate() === nearestWeekday(day, weekday === 'L' ? lastOf(day) : Math.min(Number(weekday), lastOf(day)), lastOf(day));
  }
  const values = numbers(field, 1, 31);
  return values && ((day) => values.has(day.getUTCDate()));
}

/** The day of the month, from Monday to Friday, that is nearest to another and in the same month. */
function nearestWeekday(month: Date, date: number, last: number): number {
  const weekday = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), date)).getUTCDay();
  if (weekday === 6) return date > 1 ? date - 1 : date + 2;
  if (weekday === 0) return date < last ? date + 1 : date - 2;
  return date;
}

function daysOfWeek(field: string): ((day: Date) => boolean) | undefined {
  const numbered = /^(\w+)#([1-5])$/.exec(field);
  const last = /^(\w+)L$/.exec(field);
  const values = numbers(field === 'L' ? '7' : numbered?.[1] ?? last?.[1] ?? field, 1, 7, WEEKDAYS);
  if (!values) return undefined;
  const inMonth = (day: Date) => Math.ceil(day.getUTCDate() / 7);
  const isLast = (day: Date) => new Date(day.getTime() + 7 * 86_400_000).getUTCMonth() !== day.getUTCMonth();
  return (day) => values.has(day.getUTCDay() + 1) && (!numbered || inMonth(day) === Number(numbered[2])) && (!last || isLast(day));
}
