import { mostDays, type Stretch, valuesOf } from '../../../policy/privacy/firings';

/** What of a trigger of Azure ML says when it fires. */
export interface FiringTrigger {
  readonly triggerType: string;
  readonly timeZone: string;
  /**
   * Of a cron trigger.
   *
   * @default - it is a recurrence
   */
  readonly expression?: string;
  /**
   * Of a recurrence, whose interval is one.
   *
   * @default - it is a cron trigger
   */
  readonly schedule?: { readonly hours: readonly number[]; readonly minutes: readonly number[]; readonly weekDays?: readonly string[]; readonly monthDays?: readonly number[] };
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const DAY = 86_400_000;

/** How often a schedule fires in a stretch of time, in UTC, at most. */
export function mostFirings(trigger: FiringTrigger, stretch: Stretch): number {
  const { happens, times } = trigger.expression === undefined ? ofRecurrence(trigger.schedule!) : ofCron(trigger.expression);
  if (trigger.timeZone === 'UTC') return mostDays(happens, stretch) * times;
  // elsewhere a year of UTC begins and ends within other days; and where clocks are changed, so many days may be an hour longer
  if (!stretch.calendarYear) return mostDays(happens, { ...stretch, days: stretch.days + 1 }) * times;
  return Math.max(...[-1, 0, 1].map((shift) => mostDays((day) => happens(new Date(day.getTime() + shift * DAY)), stretch))) * times;
}

interface Firings {
  readonly happens: (day: Date) => boolean;
  /** How often on such a day. */
  readonly times: number;
}

function ofRecurrence({ hours, minutes, weekDays, monthDays }: NonNullable<FiringTrigger['schedule']>): Firings {
  return {
    happens: (day) => (weekDays?.includes(DAYS[day.getUTCDay()]!) ?? true) && (monthDays?.includes(day.getUTCDate()) ?? true),
    times: new Set(hours).size * new Set(minutes).size,
  };
}

/** Of an expression that a `Schedule` took: its fields are what they must be. */
function ofCron(expression: string): Firings {
  const [minute, hour, dayOfMonth, month, dayOfWeek] = expression.trim().split(/\s+/) as [string, string, string, string, string];
  const [minutes, hours, days, months, weekdays] = [
    valuesOf(minute, 0, 59)!, valuesOf(hour, 0, 23)!, valuesOf(dayOfMonth, 1, 31)!, valuesOf(month, 1, 12)!, valuesOf(dayOfWeek, 0, 7)!,
  ];
  // 0 and 7 are Sunday
  const onWeekday = (day: Date) => weekdays.has(day.getUTCDay()) || (day.getUTCDay() === 0 && weekdays.has(7));
  // whether both have to hold, or one, is not documented: the more is counted
  const both = dayOfMonth.startsWith('*') || dayOfWeek.startsWith('*');
  return {
    happens: (day) => months.has(day.getUTCMonth() + 1) && (both ? days.has(day.getUTCDate()) && onWeekday(day) : days.has(day.getUTCDate()) || onWeekday(day)),
    times: minutes.size * hours.size,
  };
}
