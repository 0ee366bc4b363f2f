import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import type { MLPipeline, MLPipelineProps } from '../pipeline';

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePipeline.html */
const MAXIMUM_DEFINITION = 1_048_576;
/** A quarter of the megabyte that CloudFormation takes, so that the rest of a stack has room. */
const TEMPLATE_SHARE = 250_000;

/** Paths of pipelines by place and name, for each app. */
const NAMES = new WeakMap<IConstruct, Map<string, string>>();

/** Fails on props that no pipeline can have. */
export function checkProps(pipeline: IConstruct, props: MLPipelineProps): void {
  const { pipelineName, maxParallelSteps, experiment } = props;
  if (pipelineName !== undefined && !Token.isUnresolved(pipelineName) && !/^[A-Za-z0-9](-*[A-Za-z0-9]){0,255}$/.test(pipelineName)) {
    throw new Error(`${pipeline.node.path}: pipelineName '${pipelineName}' is not usable: give 1 to 256 letters, digits or '-', beginning and ending with a letter or digit`);
  }
  if (pipelineName !== undefined && Token.isUnresolved(pipelineName)) {
    throw new Error(`${pipeline.node.path}: pipelineName is not known at synth, and outputs are stored under it: give a literal name, or none`);
  }
  if (maxParallelSteps !== undefined && !Token.isUnresolved(maxParallelSteps) && (!Number.isInteger(maxParallelSteps) || maxParallelSteps < 1)) {
    throw new Error(`${pipeline.node.path}: maxParallelSteps of ${maxParallelSteps} is not possible: use a whole number from 1`);
  }
  if (experiment !== undefined && !Token.isUnresolved(experiment) && !/^[A-Za-z0-9](-*[A-Za-z0-9]){0,119}$/.test(experiment)) {
    throw new Error(`${pipeline.node.path}: experiment '${experiment}' is not usable: give 1 to 120 letters, digits or '-'`);
  }
}

/** Fails on a second pipeline of the same name in an account and region of the app. */
export function checkName(pipeline: IConstruct, name: string): void {
  const { account, region, node } = Stack.of(pipeline);
  const place = Token.isUnresolved(account) || Token.isUnresolved(region) ? node.path : `${account}/${region}`;
  const names = NAMES.get(pipeline.node.root) ?? new Map<string, string>();
  NAMES.set(pipeline.node.root, names);
  // Names that differ by case alone may be one to SageMaker, which has been seen to write them in lower case.
  const key = `${place}/${name.toLowerCase()}`;
  const other = names.get(key);
  if (other !== undefined) throw new Error(`${pipeline.node.path}: pipelineName '${name}' is taken by ${other} in the same account and region: give another, or none for one made from the path`);
  names.set(key, pipeline.node.path);
}

/** What is wrong with the size of a definition. */
export function checkSize(pipeline: MLPipeline, storedApart: boolean): string[] {
  const size = pipeline._definitionSize();
  if (size > MAXIMUM_DEFINITION) return [`${pipeline.node.path}: the definition has ${size} characters and SageMaker takes ${MAXIMUM_DEFINITION}: split the pipeline in two`];
  if (size <= TEMPLATE_SHARE || storedApart) return [];
  return [`${pipeline.node.path}: the definition has ${size} characters, more than the ${TEMPLATE_SHARE} it may take of a template: set largeDefinition, which stores it apart`];
}
