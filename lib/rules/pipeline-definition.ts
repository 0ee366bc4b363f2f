import { parseDeployed } from './deployed-json';
import { foundAt, optionsOf, toldApart, type Found, type Option } from './options';
import type { GivenParameters } from './pipeline-starts';
import { Choice, isObject, joinText, Unknown, type Resolved, type ResolvedObject } from './resolved';

/** A step as deployed. */
export interface StepDefinition {
  /** The name that the definition gives it. */
  readonly name: string;
  /** Its name; where options write it differently, with the option. */
  readonly shownName: string;
  /** Whether it is there whichever options are taken. */
  readonly isAlways: boolean;
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
 * Steps at all depths of a pipeline definition, branches of conditions included, and of every option that its intrinsics leave.
 *
 * @param body `PipelineDefinitionBody` as resolved: a text, a text with gaps, or an object
 * @param given values that a parameter is given beside its default
 */
export function readPipeline(body: Resolved, given: GivenParameters = () => []): PipelineReading {
  const reader = new PipelineReader(given);
  for (const { value, options } of optionsOf(body)) reader.readDefinition(value, options);
  const steps = toldApart(reader.steps);
  return reader.unreadable === undefined ? { steps } : { steps, unreadable: reader.unreadable };
}

type Step = StepDefinition & Found;

const DEEPEST = 20;

class PipelineReader {
  public readonly steps: Step[] = [];
  /** The first place that cannot be read. */
  public unreadable?: string;
  private parameters = new Map<string, Resolved>();

  constructor(private readonly given: GivenParameters) {}

  public readDefinition(body: Resolved, options: readonly Option[]): void {
    let definition = body;
    if (typeof body === 'string' || body instanceof Unknown) {
      const parsed = parseDeployed(body);
      if ('reason' in parsed) return this.cannotRead(parsed.reason);
      definition = parsed.value;
    }
    if (definition instanceof Unknown) return this.cannotRead(definition.reason);
    if (!isObject(definition) || definition.Steps === undefined) return this.cannotRead('it holds no list of steps');
    this.parameters = parametersOf(definition as ResolvedObject, this.given);
    return this.readList(definition.Steps as Resolved, 'it', options, 0);
  }

  private readList(list: Resolved, owner: string, above: readonly Option[], depth: number): void {
    if (depth > DEEPEST) return this.cannotRead('nested too deeply');
    for (const { value, options } of optionsOf(list, above)) {
      if (value === undefined) continue;
      if (value instanceof Unknown) this.cannotRead(value.reason);
      else if (!Array.isArray(value)) this.cannotRead(`${owner} holds no list of steps`);
      else for (const item of value) for (const one of optionsOf(item, options)) this.readStep(one.value, one.options, depth);
    }
  }

  private readStep(step: Resolved, above: readonly Option[], depth: number): void {
    if (step === undefined) return;
    if (!isObject(step)) return this.cannotRead(step instanceof Unknown ? step.reason : 'a step that is no object');
    for (const named of optionsOf(step.Name as Resolved, above)) {
      const name = typeof named.value === 'string' ? named.value : named.value instanceof Unknown ? named.value.pattern : '?';
      for (const { value: type, options } of optionsOf(step.Type as Resolved, named.options)) {
        if (typeof type !== 'string') this.cannotRead(`step '${name}' has a type that is not known`);
        else if (type === 'Condition') this.readCondition(step as ResolvedObject, name, options, depth);
        else this.add(step as ResolvedObject, name, type, options);
      }
    }
  }

  private readCondition(step: ResolvedObject, name: string, above: readonly Option[], depth: number): void {
    const given = optionsOf(step.Arguments === undefined ? undefined : this.instructed(step.Arguments), above);
    const conditions = given.map(({ value }): Resolved => (isObject(value) ? { Conditions: value.Conditions as Resolved } : value));
    this.add({ ...step, Arguments: conditions.length === 1 ? conditions[0] : new Choice(conditions) }, name, 'Condition', above);
    for (const { value, options } of given) {
      if (value === undefined) continue;
      if (!isObject(value)) this.cannotRead(value instanceof Unknown ? `the branches of step '${name}' are ${value.reason}` : `the arguments of step '${name}' are no object`);
      else for (const branch of ['IfSteps', 'ElseSteps']) this.readList(this.instructed(value[branch] as Resolved), `${branch} of step '${name}'`, options, depth + 1);
    }
  }

  private add(step: ResolvedObject, name: string, type: string, options: readonly Option[]): void {
    const whole = variables(step, this.parameters) as ResolvedObject;
    if (step.Name instanceof Choice) whole.Name = name;
    if (step.Type instanceof Choice) whole.Type = type;
    this.steps.push({ ...foundAt(name, options), type, arguments: whole.Arguments ?? {}, whole });
  }

  // the place of a list or of arguments can hold a variable
  private instructed(value: Resolved): Resolved {
    return isObject(value) && Object.keys(value).length === 1 && /^(?:Get|Std:\w+)$/.test(Object.keys(value)[0]!) ? variables(value as ResolvedObject, this.parameters) : value;
  }

  private cannotRead(reason: string): void {
    this.unreadable ??= reason;
  }
}

// whoever starts a pipeline may leave a parameter at its default, and give it what the app gives, or any of the values that the definition lists for it
function parametersOf(definition: ResolvedObject, given: GivenParameters): Map<string, Resolved> {
  const parameters = new Map<string, Resolved>();
  if (!Array.isArray(definition.Parameters)) return parameters;
  for (const parameter of definition.Parameters) {
    if (!isObject(parameter) || typeof parameter.Name !== 'string') continue;
    const { Name: name, DefaultValue: usual, EnumValues: listed } = parameter as ResolvedObject & { Name: string };
    const allowed = allowedOf(name, listed as Resolved);
    const fallback = usual === undefined ? allowed.length > 0 ? [] : [withoutDefault(name)] : [usual as Resolved];
    const values = new Set([...fallback, ...allowed, ...given(name)].flatMap((value) => optionsOf(value)).map(({ value }) => value));
    parameters.set(name, values.size === 1 ? [...values][0] : new Choice([...values]));
  }
  return parameters;
}

function allowedOf(name: string, listed: Resolved): Resolved[] {
  return optionsOf(listed).flatMap(({ value }): readonly Resolved[] => {
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? value : [new Unknown('parameter', `pipeline parameter ${name}, of which it is not known what it allows`)];
  });
}

function withoutDefault(name: string): Unknown {
  return new Unknown('parameter', `pipeline parameter ${name}, which has no default`);
}

// `Get`, `Std:Join` and `Std:JsonGet` are the definition's own intrinsics
function variables(value: Resolved, parameters: Map<string, Resolved>, depth = 0): Resolved {
  if (depth > 150) return new Unknown('opaque', 'nested too deeply');
  if (value instanceof Choice) return new Choice(value.options.map((option) => variables(option, parameters, depth + 1)));
  if (Array.isArray(value)) return value.map((item) => variables(item, parameters, depth + 1));
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 1) {
    const argument = value[keys[0]!] as Resolved;
    if (keys[0] === 'Get') return get(argument, parameters);
    if (keys[0] === 'Std:JsonGet') return new Unknown('step', 'read from what a step wrote');
    if (keys[0] === 'Std:Join') return joined(variables(argument, parameters, depth + 1));
    if (keys[0]!.startsWith('Std:')) return new Unknown('opaque', keys[0]!);
  }
  const object: ResolvedObject = {};
  for (const key of keys) {
    Object.defineProperty(object, key, { value: variables(value[key] as Resolved, parameters, depth + 1), enumerable: true, configurable: true, writable: true });
  }
  return object;
}

function joined(argument: Resolved): Resolved {
  if (argument instanceof Choice) return new Choice(argument.options.map(joined));
  if (!isObject(argument)) return argument instanceof Unknown ? argument : new Unknown('opaque', 'Std:Join');
  const { On: separator = '', Values: values } = argument as ResolvedObject;
  if (values instanceof Choice) return new Choice(values.options.map((option) => joined({ ...argument, Values: option } as ResolvedObject)));
  if (values instanceof Unknown) return values;
  return Array.isArray(values) && typeof separator === 'string' ? joinText(values, separator) : new Unknown('opaque', 'Std:Join');
}

function get(argument: Resolved, parameters: Map<string, Resolved>): Resolved {
  if (typeof argument !== 'string') return new Unknown('opaque', 'a variable that is not known');
  if (argument.startsWith('Parameters.')) {
    const name = argument.slice('Parameters.'.length);
    return parameters.has(name) ? parameters.get(name) : withoutDefault(name);
  }
  return argument.startsWith('Execution.') ? new Unknown('execution', argument) : new Unknown('step', argument);
}
