import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, unknown } from '../../verdict';

export default rule({
  name: 'DefinitionReadable',
  title: 'Definitions of pipelines and state machines can be read before deployment',
  severity: 'error',
  unknownFails: true,
  control: Control.RECORD_OF_PROCESSING,
  resources: ['AWS::SageMaker::Pipeline', 'AWS::StepFunctions::StateMachine'],
  why: 'what cannot be read cannot be judged: its steps would pass unseen',
  fix: 'give the definition as an object, a text, or a file of this app, with tokens inside texts only',
  check: (resource) => {
    const reason = resource.relations.unreadableReason(resource);
    return reason === undefined ? COMPLIANT : unknown(`the definition cannot be read: ${reason}`);
  },
});
