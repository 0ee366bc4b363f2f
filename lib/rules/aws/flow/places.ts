import type { Relations } from '../../relations';
import { joinText, Unknown, type Resolved } from '../../resolved';
import type { Resource } from '../../resource';
import { STEP } from '../../rule';
import { Value } from '../../value';
import { MlData } from '../ml-data';
import { meantBy } from '../named';
import { isAddress, isAnswer, referenceIn, stepsByName, valueOf } from './step-reference';

/** A place that a step reads or writes, or is given the address of. */
export interface Place {
  readonly use: 'read' | 'write' | 'either';
  /** The declared store that it lies in. */
  readonly store?: string;
  /** Path of the step that says where it lies, once it has run; `answers` is set where that is what a function gave back. */
  readonly step?: string;
  readonly answers?: boolean;
  /** What it is, where it is none of S3. */
  readonly elsewhere?: string;
  /** The address, `?` for what is not known. */
  readonly pattern: string;
  readonly location: string;
}

/** Places of all steps; what lies in no declared store, such as an asset, declares no flow and is left out. */
export function placesByStep(relations: Relations): ReadonlyMap<Resource, readonly Place[]> {
  return new Map(relations.ofType(STEP).map((step) => [step, placesOf(step)]));
}

const READ = /(?:Input|DataSource|ModelData|Baseline|Dataset|Constraints|Statistics)/i;
const WRITE = /(?:Output|Checkpoint|Destination|Report)/i;
/** Steps that run no job: what they are told they do not read by that. */
const RUN_NOTHING = new Set(['Lambda', 'Callback', 'Condition', 'Fail']);
const TOLD = /^\.(?:Environment|HyperParameters|AppSpecification)\b/;
/** Sources of data that are not in S3, by the name of the property that states them, and what people call them. */
const ELSEWHERE = new Map([
  ['FileSystemDataSource', 'a file system'], ['DatasetSource', 'a data set of a hub'], ['AthenaDatasetDefinition', 'an answer of Athena'], ['RedshiftDatasetDefinition', 'an answer of Redshift'],
]);

function placesOf(step: Resource): Place[] {
  const found: Place[] = [];
  const own = (location: string) => location.slice(step.properties.location.length);
  visit(step.properties, '', (value, name, location) => {
    const place = own(location);
    const use = WRITE.test(place) ? 'write' : READ.test(place) ? 'read' : 'either';
    if (typeof value === 'object' && !(value instanceof Unknown)) {
      found.push({ use: 'read', elsewhere: ELSEWHERE.get(name)!, pattern: '?', location });
      return;
    }
    for (const text of RUN_NOTHING.has(step.within!.kind) || TOLD.test(place) ? [value] : addresses(value, step, use === 'write')) {
      if (text instanceof Given) found.push({ use, step: text.step, answers: text.answers, pattern: text.pattern, location });
      else for (const store of storesOf(text, name, step)) found.push({ use, store, pattern: patternOf(text), location });
    }
  });
  return found;
}

function storesOf(text: string | Unknown, name: string, { relations }: Resource): string[] {
  if (!/^s3[an]?:\/\//.test(patternOf(text))) return [];
  const buckets = meantBy(text, name, relations).filter(({ type }) => type === 'AWS::S3::Bucket');
  return buckets.flatMap((bucket) => MlData.of(relations).storeOf(bucket)?.id ?? []);
}

/** What a step gives out and its request does not say. */
class Given {
  constructor(public readonly step: string, public readonly answers: boolean, public readonly pattern: string) {}
}

// steps may refer to one another in a circle
const DEEPEST = 8;

/** What a value stands for: itself, or where the step that it begins with reads or writes; to write there is to do as that step. */
function addresses(value: string | Unknown, step: Resource, isWritten: boolean, depth = 0): (string | Unknown | Given)[] {
  const reference = value instanceof Unknown ? referenceIn(value) : undefined;
  const targets = reference && step.relations.once(stepsByName).get(step.within!.resource)?.get(reference.step);
  if (!reference || !targets || !isAddress(reference)) return [value];
  return targets.flatMap((target) => {
    const said = isWritten || depth === DEEPEST ? [] : valueOf(target, reference).alternatives.flatMap((one): (string | Unknown | Given)[] => {
      if (typeof one !== 'string' && !(one instanceof Unknown)) return [];
      const whole = joinText([one, ...reference.rest]);
      return typeof whole === 'string' || whole instanceof Unknown ? addresses(whole, target, false, depth + 1) : [];
    });
    return said.length > 0 ? said : [new Given(target.path, isAnswer(reference), `${reference.step}.${reference.path}`)];
  });
}

function patternOf(text: string | Unknown): string {
  return text instanceof Unknown ? text.pattern : text;
}

function visit(value: Value, name: string, see: (value: string | Unknown | object, name: string, location: string) => void): void {
  for (const alternative of value.alternatives) {
    if (typeof alternative === 'string' || alternative instanceof Unknown) see(alternative, name, value.location);
    else if (Array.isArray(alternative)) alternative.forEach((item, index) => visit(Value.of(item, `${value.location}.${index}`), name, see));
    else if (typeof alternative === 'object' && alternative !== null) {
      if (ELSEWHERE.has(name)) see(alternative, name, value.location);
      for (const [key, item] of Object.entries(alternative)) visit(Value.of(item as Resolved, `${value.location}.${key}`), key, see);
    }
  }
}
