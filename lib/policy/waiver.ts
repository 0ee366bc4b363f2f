import { dayNumber, daysBetween } from './day';
import { isRecord, shown } from './given';

/** A finding that somebody accepts for a time. */
export interface WaiverProps {
  /**
   * Id of the finding, such as `RegulatedML-SageMakerJobVpc` or `RegulatedML-SageMakerJobVpc[unknown]`; `*` stands for any
   * characters. A plain id accepts what was found, not what could not be told.
   */
  readonly rule: string;
  /** Why it is acceptable, and what protects the data instead. */
  readonly reason: string;
  /** Who decided so: a person or a role that an auditor can ask. */
  readonly approver: string;
  /** The last day on which it holds, such as `2027-03-31`. */
  readonly expires: string;
  /**
   * Path of the construct that it reaches, with all below it; `*` stands for any characters.
   *
   * @default - everything that is judged
   */
  readonly at?: string;
}

/**
 * A finding accepted: rule, reason, approver and end. Given to `RegulatedMLChecks`, or kept in a file beside the app. One that has expired
 * accepts nothing; one without reason or approver, with a rule that does not exist, or that nothing needs, is a finding itself. Fatal
 * findings take none.
 */
export class Waiver {
  /**
   * A waiver from what was decided.
   *
   * @throws an error when the rule is missing or the last day is no date
   */
  public static of(props: WaiverProps): Waiver {
    return new Waiver(props);
  }

  /**
   * Waivers kept as data: a list of objects with `rule`, `reason`, `approver`, `expires` and, if need be, `at`.
   *
   * @param text JSON
   * @throws an error that names the entry that is wrong
   */
  public static fromJson(text: string): Waiver[] {
    let entries: unknown;
    try {
      entries = JSON.parse(text);
    } catch (error) {
      throw new Error(`the waivers are no JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    if (!Array.isArray(entries)) throw new Error(`the waivers are ${shown(entries)}: give a list, such as [{ "rule": "...", "reason": "...", "approver": "...", "expires": "2027-03-31" }]`);
    return entries.map((entry: unknown, index) => {
      try {
        return Waiver.of(entry as WaiverProps);
      } catch (error) {
        throw new Error(`waiver ${index + 1} of the list: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    });
  }

  /** Id of the finding, `*` for any characters. */
  public readonly rule: string;
  /** Why it is acceptable. */
  public readonly reason: string;
  /** Who decided so. */
  public readonly approver: string;
  /** The last day on which it holds. */
  public readonly expires: string;
  /** Path of the construct that it reaches; empty for everything that is judged. */
  public readonly at: string;

  private readonly rules: RegExp;
  private readonly places: RegExp;

  private constructor(props: WaiverProps) {
    if (!isRecord(props)) throw new Error(`a waiver is made of rule, reason, approver and expires, not of ${shown(props)}`);
    if (typeof props.rule !== 'string' || props.rule.trim() === '') {
      throw new Error(`a waiver names the rule ${shown(props.rule)}: give the id of a finding, such as 'RegulatedML-SageMakerJobVpc'`);
    }
    if (props.at !== undefined && typeof props.at !== 'string') throw new Error(`the waiver of '${props.rule}' is for ${shown(props.at)}: give the path of a construct, or leave it out`);
    dayNumber(`the last day of the waiver of '${props.rule}'`, props.expires);
    this.rule = props.rule;
    // what lacks a reason or an approver is found by a rule, so that the report shows it
    this.reason = textOf(props.reason);
    this.approver = textOf(props.approver);
    this.expires = props.expires;
    this.at = props.at ?? '';
    this.rules = pattern(this.rule, '$');
    this.places = pattern(this.at, '(/|$)');
  }

  /** Whether it means a finding of this id, at this path or below. */
  public covers(findingId: string, path: string): boolean {
    return this.rules.test(findingId) && (this.at === '' || this.places.test(path));
  }

  /**
   * Days for which it still holds, that day included: 0 when it has expired.
   *
   * @param day such as `2026-11-26`
   */
  public daysLeft(day: string): number {
    return Math.max(0, daysBetween(day, this.expires) + 1);
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function pattern(text: string, end: string): RegExp {
  return new RegExp(`^${text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}${end}`);
}
