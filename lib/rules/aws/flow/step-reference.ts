import { append, type Relations } from '../../relations';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { STEP } from '../../rule';
import { Value } from '../../value';

/** `Get: Steps.<name>.<path>`, and what is joined to it. */
export interface StepReference {
  readonly step: string;
  readonly path: string;
  readonly rest: readonly (string | Unknown)[];
}

const REFERENCE = /^Steps\.([^.[]+)\.?(.+)$/;

/** The step that a value begins with; undefined where it begins with something else. */
export function referenceIn(value: Unknown): StepReference | undefined {
  const [first, ...rest] = value.parts ?? [value];
  const [, step, path] = first instanceof Unknown && first.kind === 'step' ? REFERENCE.exec(first.reason) ?? [] : [];
  return step === undefined || path === undefined ? undefined : { step, path, rest };
}

/** Whether a property of a finished step is, or can be, an address of data, and no name or number. */
export function isAddress(reference: StepReference): boolean {
  return isAnswer(reference) || /(?:^|[.\]])(?:S3\w*|\w*Ur[il]|\w*Constraints|\w*Statistics)$/.test(reference.path);
}

/** Whether it is what a function or a queue answered. */
export function isAnswer({ path }: StepReference): boolean {
  return path.startsWith('OutputParameters');
}

/** What the request of a step says of a property of it: a description of a job holds its request under the same names. */
export function valueOf(step: Resource, { path }: StepReference): Value {
  let value = step.properties;
  for (const [, name, quoted = name, index] of path.matchAll(/([^.[\]]+)|\['([^']*)'\]|\[(\d+)\]/g)) {
    const found = index !== undefined ? value.items[Number(index)] : value.alternatives.some(Array.isArray) ? namedIn(value, quoted!) : value.at(quoted!);
    value = found ?? new Value([], value.location);
  }
  return value;
}

// items of lists are told by the name that they give themselves
function namedIn(list: Value, name: string): Value {
  const named = list.items.filter((item) => NAMES.some((key) => item.at(key).texts.includes(name)));
  return new Value(named.flatMap(({ alternatives }) => alternatives), list.location);
}

const NAMES = ['InputName', 'OutputName', 'ChannelName'];

/** Steps of each pipeline by their names: several, where a condition of the template chooses between definitions. */
export function stepsByName(relations: Relations): ReadonlyMap<Resource, ReadonlyMap<string, readonly Resource[]>> {
  const found = new Map<Resource, Map<string, Resource[]>>();
  for (const step of relations.ofType(STEP)) {
    const { resource, name } = step.within!;
    const steps = found.get(resource) ?? new Map<string, Resource[]>();
    found.set(resource, steps);
    append(steps, name, step);
  }
  return found;
}
