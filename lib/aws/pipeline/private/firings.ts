import { mostDays, mostDaysBetween, type Stretch, valuesOf } from '../../../policy/privacy/firings';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAY = 1440;
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: DAY };

/**
 * How often a schedule fires in a stretch of time at most; undefined where the expression cannot be read.
 *
 * @param expression as EventBridge takes it, such as `rate(7 days)` or `cron(0 3 1 * ? *)`
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function mostFirings(expression: string, stretch: Stretch): number | undefined {
  const rate = rateOf(expression);
  if (rate !== undefined) return Math.ceil(stretch.days * DAY / rate);
  const cron = cronOf(expression);
  return cron && mostDays(cron.fires, stretch, cron.years) * cron.times.length;
}

/**
 * The longest time between two firings of a schedule, in minutes; undefined where the expression cannot be read, and where it ends with a year.
 *
 * @param expression as EventBridge takes it
 */
export function longestPause(expression: string): number | undefined {
  const rate = rateOf(expression);
  if (rate !== undefined) return rate;
  const cron = cronOf(expression);
  const nights = cron && !cron.years ? mostDaysBetween(cron.fires) : undefined;
  if (!cron || nights === undefined) return undefined;
  const { times } = cron;
  const within = times.slice(1).map((time, index) => time - times[index]!);
  return Math.max(...within, nights * DAY - times.at(-1)! + times[0]!);
}

interface Cron {
  /** Minutes of a day, in order. */
  readonly times: number[];
  readonly fires: (day: Date) => boolean;
  /** All, when they are left out. */
  readonly years?: ReadonlySet<number>;
}

function rateOf(expression: string): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return Number(count) > 0 ? Number(count) * MINUTES[unit!]! : undefined;
}

function cronOf(expression: string): Cron | undefined {
  const fields = /^cron\(([^()]*)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (fields?.length !== 6) return undefined;
  const [minutes, hours, , months, , years] = [
    valuesOf(fields[0]!, 0, 59), valuesOf(fields[1]!, 0, 23), undefined, valuesOf(fields[3]!, 1, 12, MONTHS), undefined, valuesOf(fields[5]!, 1970, 2199),
  ];
  const dayOfMonth = daysOfMonth(fields[2]!);
  const dayOfWeek = daysOfWeek(fields[4]!);
  if (!minutes || !hours || !months || !years || !dayOfMonth || !dayOfWeek) return undefined;
  const anyYear = fields[5] === '*' || fields[5] === '?';
  return {
    times: [...hours].flatMap((hour) => [...minutes].map((minute) => hour * 60 + minute)).sort((a, b) => a - b),
    fires: (day) => months.has(day.getUTCMonth() + 1) && dayOfMonth(day) && dayOfWeek(day),
    ...(anyYear ? {} : { years }),
  };
}

function daysOfMonth(field: string): ((day: Date) => boolean) | undefined {
  const lastOf = (day: Date) => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  if (field === 'L') return (day) => day.getUTCDate() === lastOf(day);
  const weekday = /^(\d+|L)W$/.exec(field)?.[1];
  if (weekday !== undefined) {
    return (day) => day.getUTCDate() === nearestWeekday(day, weekday === 'L' ? lastOf(day) : Math.min(Number(weekday), lastOf(day)), lastOf(day));
  }
  const values = valuesOf(field, 1, 31);
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
  const values = valuesOf(field === 'L' ? '7' : numbered?.[1] ?? last?.[1] ?? field, 1, 7, WEEKDAYS);
  if (!values) return undefined;
  const inMonth = (day: Date) => Math.ceil(day.getUTCDate() / 7);
  const isLast = (day: Date) => new Date(day.getTime() + 7 * 86_400_000).getUTCMonth() !== day.getUTCMonth();
  return (day) => values.has(day.getUTCDay() + 1) && (!numbered || inMonth(day) === Number(numbered[2])) && (!last || isLast(day));
}
