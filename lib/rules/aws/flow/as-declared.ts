import { readPipeline, type StepDefinition } from '../../pipeline-definition';
import { resolve } from '../../resolve';
import { Choice, isObject, Unknown, type Resolved } from '../../resolved';
import type { Resource } from '../../resource';
import { shown } from '../../value';
import { nonCompliant, unknown, type Verdict } from '../../verdict';
import { stepsByName } from './step-reference';

/** What decides on the result of a step, by its type; its machines, its network and its role are judged by other rules. */
const DECIDING: Readonly<Record<string, readonly string[]>> = {
  Processing: ['Arguments.AppSpecification', 'Arguments.Environment', 'Arguments.ProcessingInputs', 'Arguments.ProcessingOutputConfig.Outputs'],
  EMRServerless: ['Arguments.ApplicationId', 'Arguments.JobConfig.applicationId', 'Arguments.JobConfig.jobDriver', 'Arguments.JobConfig.configurationOverrides'],
  Lambda: ['FunctionArn', 'Arguments'],
};

/**
 * Where a step, or a step that it rests on, is deployed other than its construct declared it: with another image, program, code or environment, or with its inputs
 * and outputs in other places. What props of the construct say is in both.
 */
export function changesOf(step: Resource): Verdict[] {
  const { relations } = step;
  const definition = relations.flow?.node(step.path)?.definition;
  if (!definition) return [];
  const deployed = relations.once(stepsByName).get(step.within!.resource);
  return readPipeline(resolve(definition(), step.scope)).steps.flatMap((declared) => {
    // a step that is not deployed is missing in the pipeline
    const others = declared.name === step.within!.name ? [step] : deployed?.get(declared.name) ?? [];
    return others.flatMap((other) => changed(declared, other));
  });
}

function changed({ name, type, whole: declared }: StepDefinition, step: Resource): Verdict[] {
  const { kind, whole, location } = step.within!;
  if (kind !== type) return [nonCompliant(`step '${name}' is of type ${kind}, and declared as ${type}`, location)];
  const above = location.replace(/\.Arguments$/, '');
  return DECIDING[type]!.flatMap((path) => {
    const keys = path.split('.');
    return compared(below(declared, keys), below(whole, keys), { name: path.replace(/^Arguments\./, ''), location: `${above}.${path}` });
  });
}

interface Spot {
  readonly name: string;
  readonly location: string;
}

function compared(declared: Resolved, deployed: Resolved, spot: Spot): Verdict[] {
  if (deployed instanceof Choice) return deployed.options.flatMap((option) => compared(declared, option, spot));
  if (isSame(declared, deployed)) return [];
  if (deployed instanceof Unknown && mayBe(deployed, declared)) return [unknown(`${spot.name} is ${deployed.reason}, and declared as ${told(declared)}`, spot.location)];
  if (Array.isArray(declared) && Array.isArray(deployed)) return comparedLists(declared, deployed, spot);
  if (isObject(declared) && isObject(deployed)) {
    return [...new Set([...Object.keys(declared), ...Object.keys(deployed)])].flatMap((key) => compared(declared[key] as Resolved, deployed[key] as Resolved, inner(spot, key)));
  }
  if (isNothing(deployed)) return [nonCompliant(`${spot.name} is declared and not deployed`, spot.location)];
  return [nonCompliant(`${spot.name} is ${told(deployed)}, and ${isNothing(declared) ? 'not declared' : `declared as ${told(declared)}`}`, spot.location)];
}

function comparedLists(declared: readonly Resolved[], deployed: readonly Resolved[], spot: Spot): Verdict[] {
  if (!declared.every((item) => nameOf(item) !== undefined)) {
    if (declared.length !== deployed.length) return [nonCompliant(`${spot.name} has ${deployed.length} items, and ${declared.length} are declared`, spot.location)];
    return declared.flatMap((item, index) => compared(item, deployed[index], inner(spot, String(index))));
  }
  // inputs and outputs have names, and no order
  const missing = declared.filter((item) => !deployed.some((other) => nameOf(other) === nameOf(item)));
  const seen = new Set<string | undefined>();
  return [
    ...missing.map((item) => nonCompliant(`${spot.name} lacks '${nameOf(item)}', which is declared`, spot.location)),
    ...deployed.flatMap((item, index) => {
      const name = nameOf(item);
      const twin = seen.has(name) ? undefined : declared.find((other) => nameOf(other) === name);
      seen.add(name);
      const place = { name: `${spot.name} '${name ?? '?'}'`, location: `${spot.location}.${index}` };
      if (twin !== undefined) return compared(twin, item, place);
      return [item instanceof Unknown ? unknown(`an item of ${spot.name} is ${item.reason}`, place.location) : nonCompliant(`${place.name} is not declared`, place.location)];
    }),
  ];
}

function inner({ name, location }: Spot, key: string): Spot {
  return { name: `${name}.${key}`, location: `${location}.${key}` };
}

function nameOf(item: Resolved): string | undefined {
  const name = isObject(item) ? item.InputName ?? item.OutputName : undefined;
  return typeof name === 'string' ? name : undefined;
}

function below(value: Resolved, [key, ...rest]: readonly string[]): Resolved {
  if (key === undefined || value instanceof Unknown) return value;
  if (value instanceof Choice) return new Choice(value.options.map((option) => below(option, [key, ...rest])));
  return isObject(value) ? below(value[key] as Resolved, rest) : undefined;
}

function isNothing(value: Resolved): value is undefined | null {
  return value === undefined || value === null;
}

function isSame(a: Resolved, b: Resolved): boolean {
  if (a instanceof Unknown || b instanceof Unknown) return a instanceof Unknown && b instanceof Unknown && isSameUnknown(a, b);
  if (a instanceof Choice || b instanceof Choice) return a instanceof Choice && b instanceof Choice && areSame(a.options, b.options);
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && areSame(a, b);
  if (isObject(a) && isObject(b)) return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => isSame(a[key] as Resolved, b[key] as Resolved));
  return isNothing(a) || isNothing(b) ? isNothing(a) && isNothing(b) : typeof a !== 'object' && typeof b !== 'object' && String(a) === String(b);
}

function areSame(a: readonly Resolved[], b: readonly Resolved[]): boolean {
  return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
}

function isSameUnknown(a: Unknown, b: Unknown): boolean {
  return a.kind === b.kind && a.reason === b.reason && a.target?.scope === b.target?.scope && areSame(a.parts ?? [], b.parts ?? []);
}

/** Whether what is not known can come to what is declared: nobody says what it is, and what is known of it agrees. */
function mayBe(deployed: Unknown, declared: Resolved): boolean {
  if (!deployed.leaves.some(({ kind }) => kind === 'parameter' || kind === 'opaque')) return false;
  const [first, last] = [deployed.parts?.[0], deployed.parts?.at(-1)];
  const text = declared instanceof Unknown ? declared.pattern : isNothing(declared) || typeof declared === 'object' ? undefined : String(declared);
  if (text === undefined) return !deployed.parts;
  return (typeof first !== 'string' || text.startsWith(first)) && (typeof last !== 'string' || text.endsWith(last));
}

function told(value: Resolved): string {
  return value instanceof Unknown ? value.parts ? `'${value.pattern}'` : value.reason : shown(value);
}
