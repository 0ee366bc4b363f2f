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
    if (reason !== undefined) return unknown(`the definition cannot be read: ${reason}`);
    const strange = resource.type === 'AWS::SageMaker::Pipeline' ? resource.relations.inside(resource).filter(({ within }) => !STEP_TYPES.has(within!.kind)) : [];
    return [COMPLIANT, ...strange.map(({ within }) => unknown(`step '${within!.name}' has the type '${within!.kind}', which no rule knows`))];
  },
});

const STEP_TYPES = new Set([
  'AutoML', 'Callback', 'ClarifyCheck', 'Condition', 'EMR', 'EMRServerless', 'EndpointConfig', 'Fail', 'Lambda', 'Model', 'Processing', 'QualityCheck',
  'RegisterModel', 'Training', 'Transform', 'Tuning',
]);
