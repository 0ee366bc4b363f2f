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
  /** What some trail records of a bucket, and of any, where that is a part. */
  readonly parts: ReadonlyMap<Resource | undefined, string>;
  /** What is said where a trail records what cannot be told. */
  readonly doubt?: Verdict;
}

const UNRECORDED = nonCompliant('no trail of this app records its data events');

/** What is recorded, and which part of it where it is not all. */
interface Selected {
  readonly what: 'every' | string | Unknown;
  readonly part?: string;
}
const TRAILS = ['AWS::CloudTrail::Trail', 'AWS::CloudTrail::EventDataStore'];

/** Whether a trail of the app records who reads and writes the objects of a bucket. */
export function recordedBy(bucket: Resource): Verdict {
  const { every, buckets, parts, doubt } = bucket.relations.once(index);
  const trails = [...every, ...buckets.get(bucket) ?? []];
  if (trails.some((trail) => reaches(trail, bucket))) return COMPLIANT;
  const part = parts.get(bucket) ?? parts.get(undefined);
  return doubt ?? (part === undefined ? UNRECORDED : nonCompliant(`of its data events a trail of this app records only ${part}`));
}

function reaches(trail: Resource, bucket: Resource): boolean {
  const several = trail.at(trail.type === 'AWS::CloudTrail::Trail' ? 'IsMultiRegionTrail' : 'MultiRegionEnabled');
  return trail.region === bucket.region || several.boolean(true, trail.type !== 'AWS::CloudTrail::Trail').answer === COMPLIANT.answer;
}

function index(relations: Relations): Recorded {
  const every: Resource[] = [];
  const buckets = new Map<Resource, Resource[]>();
  const parts = new Map<Resource | undefined, string>();
  let doubt: string | undefined;
  for (const trail of TRAILS.flatMap((type) => relations.ofType(type))) {
    if (trail.at('IsLogging').texts.includes('false') || trail.at('IngestionEnabled').texts.includes('false')) continue;
    for (const { what, part } of [...plain(trail), ...advanced(trail)]) {
      if (what === 'every' && part === undefined) every.push(trail);
      else if (what === 'every') parts.set(undefined, part!);
      else if (what instanceof Unknown && relations.target(firstOf(what)) === undefined) {
        // of whatever bucket, a part is not all
        if (part === undefined) doubt ??= what.reason;
      } else {
        const { found, below } = bucketsIn(what, relations);
        const kept = [part, below === '' ? undefined : `what lies below '${below}'`].filter((one) => one !== undefined).join(' of ');
        for (const bucket of found) if (kept === '') append(buckets, bucket, trail); else parts.set(bucket, kept);
      }
    }
  }
  return { every, buckets, parts, ...(doubt ? { doubt: unknown(`what a trail records is ${doubt}`) } : {}) };
}

function plain(trail: Resource): Selected[] {
  const selectors = trail.at('EventSelectors');
  return [...open(selectors.unknowns), ...selectors.items.flatMap((selector): Selected[] => {
    const mode = selector.at('ReadWriteType');
    if (mode.unknowns.length > 0) return open(mode.unknowns);
    const [part] = mode.texts.filter((text) => text !== 'All').map((text) => (text === 'WriteOnly' ? 'writes' : text === 'ReadOnly' ? 'reads' : `those of ReadWriteType '${text}'`));
    return selector.at('DataResources').items.filter((resource) => resource.at('Type').texts.includes('AWS::S3::Object'))
      .flatMap((resource) => each(resource.at('Values'))).flatMap(selectedBy).map((what) => selected(what, part));
  })];
}

function advanced(trail: Resource): Selected[] {
  const selectors = trail.at('AdvancedEventSelectors');
  return [...open(selectors.unknowns), ...selectors.items.flatMap((selector): Selected[] => {
    const fields = selector.at('FieldSelectors').items;
    const field = (name: string) => fields.filter((one) => one.at('Field').texts.includes(name));
    const [arns] = field('resources.ARN');
    const known = new Set(['eventCategory', 'resources.type', 'resources.ARN']);
    const unknowns = fields.flatMap((one) => one.at('Field').unknowns);
    if (unknowns.length > 0) return open(unknowns);
    if (!field('resources.type').some((one) => each(one.at('Equals')).some(({ texts }) => texts.includes('AWS::S3::Object')))) return [];
    // a field more, such as readOnly or eventName, leaves something out
    const [more] = fields.flatMap((one) => one.at('Field').texts).filter((name) => !known.has(name));
    const part = more === undefined ? undefined : `what its selector by ${more} lets pass`;
    if (!arns) return [selected('every', part)];
    return each(arns.at('StartsWith')).flatMap(selectedBy).map((what) => selected(what, part));
  })];
}

function open(unknowns: readonly Unknown[]): Selected[] {
  return unknowns.map((what) => ({ what }));
}

function selected(what: Selected['what'], part: string | undefined): Selected {
  return part === undefined ? { what } : { what, part };
}

function selectedBy(value: Value): Selected['what'][] {
  return value.alternatives.flatMap((one): Selected['what'][] => {
    if (typeof one === 'string') return [/^arn:[^:]*:s3(?::::)?$/.test(one) ? 'every' : one];
    return one instanceof Unknown ? [/^arn:[^:]*:s3(?::::)?$/.test(one.pattern) ? 'every' : one] : [];
  });
}

// a prefix within the bucket leaves the rest out
function bucketsIn(what: string | Unknown, relations: Relations): { readonly found: readonly Resource[]; readonly below: string } {
  if (typeof what === 'string') {
    const [, name, below = ''] = /^arn:[^:]*:s3:::([^/]+)(?:\/(.*))?$/.exec(what) ?? [];
    return { found: name ? relations.called(name, 'AWS::S3::Bucket', 'BucketName') : [], below };
  }
  const target = relations.target(firstOf(what));
  const [isBucket, below = ''] = /^(?:arn:[^:]*:s3:::)?\?(?:\/(.*))?$/.exec(what.pattern) ?? [];
  return { found: isBucket !== undefined && target?.type === 'AWS::S3::Bucket' ? [target] : [], below };
}

function firstOf(selected: Unknown): Unknown {
  return selected.leaves.find((leaf) => leaf.target !== undefined) ?? selected;
}

/** Of several trails one is enough. */
export function someTrail(trail: Resource, holds: (other: Resource) => Verdict): Verdict {
  const others = trail.relations.ofType('AWS::CloudTrail::Trail').filter((other) => other !== trail && other.scope.account === trail.scope.account);
  return any(holds(trail), ...others.map(holds));
}
