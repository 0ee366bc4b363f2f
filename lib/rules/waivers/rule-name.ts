import { Control } from '../../policy/control';
import { rule, WAIVER } from '../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../verdict';

export default rule({
  name: 'WaiverRule',
  title: 'Waivers name rules that exist and take a waiver',
  severity: 'fatal',
  control: Control.EXCEPTION_GOVERNANCE,
  resources: [WAIVER],
  properties: ['Rule'],
  why: 'a misspelt id accepts nothing and looks as if it did, and what is found about waivers would be waived by the next one',
  fix: 'copy the id from the finding; where that takes no waiver, mend what was found',
  sources: ['https://github.com/cdklabs/cdk-nag/issues/800'],
  good: 'Validations.of(model).acknowledge({ id: \'RegulatedML::RegulatedML-SageMakerModelVpc\', reason })',
  bad: 'Validations.of(model).acknowledge({ id: \'RegulatedML::RegulatedML-SageMakerModelVPC\', reason })',
  check: (waiver) => {
    const [known] = waiver.at('KnownRule').texts;
    if (known === undefined) return NOT_APPLICABLE;
    if (known === 'fatal') return nonCompliant(`'${waiver.at('Rule').texts[0]}' takes no waiver`);
    if (known === 'true') return COMPLIANT;
    const [meant] = waiver.at('Meant').texts;
    return nonCompliant(`there is no rule '${waiver.at('Rule').texts[0]}'${meant ? `: did you mean '${meant}'?` : ''}`);
  },
});
