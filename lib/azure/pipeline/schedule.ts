import type { Json } from '../azapi';
import { shown } from '../../policy/given';
import type { FiringTrigger } from './private/firings';

/** When on a day something is started. */
export interface TimeOfDay {
  /**
   * Hour, 0 to 23.
   *
   * @default 0
   */
  readonly hour?: number;
  /**
   * Minute, 0 to 59.
   *
   * @default 0
   */
  readonly minute?: number;
  /**
   * Time zone, as Windows names them, such as `W. Europe Standard Time`.
   *
   * @default 'UTC'
   */
  readonly timeZone?: string;
}

/** When a cron expression holds. */
export interface CronOptions {
  /**
   * Time zone, as Windows names them, such as `W. Europe Standard Time`.
   *
   * @default 'UTC'
   */
  readonly timeZone?: string;
}

/** Days of the week. */
export enum Weekday {
  /** Monday. */
  MONDAY = 'Monday',
  /** Tuesday. */
  TUESDAY = 'Tuesday',
  /** Wednesday. */
  WEDNESDAY = 'Wednesday',
  /** Thursday. */
  THURSDAY = 'Thursday',
  /** Friday. */
  FRIDAY = 'Friday',
  /** Saturday. */
  SATURDAY = 'Saturday',
  /** Sunday. */
  SUNDAY = 'Sunday',
}

const FIELDS = [['minute', 0, 59], ['hour', 0, 23], ['day of the month', 1, 31], ['month', 1, 12], ['day of the week', 0, 7]] as const;

/** When a pipeline is run. Each names a time of day: Azure ML starts a recurrence that has none at once, when it is applied. */
export class Schedule {
  /**
   * By an expression.
   *
   * @param expression minute, hour, day of the month, month, day of the week, such as `0 3 * * 1`
   * @see https://learn.microsoft.com/azure/machine-learning/how-to-schedule-pipeline-job#create-a-time-based-schedule-with-cron-expression
   */
  public static cron(expression: string, options: CronOptions = {}): Schedule {
    checkCron(expression);
    return new Schedule({ triggerType: 'Cron', expression, timeZone: options.timeZone ?? 'UTC' });
  }

  /** Every day. */
  public static daily(time: TimeOfDay = {}): Schedule {
    return Schedule.recurrence('Day', time, {});
  }

  /** Every week, on these days. */
  public static weekly(days: Weekday[], time: TimeOfDay = {}): Schedule {
    if (!Array.isArray(days) || days.length === 0) throw new Error('a weekly schedule names no day: give at least one, such as Weekday.MONDAY');
    return Schedule.recurrence('Week', time, { weekDays: [...days] });
  }

  /** Every month, on these days. */
  public static monthly(days: number[], time: TimeOfDay = {}): Schedule {
    const stray = Array.isArray(days) ? days.find((day) => !Number.isInteger(day) || day < 1 || day > 31) : days;
    if (!Array.isArray(days) || days.length === 0 || stray !== undefined) throw new Error(`a monthly schedule on ${shown(stray ?? days)} is not possible: give days from 1 to 31`);
    return Schedule.recurrence('Month', time, { monthDays: [...days] });
  }

  private static recurrence(frequency: string, time: TimeOfDay, days: Record<string, Json>): Schedule {
    const { hour = 0, minute = 0, timeZone = 'UTC' } = time;
    if (!Number.isInteger(hour) || hour < 0 || hour > 23) throw new Error(`hour ${shown(hour)} is none of a day: give one from 0 to 23`);
    if (!Number.isInteger(minute) || minute < 0 || minute > 59) throw new Error(`minute ${shown(minute)} is none of an hour: give one from 0 to 59`);
    return new Schedule({ triggerType: 'Recurrence', frequency, interval: 1, schedule: { hours: [hour], minutes: [minute], ...days }, timeZone });
  }

  private constructor(
    /** @internal */
    public readonly _trigger: Readonly<Record<string, Json>> & FiringTrigger,
  ) {}
}

function checkCron(expression: string): void {
  const fields = typeof expression === 'string' ? expression.trim().split(/\s+/) : [];
  if (fields.length !== 5) throw new Error(`cron expression ${shown(expression)} is not usable: give five fields (minute, hour, day of the month, month, day of the week), such as '0 3 * * 1'`);
  FIELDS.forEach(([name, least, most], index) => {
    const good = fields[index].split(',').every((part) => {
      const [, from, to] = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/[1-9]\d*)?$/.exec(part) ?? [undefined, 'no'];
      return [from, to].every((end) => end === undefined || (Number(end) >= least && Number(end) <= most));
    });
    if (!good) throw new Error(`cron expression ${shown(expression)} has '${fields[index]}' as ${name}: give numbers from ${least} to ${most}, '*', lists, ranges or steps`);
  });
}
