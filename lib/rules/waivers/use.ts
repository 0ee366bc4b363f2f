import { Control } from '../../policy/control';
import { rule, WAIVER } from '../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../verdict';

export default rule({
  name: 'WaiverUse',
  title: 'Waivers accept something that was found',
  severity: 'warning',
  control: Control.EXCEPTION_GOVERNANCE,
  resources: [WAIVER],
  properties: ['Silences'],
  why: 'a waiver that outlives its finding accepts the next one of its kind unseen',
  fix: 'remove the waiver: what it was for is mended or gone; this finding takes none itself',
  sources: ['https://github.com/cdklabs/cdk-nag/issues/800'],
  good: 'a waiver of a finding that this synth has',
  bad: 'a waiver that was left behind after the finding was mended',
  check: (waiver) => {
    const [silences] = waiver.at('Silences').texts;
    if (silences === undefined) return NOT_APPLICABLE;
    return silences === '0' ? nonCompliant(`'${waiver.at('Rule').texts[0]}' accepts nothing here`) : COMPLIANT;
  },
});
