import { shown } from './given';

/** The kinds of record that a retention is stated for. */
export enum RecordKind {
  /** Personal data and what is made of it: raw, curated, features, models. */
  DATA = 'data',
  /** Requests and answers of an endpoint. */
  CAPTURES = 'captures',
  /** Operational logs. */
  LOGS = 'logs',
  /** Audit trail, access logs and compliance documentation. */
  AUDIT = 'audit',
  /** What people asked for about their data, and how they were answered. */
  REQUESTS = 'requests',
}

/** A time that data is kept for and after which it is deleted, in whole days. */
export class Retention {
  /**
   * So many days.
   *
   * @param days a whole number, 1 to 36,500
   * @throws an error that names the value when it is none
   */
  public static days(days: number): Retention {
    if (!Number.isInteger(days) || days < 1 || days > 36_500) {
      throw new Error(`a retention of ${shown(days)} days is not usable: give a whole number of days from 1 to 36500`);
    }
    return new Retention(days);
  }

  /** So many years, of 365 days and a leap day every fourth, rounded up, so that never less is kept than the law says. */
  public static years(years: number): Retention {
    if (!Number.isFinite(years) || years <= 0 || years > 99) {
      throw new Error(`a retention of ${shown(years)} years is not usable: give a number of years above 0, at most 99`);
    }
    return Retention.days(Math.ceil(years * 365.25));
  }

  private constructor(
    /** Whole days. */
    public readonly inDays: number,
  ) {}

  /** Whether this is shorter than the other. */
  public isShorterThan(other: Retention): boolean {
    return this.inDays < other.inDays;
  }

  /** Whether this is longer than the other. */
  public isLongerThan(other: Retention): boolean {
    return this.inDays > other.inDays;
  }

  /** Such as `2192 days`. */
  public toString(): string {
    return this.inDays === 1 ? '1 day' : `${this.inDays} days`;
  }
}
