import { Control } from '../../policy/control';
import { rule, WAIVER } from '../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown } from '../verdict';
import { namedBy } from './named-by';

export default rule({
  name: 'WaiverExpiry',
  title: 'Waivers have not expired',
  severity: 'fatal',
  unknownFails: true,
  control: Control.EXCEPTION_GOVERNANCE,
  resources: [WAIVER],
  properties: ['Expires'],
  why: 'a risk is accepted for a time; what was right last year is decided again, not inherited',
  fix: 'mend the finding, or have the waiver approved anew with a later last day; where no date was given, give one: asOf, or cdk synth -c regulated-ml:asOf=$(date +%F)',
  sources: ['https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final'],
  good: 'Waiver.of({ rule, reason, approver, expires: \'2027-03-31\' }) judged as of 2027-03-31',
  bad: 'Waiver.of({ rule, reason, approver, expires: \'2027-03-31\' }) judged as of 2027-04-01',
  check: (waiver) => {
    const [expires] = waiver.at('Expires').texts;
    if (expires === undefined) return NOT_APPLICABLE;
    const [daysLeft] = waiver.at('DaysLeft').texts;
    if (daysLeft === undefined) return unknown(`no date was given to judge the end of ${namedBy(waiver)} by, '${expires}'`);
    return daysLeft === '0' ? nonCompliant(`${namedBy(waiver)} ended on ${expires}`) : COMPLIANT;
  },
});
