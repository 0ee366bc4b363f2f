/** How often a monitor looks. */
export class Cadence {
  /** Every hour. */
  public static hourly(): Cadence {
    return new Cadence('cron(0 * ? * * *)', 1);
  }

  /**
   * Every day.
   *
   * @param hour of the day in UTC, 0 to 23
   */
  public static daily(hour: number = 0): Cadence {
    return new Cadence(`cron(0 ${checked(hour, 0, 23, 'hour')} ? * * *)`, 24);
  }

  /**
   * Every few hours.
   *
   * @param hours between two looks, 2 to 24
   * @param start hour of the day in UTC from which they are counted, 0 to 23
   */
  public static everyHours(hours: number, start: number = 0): Cadence {
    checked(hours, 2, 24, 'hours');
    return new Cadence(`cron(0 ${checked(start, 0, 23, 'start')}/${hours} ? * * *)`, hours);
  }

  private constructor(
    /** The expression, as SageMaker reads it. */
    public readonly expression: string,
    /** Hours between two looks. */
    public readonly hours: number,
  ) {}
}

function checked(value: number, least: number, most: number, name: string): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${name} ${value} of a monitoring schedule is not possible: give a whole number from ${least} to ${most}`);
  }
  return value;
}
