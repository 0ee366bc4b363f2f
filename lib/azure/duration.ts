import { shown } from '../policy/given';

/** A length of time. */
export class Duration {
  /** So many seconds. */
  public static seconds(amount: number): Duration {
    return new Duration(amount, 'seconds', 1);
  }

  /** So many minutes. */
  public static minutes(amount: number): Duration {
    return new Duration(amount, 'minutes', 60);
  }

  /** So many hours. */
  public static hours(amount: number): Duration {
    return new Duration(amount, 'hours', 3600);
  }

  /** So many days. */
  public static days(amount: number): Duration {
    return new Duration(amount, 'days', 86_400);
  }

  /** In whole seconds. */
  public readonly inSeconds: number;

  private constructor(amount: number, unit: string, seconds: number) {
    if (typeof amount !== 'number' || !Number.isFinite(amount) || amount <= 0 || !Number.isInteger(amount * seconds)) {
      throw new Error(`a duration of ${shown(amount)} ${unit} is not possible: give a number above 0 that makes whole seconds`);
    }
    this.inSeconds = amount * seconds;
  }

  /** As ISO 8601 has it, such as `PT1H30M`: without days, which some services of Azure refuse. */
  public toIso(): string {
    const parts = [[Math.floor(this.inSeconds / 3600), 'H'], [Math.floor(this.inSeconds / 60) % 60, 'M'], [this.inSeconds % 60, 'S']] as const;
    return `PT${parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount}${unit}`).join('')}`;
  }

  /** As ISO 8601 has it. */
  public toString(): string {
    return this.toIso();
  }
}
