import { Control } from '../../../policy/control';
import { rule, TASK } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, unknown } from '../../verdict';
import { STEP_TYPES } from './step-types';

export default rule({
  name: 'DefinitionReadable',
  title: 'Definitions of pipelines and state machines can be read before deployment',
  severity: 'error',
  unknownFails: true,
  control: Control.RECORD_OF_PROCESSING,
  resources: ['AWS::SageMaker::Pipeline', 'AWS::StepFunctions::StateMachine', TASK],
  why: 'what cannot be read cannot be judged: its steps would pass unseen',
  fix: 'give the definition as an object, a text, or a file of this app, with tokens inside texts only; write out which action a task, a schedule, a rule of EventBridge, a custom resource or a step of SSM Automation calls',
  properties: [
    'PipelineDefinition.PipelineDefinitionBody', 'PipelineDefinition.PipelineDefinitionS3Location', 'PipelineDefinitionS3Location', 'Definition', 'DefinitionString',
    'DefinitionS3Location', 'DefinitionSubstitutions',
  ],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePipeline.html',
    'https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html',
  ],
  good: { PipelineDefinition: { PipelineDefinitionBody: '{"Version":"2020-12-01","Steps":[]}' } },
  bad: { PipelineDefinition: { PipelineDefinitionS3Location: { Bucket: 'definitions', Key: 'pipeline.json' } } },
  check: (resource) => {
    const reason = resource.relations.unreadableReason(resource);
    if (resource.type === TASK) return reason === undefined ? NOT_APPLICABLE : unknown(`what it starts cannot be told: ${reason}`);
    if (reason !== undefined) return unknown(`the definition cannot be read: ${reason}`);
    const strange = resource.type === 'AWS::SageMaker::Pipeline' ? resource.relations.inside(resource).filter(({ within }) => !STEP_TYPES.has(within!.kind)) : [];
    return [COMPLIANT, ...strange.map(({ within }) => unknown(`step '${within!.name}' has the type '${within!.kind}', which no rule knows`))];
  },
});
