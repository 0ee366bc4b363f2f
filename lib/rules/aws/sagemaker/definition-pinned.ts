import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { Unknown } from '../../resolved';
import { rule } from '../../rule';
import { WRITER } from '../../stored-definition';
import { scalarText, type Value } from '../../value';
import { all, any, COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';

export default rule({
  name: 'DefinitionPinned',
  title: 'Pipelines and state machines take the version of their definition that was deployed',
  severity: 'error',
  control: Control.ARTIFACT_INTEGRITY,
  resources: ['AWS::SageMaker::Pipeline', 'AWS::StepFunctions::StateMachine'],
  why: 'whoever may write the object changes what the next update of the stack runs, with the role of the pipeline',
  fix: 'set Version of the S3 location, or ETag of a pipeline\'s, or name an asset of this app, whose key is made of its content',
  properties: [
    'PipelineDefinition.PipelineDefinitionS3Location.Version', 'PipelineDefinition.PipelineDefinitionS3Location.ETag', 'PipelineDefinition.PipelineDefinitionS3Location.Key',
    'PipelineDefinitionS3Location.VersionId', 'PipelineDefinitionS3Location.ObjectKey', 'DefinitionS3Location.Version', 'DefinitionS3Location.Key',
  ],
  sources: [
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-sagemaker-pipeline-s3location.html',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-stepfunctions-statemachine-s3location.html',
  ],
  good: { PipelineDefinition: { PipelineDefinitionS3Location: { Bucket: 'definitions', Key: 'pipeline.json', Version: 'L4kqtJlcpXroDTDmpUMLUo' } } },
  bad: { PipelineDefinition: { PipelineDefinitionS3Location: { Bucket: 'definitions', Key: 'pipeline.json' } } },
  check: (resource) => {
    const [place, key, version] = placeOf(resource);
    return place.isAbsent ? NOT_APPLICABLE : any(madeOfContent(place.at(key), resource), place.at(version).present(), place.at('ETag').present());
  },
});

// a request to SageMaker calls them otherwise than CloudFormation
function placeOf(resource: Resource): [place: Value, key: string, version: string] {
  if (resource.within) return [resource.at('PipelineDefinitionS3Location').given, 'ObjectKey', 'VersionId'];
  return [resource.at(resource.type === 'AWS::SageMaker::Pipeline' ? 'PipelineDefinition.PipelineDefinitionS3Location' : 'DefinitionS3Location').given, 'Key', 'Version'];
}

function madeOfContent(key: Value, { relations }: Resource): Verdict {
  return all(...key.alternatives.map((one): Verdict => {
    if (!(one instanceof Unknown)) return /[0-9a-f]{64}\.\w+$/.test(scalarText(one)) ? COMPLIANT : nonCompliant(`${key.name} names no version of the definition`, key.location);
    return relations.target(one)?.type === WRITER ? COMPLIANT : unknown(`${key.name} is ${one.reason}`, key.location);
  }));
}
