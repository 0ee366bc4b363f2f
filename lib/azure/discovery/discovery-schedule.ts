import type { Json } from '../azapi';

/** A day of the week, as Purview spells it. */
export enum DayOfWeek {
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

/** At which hour, in UTC, when few people work. */
const HOUR = 2;

/** When scans run. After its first run a scan looks at what is new or changed only. */
export class DiscoverySchedule {
  /** Every day. */
  public static daily(): DiscoverySchedule {
    return new DiscoverySchedule('daily', { frequency: 'Day', schedule: { hours: [HOUR], minutes: [0] } });
  }

  /** Every week on a day. */
  public static weekly(day: DayOfWeek): DiscoverySchedule {
    if (!Object.values(DayOfWeek).includes(day)) throw new Error(`a scan cannot run on '${String(day)}': give a day such as DayOfWeek.SUNDAY`);
    return new DiscoverySchedule(`weekly:${day}`, { frequency: 'Week', schedule: { hours: [HOUR], minutes: [0], weekDays: [day] } });
  }

  /**
   * Every month on a day.
   *
   * @param day 1 to 28, which every month has
   */
  public static monthly(day: number): DiscoverySchedule {
    if (!Number.isInteger(day) || day < 1 || day > 28) throw new Error(`a scan cannot run on day ${day} of every month: give a whole number from 1 to 28`);
    return new DiscoverySchedule(`monthly:${day}`, { frequency: 'Month', schedule: { hours: [HOUR], minutes: [0], monthDays: [day] } });
  }

  private constructor(
    /** `daily`, `weekly:Sunday` or `monthly:1`. */
    public readonly expression: string,
    private readonly recurrence: { readonly frequency: string; readonly schedule: Json },
  ) {}

  /** As Purview has it; it began on a day that is the same at each synth. */
  public render(): Json {
    return { ...this.recurrence, interval: 1, startTime: '2025-01-01T00:00:00Z', timeZone: 'UTC' };
  }
}
