import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { shown } from '../../../policy/given';
import { having, requireProps, Wanted } from '../../../policy/required';

/** Ids of what a pipeline itself makes below it. */
const RESERVED = ['Resource', 'Failure', 'Assets'];

const optional = (wanted: Wanted): Wanted => ({ ...wanted, optional: true });
const listOf = (wanted: Wanted): Wanted => ({ ...wanted, list: true });
const text = (give: string): Wanted => ({ is: (value) => typeof value === 'string' && value !== '', give });

const ENVIRONMENT: Wanted = { is: having('_bind', '_grantPull'), give: 'an Environment, such as Environment.image(\'<registry>/<name>@sha256:<digest>\')' };
const INPUT: Wanted = { is: having('uri', 'sourceId', 'grantRead'), give: 'a DataInput: input() of a store, or output() of a step' };
const CODE: Wanted = { is: having('program', '_bind'), give: 'Code, such as Code.fromFolder(folder)' };
const IDENTITY: Wanted = { is: having('identityId', 'principalId', 'clientId'), give: 'an Identity' };
const COMPUTE: Wanted = { is: having('computeId', 'admit'), give: 'a ComputeCluster' };
const DURATION: Wanted = { is: having('inSeconds', 'toIso'), give: 'a Duration, such as Duration.hours(6)' };

const JOB = { compute: optional(COMPUTE), timeout: optional(DURATION), environment: ENVIRONMENT, code: optional(CODE), inputs: optional(listOf(INPUT)) };

const BY_KIND: Readonly<Record<string, Readonly<Record<string, Wanted>>>> = {
  command: JOB,
  sweep: {
    ...JOB, objective: { is: having('goal', 'metric'), give: 'an Objective, such as Objective.maximize(metric)' },
    ranges: { is: having(), give: 'a Range for each hyperparameter by its name' },
  },
  parallel: { ...JOB, code: CODE, batches: INPUT },
  spark: { code: CODE, environment: optional(ENVIRONMENT), inputs: optional(listOf(INPUT)), timeout: optional(DURATION) },
  autoML: { training: INPUT, validation: optional(INPUT), target: text('the column that is to be predicted'), compute: optional(COMPUTE), timeout: optional(DURATION) },
  dataTransfer: { inputs: listOf(INPUT), dataFactory: { is: having('computeId', 'identity'), give: 'an AttachedDataFactory' } },
  pipeline: { pipeline: { is: having('pipelineName', '_componentId'), give: 'another MLPipeline' }, inputs: optional(listOf(INPUT)) },
};

/** Fails on props that the kind of a step cannot be made from. */
export function checkStepProps(path: string, kind: string, props: unknown): void {
  requireProps(path, props, { ...BY_KIND[kind], identity: optional(IDENTITY) });
}

/**
 * Passes for an id that a child of a pipeline can have.
 *
 * @param what the child, such as `step`
 */
export function checkedId(pipeline: IConstruct, id: string, what: string): string {
  const { path } = pipeline.node;
  if (typeof id !== 'string' || id === '') throw new Error(`${path}: a ${what} has ${id === '' ? 'an empty id' : `the id ${shown(id)}`}: give it a name of letters, digits, '-' or '_'`);
  if (Token.isUnresolved(id)) throw new Error(`${path}: the id of a ${what} is a token, which says nothing at synth: write it out`);
  if (RESERVED.includes(id)) throw new Error(`${path}/${id}: the pipeline itself has something with the id '${id}': give the ${what} another id`);
  if (pipeline.node.tryFindChild(id.replace(/\//g, '--'))) throw new Error(`${path}/${id}: the id '${id}' is taken by another step, registration or schedule of the pipeline: give each ${what} an id of its own`);
  return id;
}

/** The name of a step in the graph: given, or made from the id. Azure ML takes lower-case identifiers of Python. */
export function nodeNameOf(step: IConstruct, id: string, given: string | undefined): string {
  const name = given ?? id.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[^A-Za-z0-9]+/g, '_').toLowerCase();
  if (typeof name !== 'string' || !/^[a-z_][a-z0-9_]{0,254}$/.test(name)) {
    throw new Error(`${step.node.path}: step name ${shown(name)} is not usable: give lower-case letters, digits or '_', beginning with a letter, as stepName`);
  }
  return name;
}
