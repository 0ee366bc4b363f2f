import { Control } from '../../../policy/control';
import type { DataFlow } from '../../../policy/flow';
import { append, type Relations } from '../../relations';
import { Unknown, type Resolved } from '../../resolve';
import type { Resource } from '../../resource';
import { rule, STEP } from '../../rule';
import { Value } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';
import { MlData } from '../ml-data';
import { meantBy } from '../named';

export default rule({
  name: 'PipelineInputsMatchDataFlow',
  title: 'Steps read and write the stores that they declared, and no others',
  severity: 'error',
  control: Control.RECORD_OF_PROCESSING,
  resources: [STEP],
  why: 'classification travels along what is declared: a training whose input an override turns to the raw store learns from people, and the flow shows a step that cleans',
  fix: 'give the step its inputs and outputs through its construct (store.input, step.output), not by overriding its definition',
  properties: [
    'InputDataConfig', 'OutputDataConfig', 'ProcessingInputs', 'ProcessingOutputConfig', 'TransformInput', 'TransformOutput', 'TrainingJobDefinition.InputDataConfig',
    'TrainingJobDefinition.OutputDataConfig', 'AutoMLJobInputDataConfig', 'JobConfig.jobDriver',
  ],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'a training that declares the output of a de-identifying step, and whose channel is the place where that step writes',
  bad: 'the same training, whose channel an override turns to the raw store',
  check: (step) => {
    const { relations, path } = step;
    const { flow } = relations;
    const places = relations.once(placesByStep).get(step) ?? [];
    if (!flow?.node(path) || places.length === 0) return NOT_APPLICABLE;
    const written = new Set(relations.once(targetsOf).get(path) ?? []);
    const { stores, steps } = readable(path, flow);
    const given = steps.flatMap((source) => relations.once(targetsOf).get(source) ?? []);
    return places.map(({ id, use, pattern, location }): Verdict => {
      const name = flow.node(id)?.name ?? id;
      const does = use === 'write' ? 'writes to' : use === 'read' ? 'reads' : 'is given';
      if (written.has(id) || (use !== 'write' && stores.has(id))) return COMPLIANT;
      if (use === 'write' || !given.includes(id)) return nonCompliant(`it ${does} '${name}', which it does not declare`, location);
      // steps share a store, each below a prefix of its own
      const outputs = steps.map((source) => outputsOf(source, id, relations));
      if (outputs.some((known) => known.length === 0) || outputs.flat().some((output) => pattern.startsWith(output))) return COMPLIANT;
      return nonCompliant(`it ${does} '${pattern}' in '${name}', which no step that it declares writes`, location);
    });
  },
});

interface Place {
  /** The store. */
  readonly id: string;
  readonly use: 'read' | 'write' | 'either';
  /** The address, `?` for what is not known. */
  readonly pattern: string;
  readonly location: string;
}

const READ = /(?:Input|DataSource|ModelData|Baseline|Dataset|Constraints|Statistics)/i;
const WRITE = /(?:Output|Checkpoint|Destination|Report)/i;

function placesByStep(relations: Relations): ReadonlyMap<Resource, readonly Place[]> {
  return new Map(relations.ofType(STEP).map((step) => [step, placesOf(step)]));
}

// places in stores of the app; what is no store, such as an asset, declares no flow
function placesOf(step: Resource): Place[] {
  const data = MlData.of(step.relations);
  const found: Place[] = [];
  visit(step.properties, '', (text, name, location) => {
    const pattern = text instanceof Unknown ? text.pattern : text;
    if (!/^s3[an]?:\/\//.test(pattern)) return;
    const own = location.slice(step.properties.location.length);
    const use = WRITE.test(own) ? 'write' : READ.test(own) ? 'read' : 'either';
    for (const bucket of meantBy(text, name, step.relations)) {
      const store = bucket.type === 'AWS::S3::Bucket' ? data.storeOf(bucket) : undefined;
      if (store) found.push({ id: store.id, use, pattern, location });
    }
  });
  return found;
}

function visit(value: Value, name: string, see: (text: string | Unknown, name: string, location: string) => void): void {
  for (const alternative of value.alternatives) {
    if (typeof alternative === 'string' || alternative instanceof Unknown) see(alternative, name, value.location);
    else if (Array.isArray(alternative)) alternative.forEach((item, index) => visit(Value.of(item, `${value.location}.${index}`), name, see));
    else if (typeof alternative === 'object' && alternative !== null) {
      for (const [key, item] of Object.entries(alternative)) visit(Value.of(item as Resolved, `${value.location}.${key}`), key, see);
    }
  }
}

/** What a step declares that it reads: stores, and steps by way of what they write. A model is read where the step that made it wrote. */
function readable(path: string, flow: DataFlow): { readonly stores: ReadonlySet<string>; readonly steps: readonly string[] } {
  const stores = new Set<string>();
  const steps = new Set<string>();
  // keys are read too
  const waiting = flow.into(path).map(({ from }) => from);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (stores.has(next) || steps.has(next)) continue;
    const kind = flow.node(next)?.kind;
    (kind === 'store' ? stores : steps).add(next);
    if (kind === 'model') waiting.push(...flow.sourcesOf(next));
  }
  return { stores, steps: [...steps] };
}

// none where the source is no step of the app, or names no place: then the store is all that is known
function outputsOf(source: string, store: string, relations: Relations): string[] {
  const step = relations.once(stepsByPath).get(source);
  const places = (step && relations.once(placesByStep).get(step)) ?? [];
  return places.filter(({ id, use }) => id === store && use !== 'read').map(({ pattern }) => pattern);
}

function stepsByPath(relations: Relations): ReadonlyMap<string, Resource> {
  return new Map(relations.ofType(STEP).map((step) => [step.path, step]));
}

function targetsOf({ flow }: Relations): ReadonlyMap<string, readonly string[]> {
  const targets = new Map<string, string[]>();
  for (const { from, to } of flow?.edges ?? []) if (flow?.node(to)?.kind === 'store') append(targets, from, to);
  return targets;
}
