import { Control } from '../../../policy/control';
import type { DataFlow } from '../../../policy/flow';
import { append, type Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule, STEP } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';
import { placesByStep, type Place } from './places';
import { undeclared } from './undeclared-job';

export default rule({
  name: 'PipelineInputsMatchDataFlow',
  title: 'Steps read and write the stores that they declared, and no others',
  severity: 'error',
  control: Control.RECORD_OF_PROCESSING,
  resources: [STEP],
  why: 'classification travels along what is declared: a training whose input an override turns to the raw store learns from people, and the flow shows a step that cleans. '
    + 'A training that no construct declares, in a pipeline or a state machine that is written by hand, is in no record at all',
  fix: 'give the step its inputs and outputs through its construct (store.input, step.output), not by overriding its definition; make what learns from a store of people with MLPipeline',
  properties: [
    'InputDataConfig', 'OutputDataConfig', 'ProcessingInputs', 'ProcessingOutputConfig', 'TransformInput', 'TransformOutput', 'TrainingJobDefinition.InputDataConfig',
    'TrainingJobDefinition.OutputDataConfig', 'AutoMLJobInputDataConfig', 'JobConfig.jobDriver',
  ],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'a training that declares the output of a de-identifying step, and whose channel is the place where that step writes',
  bad: 'the same training, whose channel an override turns to the raw store, to the output of the step before, or to a file system',
  check: (step) => {
    const { relations, path } = step;
    const { flow } = relations;
    const places = relations.once(placesByStep).get(step) ?? [];
    if (!flow) return NOT_APPLICABLE;
    if (!flow.node(path)) return undeclared(step, places, flow);
    return places.length === 0 ? NOT_APPLICABLE : places.map((place) => (place.store === undefined ? ofOther(place, step, flow) : inStore(place, place.store, step, flow)));
  },
});

function inStore({ use, pattern, location }: Place, store: string, { path, relations }: Resource, flow: DataFlow): Verdict {
  const targets = relations.once(targetsOf);
  const { stores, steps } = relations.once(readableByStep)(path);
  const name = flow.node(store)?.name ?? store;
  const does = DOES[use];
  if (targets.get(path)?.includes(store) || (use !== 'write' && stores.has(store))) return COMPLIANT;
  if (use === 'write' || !steps.some((source) => targets.get(source)?.includes(store))) return nonCompliant(`it ${does} '${name}', which it does not declare`, location);
  // steps share a store, each below a prefix of its own
  const outputs = steps.map((source) => outputsOf(source, store, relations));
  if (outputs.some((known) => known.length === 0) || outputs.flat().some((output) => pattern.startsWith(output))) return COMPLIANT;
  return nonCompliant(`it ${does} '${pattern}' in '${name}', which no step that it declares writes`, location);
}

const DOES = { write: 'writes to', read: 'reads', either: 'is given' } as const;

/** What is in no store that its address tells: what a step gives out, and what is not in S3. */
function ofOther(place: Place, step: Resource, flow: DataFlow): Verdict {
  const { use, elsewhere, pattern, location } = place;
  if (elsewhere !== undefined) return nonCompliant(`it reads ${elsewhere}, which it does not declare`, location);
  const source = place.step!;
  if (source === step.path) return COMPLIANT;
  if (use === 'write') return nonCompliant(`it writes to '${pattern}', where another step does`, location);
  const { stores, steps } = step.relations.once(readableByStep)(step.path);
  if (steps.includes(source)) return COMPLIANT;
  // where an answer lies nobody can tell: it may be in the store that is declared for the input of that name
  if (place.answers) return declaredOf(place, step, flow).some((from) => stores.has(from) || flow.node(from)?.kind === 'external') ? COMPLIANT : notDeclared(place);
  const written = step.relations.once(targetsOf).get(source) ?? [];
  return written.length > 0 && written.every((store) => stores.has(store)) ? COMPLIANT : notDeclared(place);
}

function notDeclared({ use, pattern, location }: Place): Verdict {
  return nonCompliant(`it ${DOES[use]} '${pattern}', and declares nothing of that step`, location);
}

/** Nodes that the flow has for the input in which a place stands. */
function declaredOf({ location }: Place, step: Resource, flow: DataFlow): string[] {
  const [, list, index] = /\.(ProcessingInputs|InputDataConfig)\.(\d+)\./.exec(location) ?? [];
  const item = list === undefined ? undefined : step.at(list).items[Number(index)];
  const names = item ? [...item.at('InputName').texts, ...item.at('ChannelName').texts] : [];
  return flow.into(step.path).filter(({ label }) => names.includes(label ?? '')).map(({ from }) => from);
}

interface Readable {
  readonly stores: ReadonlySet<string>;
  readonly steps: readonly string[];
}

function readableByStep({ flow }: Relations): (path: string) => Readable {
  const known = new Map<string, Readable>();
  return (path) => {
    const found = known.get(path) ?? readable(path, flow!);
    known.set(path, found);
    return found;
  };
}

/** What a step declares that it reads: stores, and steps by way of what they write. A model is read where the step that made it wrote. */
function readable(path: string, flow: DataFlow): Readable {
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
  return places.filter((place) => place.store === store && place.use !== 'read').map(({ pattern }) => pattern);
}

function stepsByPath(relations: Relations): ReadonlyMap<string, Resource> {
  return new Map(relations.ofType(STEP).map((step) => [step.path, step]));
}

function targetsOf({ flow }: Relations): ReadonlyMap<string, readonly string[]> {
  const targets = new Map<string, string[]>();
  for (const { from, to } of flow?.edges ?? []) if (flow?.node(to)?.kind === 'store') append(targets, from, to);
  return targets;
}
