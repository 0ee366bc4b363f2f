import { append, type Relations } from '../../relations';
import { Unknown } from '../../resolve';
import type { Resource } from '../../resource';
import type { Value } from '../../value';
import { any, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { each } from '../policy/statements';

/** What the trails of an app record of objects in S3. */
interface Recorded {
  /** Trails that record every bucket. */
  readonly every: readonly Resource[];
  readonly buckets: ReadonlyMap<Resource, readonly Resource[]>;
  /** What is said where a trail records what cannot be told. */
  readonly doubt?: Verdict;
}

const UNRECORDED = nonCompliant('no trail of this app records its data events');
const TRAILS = ['AWS::CloudTrail::Trail', 'AWS::CloudTrail::EventDataStore'];

/** Whether a trail of the app records who reads and writes the objects of a bucket. */
export function recordedBy(bucket: Resource): Verdict {
  const { every, buckets, doubt } = bucket.relations.once(index);
  const trails = [...every, ...buckets.get(bucket) ?? []];
  if (trails.some((trail) => reaches(trail, bucket))) return COMPLIANT;
  return doubt ?? UNRECORDED;
}

function reaches(trail: Resource, bucket: Resource): boolean {
  const several = trail.at(trail.type === 'AWS::CloudTrail::Trail' ? 'IsMultiRegionTrail' : 'MultiRegionEnabled');
  return trail.region === bucket.region || several.boolean(true, trail.type !== 'AWS::CloudTrail::Trail').answer === COMPLIANT.answer;
}

function index(relations: Relations): Recorded {
  const every: Resource[] = [];
  const buckets = new Map<Resource, Resource[]>();
  let doubt: string | undefined;
  for (const trail of TRAILS.flatMap((type) => relations.ofType(type))) {
    if (['IsLogging', 'IngestionEnabled'].some((name) => trail.at(name).texts.some((flag) => flag.toLowerCase() === 'false'))) continue;
    for (const selected of [...plain(trail), ...advanced(trail)]) {
      if (selected === 'every') every.push(trail);
      else if (selected instanceof Unknown && relations.target(firstOf(selected)) === undefined) doubt ??= selected.reason;
      else for (const bucket of whole(selected, relations)) append(buckets, bucket, trail);
    }
  }
  return { every, buckets, ...(doubt ? { doubt: unknown(`what a trail records is ${doubt}`) } : {}) };
}

type Selected = 'every' | string | Unknown;

function plain(trail: Resource): Selected[] {
  const selectors = trail.at('EventSelectors');
  return [...selectors.unknowns, ...selectors.items.flatMap((selector): Selected[] => {
    const mode = selector.at('ReadWriteType');
    if (mode.texts.some((text) => text !== 'All')) return [];
    return mode.unknowns.length > 0 ? mode.unknowns : selector.at('DataResources').items.filter((resource) => resource.at('Type').texts.includes('AWS::S3::Object'))
      .flatMap((resource) => each(resource.at('Values'))).flatMap(selectedBy);
  })];
}

function advanced(trail: Resource): Selected[] {
  const selectors = trail.at('AdvancedEventSelectors');
  return [...selectors.unknowns, ...selectors.items.flatMap((selector): Selected[] => {
    const fields = selector.at('FieldSelectors').items;
    const field = (name: string) => fields.filter((one) => one.at('Field').texts.includes(name));
    const [arns] = field('resources.ARN');
    const known = new Set(['eventCategory', 'resources.type', 'resources.ARN']);
    // a field more, such as readOnly or eventName, leaves something out
    if (fields.some((one) => !one.at('Field').texts.every((name) => known.has(name)))) return [];
    const unknowns = fields.flatMap((one) => one.at('Field').unknowns);
    if (unknowns.length > 0) return unknowns;
    if (!field('resources.type').some((one) => each(one.at('Equals')).some(({ texts }) => texts.includes('AWS::S3::Object')))) return [];
    return arns ? each(arns.at('StartsWith')).flatMap(selectedBy) : ['every'];
  })];
}

function selectedBy(value: Value): Selected[] {
  return value.alternatives.flatMap((one): Selected[] => {
    if (typeof one === 'string') return [/^arn:[^:]*:s3(?::::)?$/.test(one) ? 'every' : one];
    return one instanceof Unknown ? [/^arn:[^:]*:s3(?::::)?$/.test(one.pattern) ? 'every' : one] : [];
  });
}

// a prefix within the bucket leaves the rest out
function whole(selected: string | Unknown, relations: Relations): readonly Resource[] {
  if (typeof selected === 'string') {
    const [, name] = /^arn:[^:]*:s3:::([^/]+)\/?$/.exec(selected) ?? [];
    return name ? relations.called(name, 'AWS::S3::Bucket', 'BucketName') : [];
  }
  const target = relations.target(firstOf(selected));
  return target?.type === 'AWS::S3::Bucket' && /^(?:arn:[^:]*:s3:::)?\?\/?$/.test(selected.pattern) ? [target] : [];
}

function firstOf(selected: Unknown): Unknown {
  return selected.leaves.find((leaf) => leaf.target !== undefined) ?? selected;
}

/** Of several trails one is enough. */
export function someTrail(trail: Resource, holds: (other: Resource) => Verdict): Verdict {
  const others = trail.relations.ofType('AWS::CloudTrail::Trail').filter((other) => other !== trail && other.scope.account === trail.scope.account);
  return any(holds(trail), ...others.map(holds));
}
