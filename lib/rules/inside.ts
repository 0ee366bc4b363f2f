import { definitionOf, type Reading } from './definition';
import { readPipeline } from './pipeline-definition';
import type { PipelineStarts } from './pipeline-starts';
import { STEP_RESOURCES, targetOf } from './requests';
import { Choice, type Resolved } from './resolved';
import { Resource } from './resource';
import { STEP } from './rule';
import { isCaller, sdkCallsOf } from './sdk-call';
import { readStateMachine } from './state-machine';
import type { TemplateInput } from './view';

/** Type of what holds steps. */
export const PIPELINE = 'AWS::SageMaker::Pipeline';
/** Type of what holds tasks. */
export const MACHINE = 'AWS::StepFunctions::StateMachine';
/** A state machine can make another one, whose definition stands in its own. */
const MOST_MACHINES = 5;

/** Requests that a resource sends when it runs, and what they make in turn. */
export function insideOf(resource: Resource, input: Reading, depth = 0): Resource[] {
  if (resource.type === MACHINE) return tasksOf(resource, input, depth);
  // all others are left unresolved until a rule asks
  if (!isCaller(resource.type)) return [];
  const made = sdkCallsOf(resource.type, allOf(resource)).map(({ shownName: name, ...call }) => requestIn(resource, { ...call, name, whole: call.request }));
  return made.flatMap((request) => withInside(request, input, depth));
}

// a request can make a state machine
function withInside(request: Resource, input: Reading, depth: number): Resource[] {
  return request.type === MACHINE ? [request, ...insideOf(request, input, depth + 1)] : [request];
}

function allOf({ properties: { alternatives } }: Resource): Resolved {
  return alternatives.length === 1 ? alternatives[0] : new Choice(alternatives);
}

interface RequestProps {
  readonly name: string;
  readonly action?: string | undefined;
  readonly request: Resolved;
  readonly location: string;
  readonly whole: Resolved;
  readonly unreadable?: string | undefined;
}

function requestIn(caller: Resource, { name, action, request, location, whole, ...props }: RequestProps): Resource {
  const { type, kind, isChange, unreadable = props.unreadable } = targetOf(action);
  const made = new Resource({
    type,
    logicalId: caller.logicalId, scope: caller.scope, relations: caller.relations, template: caller.template,
    properties: request,
    origin: { path: caller.path, ...(caller.source ? { source: caller.source } : {}) },
    within: { resource: caller, name, kind: kind ?? action ?? 'Task', location, whole, ...(isChange ? { isChange } : {}) },
  });
  if (unreadable) caller.relations.addUnreadable(made, unreadable);
  return made;
}

/** The steps of a pipeline. */
export function stepsOf(pipeline: Resource, { stepPath }: Pick<TemplateInput, 'stepPath'>, input: Reading, starts: PipelineStarts): Resource[] {
  if (pipeline.within?.kind === 'updatePipeline' && pipeline.at('PipelineDefinition').isAbsent && pipeline.at('PipelineDefinitionS3Location').isAbsent) return [];
  const { body, location } = definitionOf(pipeline, 'PipelineDefinition', input);
  const reading = readPipeline(body, starts.givenTo(pipeline));
  if (reading.unreadable) pipeline.relations.addUnreadable(pipeline, reading.unreadable);
  return reading.steps.map((step) => new Resource({
    type: STEP_RESOURCES[step.type] ?? STEP,
    logicalId: pipeline.logicalId, scope: pipeline.scope, relations: pipeline.relations, template: pipeline.template,
    properties: step.arguments,
    origin: stepPath?.(pipeline.path, step.name) ?? { path: pipeline.path, ...(pipeline.source ? { source: pipeline.source } : {}) },
    within: {
      resource: pipeline, name: step.shownName, kind: step.type, location: `${location}.Steps.${step.shownName}.Arguments`, whole: step.whole,
      written: { name: step.name, isAlways: step.isAlways },
    },
  }));
}

function tasksOf(machine: Resource, input: Reading, depth: number): Resource[] {
  if (machine.within?.kind === 'updateStateMachine' && machine.at('DefinitionString').isAbsent) return [];
  const { body, location } = definitionOf(machine, 'Definition', input);
  const reading = depth > MOST_MACHINES ? { tasks: [], unreadable: 'nested too deeply' } : readStateMachine(body);
  if (reading.unreadable) machine.relations.addUnreadable(machine, reading.unreadable);
  return reading.tasks.flatMap(({ shownName: name, action, request, place, whole, unreadable }) => withInside(requestIn(machine, {
    name, action, request, whole, unreadable, location: `${location}.States.${name}.${place}`,
  }), input, depth));
}
