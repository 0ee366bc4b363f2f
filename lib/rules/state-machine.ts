import { parseDeployed, textsOf } from './deployed-json';
import { Choice, isObject, Unknown, type Resolved, type ResolvedObject } from './resolve';

/** A task of a state machine. */
export interface TaskDefinition {
  readonly state: string;
  /** The SageMaker action that it tasks, such as `createModel`; undefined for other services. */
  readonly action?: string;
  readonly request: Resolved;
  /** Where the request stands in the state: `Parameters`, `Arguments`, or a member of them. */
  readonly place: string;
  /** The whole state. */
  readonly whole: Resolved;
}

/** What a definition holds, or why it cannot be read. */
export interface StateMachineReading {
  readonly tasks: readonly TaskDefinition[];
  readonly unreadable?: string;
}

/** Tasks at all depths of a Step Functions definition, `Parallel` and `Map` included. */
export function readStateMachine(definition: Resolved): StateMachineReading {
  const tasks: TaskDefinition[] = [];
  for (const option of definition instanceof Choice ? definition.options : [definition]) {
    let parsed = option;
    if (typeof option === 'string' || option instanceof Unknown) {
      const reading = parseDeployed(option);
      if ('reason' in reading) return { tasks, unreadable: reading.reason };
      parsed = reading.value;
    }
    if (!isObject(parsed) || !isObject(parsed.States)) return { tasks, unreadable: parsed instanceof Unknown ? parsed.reason : 'it holds no states' };
    collect(parsed as ResolvedObject, tasks, 0);
  }
  return { tasks };
}

function collect(machine: ResolvedObject, tasks: TaskDefinition[], depth: number): void {
  if (depth > 20 || !isObject(machine.States)) return;
  for (const [name, state] of Object.entries(machine.States as ResolvedObject)) {
    if (!isObject(state)) continue;
    if (state.Type === 'Task') tasks.push({ state: name, ...taskOf(state as ResolvedObject), whole: decided(state as ResolvedObject) });
    const inner = [...(Array.isArray(state.Branches) ? state.Branches : []), state.ItemProcessor, state.Iterator];
    for (const machineInside of inner) if (isObject(machineInside)) collect(machineInside as ResolvedObject, tasks, depth + 1);
  }
}

function taskOf(state: ResolvedObject): Pick<TaskDefinition, 'action' | 'request' | 'place'> {
  const [service, action] = calledBy(state.Resource as Resolved);
  const place = state.Parameters === undefined && state.Arguments !== undefined ? 'Arguments' : 'Parameters';
  const request = state[place] === undefined ? new Unknown('opaque', 'made while the state machine runs') : decided(state[place] as Resolved);
  if (service === 'batch' && action === 'submitServiceJob') return { action: 'createTrainingJob', request: servicePayload(request), place: `${place}.ServiceRequestPayload` };
  return { ...(service === 'sagemaker' && action ? { action } : {}), request, place };
}

// arn:aws:states:::aws-sdk:sagemaker:createModel, arn:aws:states:::sagemaker:createTrainingJob.sync; the partition may be a token
function calledBy(resource: Resolved): [service?: string, action?: string] {
  const text = resource instanceof Unknown ? resource.pattern : resource;
  const match = typeof text === 'string' ? /:states:[^:]*:[^:]*:(?:aws-sdk:)?(sagemaker|batch):([A-Za-z0-9]+)/.exec(text) : null;
  return match ? [match[1], match[2]] : [];
}

/**
 * The training that a service job of AWS Batch queues: its request as a text.
 *
 * @see https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitServiceJob.html
 */
export function servicePayload(request: Resolved): Resolved {
  if (request instanceof Choice) return new Choice(request.options.map(servicePayload));
  if (!isObject(request)) return request instanceof Unknown ? request : new Unknown('opaque', 'no request');
  const payload = request.ServiceRequestPayload as Resolved;
  if (isObject(payload)) return payload as ResolvedObject;
  const texts = textsOf(payload).map((text) => parseDeployed(text));
  if (texts.length === 0) return new Unknown('opaque', 'a service job without a request');
  return new Choice(texts.map((read) => ('reason' in read ? new Unknown('opaque', read.reason) : read.value)));
}

// JSONPath (`Name.$`) and JSONata (`{% … %}`) are filled in while the machine runs
function decided(value: Resolved, depth = 0): Resolved {
  if (depth > 150) return new Unknown('opaque', 'nested too deeply');
  if (typeof value === 'string') return /^\s*\{%[\s\S]*%\}\s*$/.test(value) ? new Unknown('opaque', 'decided while the state machine runs') : value;
  if (value instanceof Choice) return new Choice(value.options.map((option) => decided(option, depth + 1)));
  if (Array.isArray(value)) return value.map((item) => decided(item, depth + 1));
  if (!isObject(value)) return value;
  const object: ResolvedObject = {};
  for (const [key, item] of Object.entries(value)) {
    const path = key.endsWith('.$');
    Object.defineProperty(object, path ? key.slice(0, -2) : key, {
      value: path ? new Unknown('opaque', 'decided while the state machine runs') : decided(item as Resolved, depth + 1),
      enumerable: true, configurable: true, writable: true,
    });
  }
  return object;
}
