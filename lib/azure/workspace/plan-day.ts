import { Fn, Op } from 'cdktf';

// what the sums below come to on the first day of 1970
const FIRST_DAY = 719606;
const A_DAY = 86400;

/**
 * Midnight, a number of days after Terraform plans, in seconds since 1970. A day that is worked out at synth would make the same app come to something else
 * each day. Terraform has no function that counts seconds; the sums, those of the Julian calendar, are exact until 2100.
 */
export function secondsAfterPlan(days: number): number {
  const plan = (part: string) => Fn.formatdate(part, Fn.plantimestamp());
  // 1 in January and February, which end the year before, so that the day which a leap year has more comes last
  const early = Fn.floor(Op.div(Op.sub(14, plan('M')), 12));
  const years = Fn.floor(Op.mul(365.25, Op.sub(plan('YYYY'), early)));
  const months = Fn.floor(Op.mul(30.6001, Op.add(Op.add(plan('M'), Op.mul(12, early)), 1)));
  return Op.mul(Op.add(Op.add(Op.add(years, months), plan('D')), days - FIRST_DAY), A_DAY);
}
