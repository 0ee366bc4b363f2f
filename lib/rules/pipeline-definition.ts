import { parseDeployed } from './deployed-json';
import { Choice, isObject, joinText, Unknown, type Resolved, type ResolvedObject } from './resolve';

/** A step as deployed. */
export interface StepDefinition {
  readonly name: string;
  /** Type in the definition: `Training`, `Processing`, `ClarifyCheck` and so on. */
  readonly type: string;
  /** The request of its job, pipeline variables resolved as far as they can be. */
  readonly arguments: Resolved;
  /** The whole step; of a condition, without its branches. */
  readonly whole: Resolved;
}

/** What a definition holds, or why it cannot be read. */
export interface PipelineReading {
  readonly steps: readonly StepDefinition[];
  readonly unreadable?: string;
}

/**
 * Steps at all depths of a pipeline definition, branches of conditions included.
 *
 * @param body `PipelineDefinitionBody` as resolved: a text, a text with gaps, or an object
 */
export function readPipeline(body: Resolved): PipelineReading {
  const options = body instanceof Choice ? body.options : [body];
  const steps: StepDefinition[] = [];
  for (const option of options) {
    let definition = option;
    if (typeof option === 'string' || option instanceof Unknown) {
      const parsed = parseDeployed(option);
      if ('reason' in parsed) return { steps, unreadable: parsed.reason };
      definition = parsed.value;
    }
    if (definition instanceof Unknown) return { steps, unreadable: definition.reason };
    if (!isObject(definition) || !Array.isArray(definition.Steps)) return { steps, unreadable: 'it holds no list of steps' };
    const defaults = defaultsOf(definition as ResolvedObject);
    const gap = collect(definition.Steps as Resolved[], defaults, steps, 0);
    if (gap) return { steps, unreadable: gap };
  }
  return { steps };
}

function collect(list: readonly Resolved[], defaults: Map<string, Resolved>, steps: StepDefinition[], depth: number): string | undefined {
  let gap: string | undefined;
  for (const item of list) {
    for (const step of item instanceof Choice ? item.options : [item]) {
      if (!isObject(step) || depth > 20) {
        gap ??= step instanceof Unknown ? step.reason : 'a step that is no object';
        continue;
      }
      const type = step.Type;
      const name = typeof step.Name === 'string' ? step.Name : '?';
      if (typeof type !== 'string') {
        gap ??= `step '${name}' has a type that is not known`;
        continue;
      }
      const args = (step.Arguments ?? {}) as Resolved;
      const own = type === 'Condition' && isObject(args) ? { ...step, Arguments: { Conditions: args.Conditions } } : step;
      const whole = variables(own as Resolved, defaults) as ResolvedObject;
      steps.push({ name, type, arguments: whole.Arguments ?? {}, whole });
      if (type !== 'Condition' || !isObject(args)) continue;
      for (const branch of [args.IfSteps, args.ElseSteps]) {
        if (Array.isArray(branch)) gap = collect(branch as Resolved[], defaults, steps, depth + 1) ?? gap;
        else if (branch instanceof Unknown) gap ??= branch.reason;
      }
    }
  }
  return gap;
}

function defaultsOf(definition: ResolvedObject): Map<string, Resolved> {
  const defaults = new Map<string, Resolved>();
  if (!Array.isArray(definition.Parameters)) return defaults;
  for (const parameter of definition.Parameters) {
    if (isObject(parameter) && typeof parameter.Name === 'string' && parameter.DefaultValue !== undefined) {
      defaults.set(parameter.Name, parameter.DefaultValue as Resolved);
    }
  }
  return defaults;
}

// `Get`, `Std:Join` and `Std:JsonGet` are the definition's own intrinsics
function variables(value: Resolved, defaults: Map<string, Resolved>, depth = 0): Resolved {
  if (depth > 150) return new Unknown('opaque', 'nested too deeply');
  if (value instanceof Choice) return new Choice(value.options.map((option) => variables(option, defaults, depth + 1)));
  if (Array.isArray(value)) return value.map((item) => variables(item, defaults, depth + 1));
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 1) {
    const argument = value[keys[0]!] as Resolved;
    if (keys[0] === 'Get') return get(argument, defaults);
    if (keys[0] === 'Std:JsonGet') return new Unknown('step', 'read from what a step wrote');
    if (keys[0] === 'Std:Join' && isObject(argument) && Array.isArray(argument.Values)) {
      const separator = typeof argument.On === 'string' ? argument.On : '';
      return joinText((argument.Values as Resolved[]).map((item) => variables(item, defaults, depth + 1)), separator);
    }
  }
  const object: ResolvedObject = {};
  for (const key of keys) {
    Object.defineProperty(object, key, { value: variables(value[key] as Resolved, defaults, depth + 1), enumerable: true, configurable: true, writable: true });
  }
  return object;
}

function get(argument: Resolved, defaults: Map<string, Resolved>): Resolved {
  if (typeof argument !== 'string') return new Unknown('opaque', 'a variable that is not known');
  if (argument.startsWith('Parameters.')) {
    const name = argument.slice('Parameters.'.length);
    return defaults.has(name) ? defaults.get(name) : new Unknown('parameter', `pipeline parameter ${name}, which has no default`);
  }
  return argument.startsWith('Execution.') ? new Unknown('execution', argument) : new Unknown('step', argument);
}
