import { isRecord, shown } from '../given';
import { checkAmount, checkDelta, checkDeltaBelow, checkUnit, probability } from './checks';
import { PrivacyExpense, PrivacyStatement } from './privacy-statement';
import { PrivacyUnit } from './privacy-unit';

const CALENDAR_YEAR = 'a calendar year';

/** What may be lost of a data set in a period. */
export interface PrivacyBudgetProps {
  /** The ε that everything computed on the data may come to. */
  readonly epsilon: number;
  /** The δ that the ε is stated with; below 1 in as many as there are units. */
  readonly delta: number;
  /** How many units (records, persons, clients) the data set holds, no more than there will be. */
  readonly records: number;
  /** Whose loss it bounds. What the law protects is a person. */
  readonly unit: PrivacyUnit;
}

/**
 * How much the people of a data set may lose in a period by all that is trained on their data, retrained and tuned. It is added up at synth; what
 * goes beyond it is not deployed.
 */
export class PrivacyBudget {
  /** For each calendar year, in UTC. */
  public static perYear(props: PrivacyBudgetProps): PrivacyBudget {
    return new PrivacyBudget(props, 366, CALENDAR_YEAR);
  }

  /**
   * For any so many days in a row.
   *
   * @param days a whole number, 1 to 36,500
   */
  public static perDays(days: number, props: PrivacyBudgetProps): PrivacyBudget {
    checkAmount('the period of a privacy budget', days, { whole: true, atLeast: 1, atMost: 36_500 }, 'give a whole number of days from 1 to 36500');
    return new PrivacyBudget(props, days, days === 1 ? 'any day' : `any ${days} days`);
  }

  /** The ε that everything computed on the data may come to. */
  public readonly epsilon: number;
  /** The δ that the ε is stated with. */
  public readonly delta: number;
  /** How many units the data set holds. */
  public readonly records: number;
  /** Whose loss it bounds. */
  public readonly unit: PrivacyUnit;

  private constructor(
    props: PrivacyBudgetProps,
    /** The longest that the period can be. */
    public readonly periodInDays: number,
    /** The period in words, such as `a calendar year`. */
    public readonly period: string,
  ) {
    const owner = 'a privacy budget';
    if (!isRecord(props)) throw new Error(`${owner} is made from ${shown(props)}: give an object with epsilon, delta, records and unit`);
    checkAmount(`the epsilon of ${owner}`, props.epsilon, { above: 0 }, 'give a number above 0; below 1 is strong, above 10 says little');
    checkAmount(`the number of records of ${owner}`, props.records, { whole: true, atLeast: 1 },
      'give how many units the data set holds, a whole number, no more than there will be: without it no safe delta is known');
    checkDelta(props.delta);
    checkDeltaBelow(owner, props.delta, 'records', props.records);
    checkUnit(owner, props.unit);
    this.epsilon = props.epsilon;
    this.delta = props.delta;
    this.records = props.records;
    this.unit = props.unit;
  }

  /** @internal Whether a period begins with a year; otherwise it may begin at any time. */
  public get _isCalendarYear(): boolean {
    return this.period === CALENDAR_YEAR;
  }

  /** What it comes to when all of these spend from it in one period, and what that rests on. */
  public statementOf(expenses: PrivacyExpense[]): PrivacyStatement {
    return new PrivacyStatement(this, expenses);
  }

  /** @internal The same where a ledger, by its name, holds the budget in the cloud. */
  public _statementOf(expenses: PrivacyExpense[], ledger?: string): PrivacyStatement {
    return new PrivacyStatement(this, expenses, ledger);
  }

  /** Such as `ε = 8, δ = 1e-6 for each person in a calendar year`. */
  public toString(): string {
    return `ε = ${this.epsilon}, δ = ${probability(this.delta)} for each ${this.unit} in ${this.period}`;
  }
}
