/** A day of the week. */
export enum DayOfWeek {
  /** Monday. */
  MONDAY = 'MONDAY',
  /** Tuesday. */
  TUESDAY = 'TUESDAY',
  /** Wednesday. */
  WEDNESDAY = 'WEDNESDAY',
  /** Thursday. */
  THURSDAY = 'THURSDAY',
  /** Friday. */
  FRIDAY = 'FRIDAY',
  /** Saturday. */
  SATURDAY = 'SATURDAY',
  /** Sunday. */
  SUNDAY = 'SUNDAY',
}

/** When a discovery job runs. After its first run a scheduled job looks at what is new or changed only. */
export class DiscoverySchedule {
  /** Once, when it is made. A change of the job makes another one, which runs again. */
  public static once(): DiscoverySchedule {
    return new DiscoverySchedule('once');
  }

  /** Every day. */
  public static daily(): DiscoverySchedule {
    return new DiscoverySchedule('daily');
  }

  /** Every week on a day. */
  public static weekly(day: DayOfWeek): DiscoverySchedule {
    return new DiscoverySchedule(`weekly:${day}`);
  }

  /**
   * Every month on a day; a month that has no such day takes its last.
   *
   * @param day 1 to 31
   */
  public static monthly(day: number): DiscoverySchedule {
    if (!Number.isInteger(day) || day < 1 || day > 31) throw new Error(`a job cannot run on day ${day} of a month: give a whole number from 1 to 31`);
    return new DiscoverySchedule(`monthly:${day}`);
  }

  private constructor(
    /** `once`, `daily`, `weekly:MONDAY` or `monthly:1`. */
    public readonly expression: string,
  ) {}
}
