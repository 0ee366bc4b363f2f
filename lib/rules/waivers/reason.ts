import { Control } from '../../policy/control';
import { rule, WAIVER } from '../rule';
import { COMPLIANT, nonCompliant } from '../verdict';
import { namedBy } from './named-by';

export default rule({
  name: 'WaiverReason',
  title: 'Waivers say why, and who decided',
  severity: 'fatal',
  control: Control.EXCEPTION_GOVERNANCE,
  resources: [WAIVER],
  properties: ['Reason', 'Approver'],
  why: 'an auditor asks why a finding is acceptable and who said so; a waiver that cannot answer is a finding that was hidden',
  fix: 'give the reason and what protects the data instead; in a Waiver, name the person or role that approved it',
  sources: ['https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final'],
  good: 'Waiver.of({ rule, expires, reason: \'synthetic data only\', approver: \'data protection officer\' })',
  bad: 'Validations.of(model).acknowledge({ id, reason: \'\' })',
  check: (waiver) => {
    if (waiver.at('Reason').isAbsent) return nonCompliant(`${namedBy(waiver)} gives no reason`);
    return waiver.at('Kind').texts[0] === 'waiver' && waiver.at('Approver').isAbsent ? nonCompliant(`${namedBy(waiver)} names no approver`) : COMPLIANT;
  },
});
