import { shown } from '../../policy/given';
import { isJsonObject, type Json, type JsonObject } from './definition';

/** In which branch of a condition a step stands. */
export interface Branch {
  readonly condition: string;
  readonly side: 'True' | 'False';
}

/** A step, and what it waits for. */
export interface Step {
  readonly name: string;
  readonly type: string;
  /** The request of its job; of a condition, without its branches. */
  readonly arguments: JsonObject;
  /** What stands beside the arguments. */
  readonly fields: JsonObject;
  /** Steps whose properties it uses or that it is told to wait for, and the condition around it. */
  readonly needs: readonly string[];
  readonly branch?: Branch;
}

// as SageMaker takes them; folders are named after them
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,63})$/;
const DEEPEST = 20;

/**
 * The steps of a definition, branches included, each after all that it waits for; otherwise in the order of the definition.
 *
 * @throws an error for steps that wait for each other, or for one that is not there
 */
export function orderSteps(definitions: readonly JsonObject[]): Step[] {
  const steps = collect(definitions);
  const byName = new Map<string, Step>();
  for (const step of steps) {
    if (byName.has(step.name)) throw new Error(`two steps are called '${step.name}': give each a name of its own`);
    byName.set(step.name, step);
  }
  for (const { name, needs } of steps) {
    const missing = needs.find((other) => !byName.has(other));
    if (missing !== undefined) throw new Error(`step '${name}' waits for ${shown(missing)}, which is no step of this pipeline: synthesize again`);
  }
  const ordered: Step[] = [];
  const placed = new Set<string>();
  for (let left = steps; left.length > 0; left = left.filter(({ name }) => !placed.has(name))) {
    const next = left.find(({ needs }) => needs.every((other) => placed.has(other)));
    if (!next) throw new Error(`steps wait for each other: ${circleIn(left, byName).join(' → ')}; take one of these dependencies away`);
    ordered.push(next);
    placed.add(next.name);
  }
  return ordered;
}

function collect(definitions: readonly Json[], branch?: Branch, depth = 0): Step[] {
  if (depth > DEEPEST) throw new Error(`conditions stand within each other deeper than ${DEEPEST} levels: synthesize again`);
  return definitions.flatMap((definition) => {
    if (!isJsonObject(definition)) throw new Error('the definition holds a step that is no object: synthesize again');
    const { Name: name, Type: type, DependsOn: dependsOn, Arguments: given, ...fields } = definition;
    if (typeof name !== 'string' || !NAME.test(name)) throw new Error(`a step is called ${shown(name)}: a name has 1 to 64 letters, digits, '-' or '_'`);
    if (typeof type !== 'string') throw new Error(`step '${name}' has no type: synthesize again`);
    const { IfSteps: ifTrue, ElseSteps: ifFalse, ...own } = isJsonObject(given) ? given : {};
    const told = Array.isArray(dependsOn) ? dependsOn.filter((other): other is string => typeof other === 'string') : [];
    const needs = [...new Set([...(branch ? [branch.condition] : []), ...told, ...used({ ...fields, own })])];
    const isCondition = type === 'Condition';
    const step: Step = { name, type, arguments: own, fields, needs, ...(branch ? { branch } : {}) };
    const inside = (steps: Json, side: Branch['side']) => (isCondition && Array.isArray(steps) ? collect(steps, { condition: name, side }, depth + 1) : []);
    return [step, ...inside(ifTrue, 'True'), ...inside(ifFalse, 'False')];
  });
}

/** Steps that a value speaks of: `{ Get: 'Steps.Train.…' }`. */
function used(value: Json, depth = 0): string[] {
  if (depth > 150) throw new Error('the definition is nested deeper than 150 levels: synthesize again');
  if (Array.isArray(value)) return value.flatMap((item) => used(item, depth + 1));
  if (!isJsonObject(value)) return [];
  const { Get: get } = value;
  const [, name] = typeof get === 'string' ? /^Steps\.([^.[]+)/.exec(get) ?? [] : [];
  return [...(name === undefined ? [] : [name]), ...Object.values(value).flatMap((item) => used(item, depth + 1))];
}

function circleIn(left: readonly Step[], byName: ReadonlyMap<string, Step>): string[] {
  const waiting = new Set(left.map(({ name }) => name));
  const trail: string[] = [];
  let at = left[0]!.name;
  // each of them waits for another of them, so the walk comes back
  while (!trail.includes(at)) {
    trail.push(at);
    at = byName.get(at)!.needs.find((other) => waiting.has(other))!;
  }
  return [...trail.slice(trail.indexOf(at)), at];
}
