import { Answer } from '../policy/finding';

/** What a check says, and where it looked. */
export interface Verdict {
  readonly answer: Answer;
  /** The value that is wrong or unknown, in words. */
  readonly detail?: string;
  /** Path of the property, such as `Properties.VpcConfig`. */
  readonly location?: string;
}

export const COMPLIANT: Verdict = { answer: Answer.COMPLIANT };
export const NOT_APPLICABLE: Verdict = { answer: Answer.NOT_APPLICABLE };

export function nonCompliant(detail: string, location?: string): Verdict {
  return { answer: Answer.NON_COMPLIANT, detail, ...(location ? { location } : {}) };
}

export function unknown(detail: string, location?: string): Verdict {
  return { answer: Answer.UNKNOWN, detail, ...(location ? { location } : {}) };
}

const ORDER = [Answer.NOT_APPLICABLE, Answer.COMPLIANT, Answer.UNKNOWN, Answer.NON_COMPLIANT];

/** All must hold: the worst of several; the first of equals. */
export function all(...verdicts: Verdict[]): Verdict {
  return verdicts.reduce((worst, next) => (ORDER.indexOf(next.answer) > ORDER.indexOf(worst.answer) ? next : worst), NOT_APPLICABLE);
}

/** One is enough: the best of several that apply; the first of equals. */
export function any(...verdicts: Verdict[]): Verdict {
  const applicable = verdicts.filter((verdict) => verdict.answer !== Answer.NOT_APPLICABLE);
  return applicable.reduce<Verdict | undefined>(
    (best, next) => (!best || ORDER.indexOf(next.answer) < ORDER.indexOf(best.answer) ? next : best), undefined) ?? NOT_APPLICABLE;
}
