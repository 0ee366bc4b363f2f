import { parseDeployed } from './deployed-json';
import { foundAt, optionsOf, toldApart, type Found, type Option } from './options';
import { askedOf, calledBy } from './requests';
import { Choice, isObject, Unknown, type Resolved, type ResolvedObject } from './resolved';

/** A task of a state machine. */
export interface TaskDefinition {
  /** Name of its state; where options write it differently, with the option. */
  readonly shownName: string;
  /** The action that it tasks, such as `createModel`; undefined for services that no rule is about. */
  readonly action: string | undefined;
  readonly request: Resolved;
  /** Where the request stands in the state: `Parameters`, `Arguments`, or a member of them. */
  readonly place: string;
  /** The whole state. */
  readonly whole: Resolved;
  /** Why it cannot be told what it calls. */
  readonly unreadable: string | undefined;
}

/** What a definition holds, or why it cannot be read. */
export interface StateMachineReading {
  readonly tasks: readonly TaskDefinition[];
  readonly unreadable?: string;
}

/** Tasks at all depths of a Step Functions definition, `Parallel` and `Map` included, and of every option that its intrinsics leave. */
export function readStateMachine(definition: Resolved): StateMachineReading {
  const reader = new StateMachineReader();
  for (const { value, options } of optionsOf(definition)) reader.readDefinition(value, options);
  const tasks = toldApart(reader.tasks);
  return reader.unreadable === undefined ? { tasks } : { tasks, unreadable: reader.unreadable };
}

type Task = TaskDefinition & Found;

const DEEPEST = 20;

class StateMachineReader {
  public readonly tasks: Task[] = [];
  /** The first place that cannot be read. */
  public unreadable?: string;

  public readDefinition(definition: Resolved, options: readonly Option[]): void {
    if (typeof definition !== 'string' && !(definition instanceof Unknown)) return this.readMachine(definition, 'it', options, 0);
    const reading = parseDeployed(definition);
    return 'reason' in reading ? this.cannotRead(reading.reason) : this.readMachine(reading.value, 'it', options, 0);
  }

  private readMachine(machine: Resolved, owner: string, above: readonly Option[], depth: number): void {
    if (depth > DEEPEST) return this.cannotRead('nested too deeply');
    for (const { value, options } of optionsOf(machine, above)) {
      if (!isObject(value)) {
        if (value !== undefined || depth === 0) this.cannotRead(value instanceof Unknown ? value.reason : `${owner} holds no states`);
        continue;
      }
      for (const { value: states, options: of } of optionsOf(value.States as Resolved, options)) {
        if (!isObject(states)) this.cannotRead(states instanceof Unknown ? states.reason : `${owner} holds no states`);
        else for (const [name, state] of Object.entries(states)) for (const one of optionsOf(state as Resolved, of)) this.readState(name, one.value, one.options, depth);
      }
    }
  }

  private readState(name: string, state: Resolved, above: readonly Option[], depth: number): void {
    if (state === undefined) return;
    if (!isObject(state)) return this.cannotRead(`state '${name}' is ${state instanceof Unknown ? state.reason : 'no object'}`);
    for (const { value: type, options } of optionsOf(state.Type as Resolved, above)) {
      if (typeof type !== 'string') this.cannotRead(`state '${name}' has a type that is not known`);
      if (type === 'Task') this.readTask(name, state as ResolvedObject, options);
    }
    for (const { value: branches, options } of state.Branches === undefined ? [] : optionsOf(state.Branches as Resolved, above)) {
      if (Array.isArray(branches)) for (const branch of branches) this.readMachine(branch, `a branch of state '${name}'`, options, depth + 1);
      else if (branches !== undefined) this.cannotRead(branches instanceof Unknown ? `the branches of state '${name}' are ${branches.reason}` : `state '${name}' holds no list of branches`);
    }
    for (const inner of ['ItemProcessor', 'Iterator']) if (state[inner] !== undefined) this.readMachine(state[inner] as Resolved, `${inner} of state '${name}'`, above, depth + 1);
  }

  private readTask(name: string, state: ResolvedObject, above: readonly Option[]): void {
    const place = state.Parameters === undefined && state.Arguments !== undefined ? 'Arguments' : 'Parameters';
    const request = state[place] === undefined ? new Unknown('opaque', 'made while the state machine runs') : decided(state[place]);
    for (const { value: resource, options } of optionsOf(state.Resource, above)) {
      const { service, action, unreadable } = calledBy(resource);
      const whole = decided(state) as ResolvedObject;
      if (state.Resource instanceof Choice) whole.Resource = resource;
      const asked = askedOf(service, action, request);
      this.tasks.push({
        ...foundAt(name, options), whole,
        action: asked?.action,
        request: asked ? asked.request : request,
        place: asked?.member ? `${place}.${asked.member}` : place,
        unreadable: unreadable && `Resource is ${unreadable}`,
      });
    }
  }

  private cannotRead(reason: string): void {
    this.unreadable ??= reason;
  }
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
