import { Answer } from '../../../policy/finding';
import { shown, type Value } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';

/** A word that must be one of the safe ones, where the service takes another when none is given. */
export function option(value: Value, safe: readonly string[], whenAbsent: string): Verdict {
  return value.judge((word) => {
    const absent = word === undefined || word === null;
    if (safe.includes(absent ? whenAbsent : String(word))) return COMPLIANT;
    return nonCompliant(absent ? `${value.name} is not set, which is ${whenAbsent}` : `${value.name} is ${shown(word)}`);
  });
}

/** A demand on something that can be switched off: it does not apply when it is off, and is unknown when that is what decides. */
export function unlessOff(off: Verdict, demand: Verdict): Verdict {
  if (off.answer === Answer.COMPLIANT) return NOT_APPLICABLE;
  return demand.answer === Answer.COMPLIANT || off.answer === Answer.NON_COMPLIANT ? demand : off;
}
