import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { shown } from '../../../policy/given';
import { having, requireProps, Wanted } from '../../../policy/required';
import { STEP_PROPERTIES } from '../data/step-properties';
import { nearest } from '../data/nearest';
import type { StepType } from '../step';

/** Ids of what a pipeline itself makes below it. */
const RESERVED = ['Resource', 'Default', 'Role', 'Failure', 'Models', 'Definition'];

const text = (give: string): Wanted => ({ is: (value) => typeof value === 'string', give });
const optional = (wanted: Wanted): Wanted => ({ ...wanted, optional: true });
const listOf = (wanted: Wanted): Wanted => ({ ...wanted, list: true });

const IMAGE: Wanted = { is: having('bind', 'grantPull'), give: 'a ContainerImage, such as ContainerImage.fromEcrRepository(repository, digest)' };
const INPUT: Wanted = { is: having('uri', 'sourceId', 'grantRead'), give: 'a DataInput: input() of a store, or output() of a step' };
const CODE: Wanted = { is: having('program', '_bind'), give: 'Code.fromAsset(folder)' };
const PRIVACY: Wanted = { is: having('settings', 'loss', 'guarantee'), give: 'DifferentialPrivacy.dpSgd({ records, batchSize, epochs, noiseMultiplier, clippingNorm, delta })' };
const STEP: Wanted = { is: having('stepName', 'stepType', 'pipeline'), give: 'a step of this pipeline' };
const CHECK: Wanted = { is: having('_type'), give: 'one of the checks of ClarifyCheck or QualityCheck' };

const EVERY: Readonly<Record<string, Wanted>> = {
  dependsOn: optional(listOf(STEP)),
  retries: optional(listOf({ is: having('_render'), give: 'a RetryPolicy, such as RetryPolicy.transient()' })),
  instances: optional({ is: having('type', 'count', 'check'), give: 'Instances.of(type)' }),
};

const BY_TYPE: Readonly<Record<`${StepType}`, Readonly<Record<string, Wanted>>>> = {
  Processing: { image: IMAGE, code: optional(CODE), inputs: optional(listOf(INPUT)), outputs: optional(listOf({ is: having('name', 'path', 'at'), give: 'an Output, such as Output.of(name)' })) },
  // Notebook jobs are of this type too, and take no inputs where they need none.
  Training: { image: IMAGE, code: optional(CODE), inputs: optional(listOf(INPUT)), privacy: optional(PRIVACY) },
  Tuning: {
    image: IMAGE, code: optional(CODE), inputs: optional(listOf(INPUT)), objective: { is: having('metric', '_render'), give: 'an Objective, such as Objective.maximize(metric)' },
    ranges: { is: having(), give: 'a Range for each hyperparameter by its name' }, privacy: optional(PRIVACY),
    privateSelection: optional({ is: having('mean', 'chanceAbove'), give: 'a PrivateSelection, such as PrivateSelection.poisson(10)' }),
  },
  Transform: { model: { is: having('modelName'), give: 'the step of addModel' }, input: INPUT },
  Model: { image: IMAGE, artifact: INPUT },
  RegisterModel: { training: { is: having('model', 'image'), give: 'the step of addTraining or addTuning' }, image: optional(IMAGE), checks: optional(listOf({ is: having('_metrics'), give: 'the step of addClarifyCheck or addQualityCheck' })) },
  Condition: {
    conditions: listOf({ is: having('_render'), give: 'a Condition, such as Condition.greaterThan(left, right)' }), ifTrue: optional(listOf(STEP)), ifFalse: optional(listOf(STEP)),
  },
  Fail: { message: text('a sentence that people read when the run fails') },
  Lambda: { handler: { is: having('functionArn'), give: 'a lambda.Function' } },
  Callback: { queue: { is: having('queueArn', 'queueUrl'), give: 'an sqs.Queue' } },
  ClarifyCheck: { check: CHECK, dataset: INPUT },
  QualityCheck: { check: CHECK, dataset: INPUT },
  EMR: { clusterId: text('the id of the cluster, such as \'j-1K48XXXXXXHCB\''), inputs: optional(listOf(INPUT)) },
  EMRServerless: { application: { is: having('applicationId', 'applicationArn'), give: 'a SparkApplication' }, code: CODE, inputs: listOf(INPUT) },
  AutoML: { input: INPUT, target: text('the column that is to be predicted') },
};

/** Fails on props that the type of a step cannot be made from. */
export function checkStepProps(pipeline: IConstruct, id: string, type: StepType, props: unknown): void {
  requireProps(`${pipeline.node.path}/${id}`, props, { ...BY_TYPE[type], ...EVERY });
}

/**
 * Passes for an id that a child of a pipeline can have.
 *
 * @param what the child, such as `step`
 */
export function checkedId(pipeline: IConstruct, id: string, what: string): string {
  const { path } = pipeline.node;
  if (typeof id !== 'string' || id === '') throw new Error(`${path}: a ${what} has ${id === '' ? 'an empty id' : `the id ${shown(id)}`}: give it a name of 1 to 64 letters, digits, '-' or '_'`);
  if (Token.isUnresolved(id)) throw new Error(`${path}: the id of a ${what} is a token, which says nothing at synth: write it out`);
  if (RESERVED.includes(id)) throw new Error(`${path}/${id}: the pipeline itself has something with the id '${id}': give the ${what} another id${what === 'step' ? `, and '${id}' as stepName if it must be called so` : ''}`);
  if (pipeline.node.tryFindChild(id.replace(/\//g, '--'))) throw new Error(`${path}/${id}: the id '${id}' is taken by another step or trigger of the pipeline: give each ${what} an id of its own`);
  return id;
}

/** Fails on a path that does not begin with a property the finished step has. */
export function checkProperty(step: IConstruct, type: StepType, path: string): void {
  const known = STEP_PROPERTIES[type];
  if (typeof path !== 'string' || path === '') throw new Error(`${step.node.path}: the path of the property is ${shown(path)}: give one such as '${known?.[0] ?? 'Status'}'`);
  if (!known || Token.isUnresolved(path)) return;
  const root = /^[^.[]*/.exec(path)![0];
  if (known.includes(root)) return;
  const near = nearest(root, [...known]);
  throw new Error(`${step.node.path}: ${shown(path)} is no property of a ${type} step: ${near.length > 0 ? `take one such as ${near.join(', ')}` : 'it has none; take what you compare from another step'}`);
}
