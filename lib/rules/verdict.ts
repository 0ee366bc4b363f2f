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
  return location ? { answer: Answer.NON_COMPLIANT, detail, location } : { answer: Answer.NON_COMPLIANT, detail };
}

export function unknown(detail: string, location?: string): Verdict {
  return location ? { answer: Answer.UNKNOWN, detail, location } : { answer: Answer.UNKNOWN, detail };
}

const BADNESS: Readonly<Record<Answer, number>> = { [Answer.NOT_APPLICABLE]: 0, [Answer.COMPLIANT]: 1, [Answer.UNKNOWN]: 2, [Answer.NON_COMPLIANT]: 3 };

/** All must hold: the worst of several; the first of equals. */
export function all(...verdicts: Verdict[]): Verdict {
  let worst = NOT_APPLICABLE;
  for (const next of verdicts) if (BADNESS[next.answer] > BADNESS[worst.answer]) worst = next;
  return worst;
}

/** Parts of one thing that must all hold: each by itself, but one for all where the whole is not there or not known, which one change mends. */
export function inParts(whole: { readonly isAbsent: boolean; readonly unknowns: readonly unknown[] }, verdicts: Verdict[]): Verdict[] {
  return whole.isAbsent || whole.unknowns.length > 0 ? [all(...verdicts)] : verdicts;
}

/** One is enough: the best of several that apply; the first of equals. */
export function any(...verdicts: Verdict[]): Verdict {
  let best: Verdict | undefined;
  for (const next of verdicts) if (next.answer !== Answer.NOT_APPLICABLE && (!best || BADNESS[next.answer] < BADNESS[best.answer])) best = next;
  return best ?? NOT_APPLICABLE;
}
