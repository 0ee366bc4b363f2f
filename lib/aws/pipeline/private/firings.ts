import { mostDays, type Stretch, valuesOf } from '../../../policy/privacy/firings';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

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
    valuesOf(fields[0]!, 0, 59), valuesOf(fields[1]!, 0, 23), undefined, valuesOf(fields[3]!, 1, 12, MONTHS), undefined, valuesOf(fields[5]!, 1970, 2199),
  ];
  const dayOfMonth = daysOfMonth(fields[2]!);
  const dayOfWeek = daysOfWeek(fields[4]!);
  if (!minutes || !hours || !months || !years || !dayOfMonth || !dayOfWeek) return undefined;
  const fires = (day: Date) => months.has(day.getUTCMonth() + 1) && dayOfMonth(day) && dayOfWeek(day);
  const anyYear = fields[5] === '*' || fields[5] === '?';
  return mostDays(fires, stretch, anyYear ? undefined : years) * minutes.size * hours.size;
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
