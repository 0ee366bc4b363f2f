import { append, type Relations } from '../../relations';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import type { Value } from '../../value';
import { any, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { each } from '../policy/statements';

/** What a trail records of the objects in some buckets. */
interface Selection {
  readonly trail: Resource;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Where ARNs begin that it leaves out. */
  readonly but: readonly (string | Unknown)[];
}

/** What the trails of an app record of objects in S3. */
interface Recorded {
  readonly every: readonly Selection[];
  readonly buckets: ReadonlyMap<Resource, readonly Selection[]>;
  /** What is said where a trail records what cannot be told. */
  readonly doubt?: Verdict;
}

const TRAILS = ['AWS::CloudTrail::Trail', 'AWS::CloudTrail::EventDataStore'];

/** Whether trails of the app record who reads and who writes the objects of a bucket. */
export function recordedBy(bucket: Resource): Verdict {
  const { every, buckets, doubt } = bucket.relations.once(index);
  const selections = [...every, ...buckets.get(bucket) ?? []].filter((one) => reaches(one.trail, bucket) && !leavesOut(one, bucket));
  const reads = selections.some((one) => one.reads);
  const writes = selections.some((one) => one.writes);
  if (reads && writes) return COMPLIANT;
  return doubt ?? (reads ? READ_ONLY : writes ? WRITTEN_ONLY : UNRECORDED);
}

// one of each: answers to what a rule asks of a resource are compared by what they are
const UNRECORDED = nonCompliant('no trail of this app records its data events');
const READ_ONLY = nonCompliant('no trail of this app records who writes its objects');
const WRITTEN_ONLY = nonCompliant('no trail of this app records who reads its objects');

function reaches(trail: Resource, bucket: Resource): boolean {
  const several = trail.at(trail.type === 'AWS::CloudTrail::Trail' ? 'IsMultiRegionTrail' : 'MultiRegionEnabled');
  return trail.region === bucket.region || several.boolean(true, trail.type !== 'AWS::CloudTrail::Trail').answer === COMPLIANT.answer;
}

// of a name that CloudFormation makes up nothing that is written is the beginning
function leavesOut({ but }: Selection, bucket: Resource): boolean {
  const arns = bucket.at('BucketName').texts.map((name) => `${name}/`);
  return but.some((start) => {
    if (start instanceof Unknown) return bucket.relations.target(firstOf(start)) === bucket;
    const named = start.replace(BUCKETS, '');
    return arns.some((arn) => arn.startsWith(named) || named.startsWith(arn));
  });
}

function index(relations: Relations): Recorded {
  const every: Selection[] = [];
  const buckets = new Map<Resource, Selection[]>();
  let doubt: string | undefined;
  for (const trail of TRAILS.flatMap((type) => relations.ofType(type))) {
    if (['IsLogging', 'IngestionEnabled'].some((name) => trail.at(name).texts.some((flag) => flag.toLowerCase() === 'false'))) continue;
    for (const { what, ...selection } of [...plain(trail), ...advanced(trail)]) {
      const unclear = [what, ...selection.but].find((one): one is Unknown => one instanceof Unknown && relations.target(firstOf(one)) === undefined);
      if (unclear) doubt ??= unclear.reason;
      else if (what === 'every') every.push(selection);
      else for (const bucket of whole(what, relations)) append(buckets, bucket, selection);
    }
  }
  return { every, buckets, ...(doubt ? { doubt: unknown(`what a trail records is ${doubt}`) } : {}) };
}

type Selected = Selection & { readonly what: 'every' | string | Unknown };

function plain(trail: Resource): Selected[] {
  const selectors = trail.at('EventSelectors');
  return [...selectors.unknowns.map((what) => unclear(trail, what)), ...selectors.items.flatMap((selector): Selected[] => {
    const mode = selector.at('ReadWriteType');
    if (mode.unknowns.length > 0) return mode.unknowns.map((what) => unclear(trail, what));
    const selection = { trail, reads: mode.texts.every((text) => text !== 'WriteOnly'), writes: mode.texts.every((text) => text !== 'ReadOnly'), but: [] };
    return selector.at('DataResources').items.filter((resource) => resource.at('Type').texts.includes('AWS::S3::Object'))
      .flatMap((resource) => each(resource.at('Values'))).flatMap(selectedBy).map((what) => ({ ...selection, what }));
  })];
}

// fields that leave nothing out, or what is told here
const FIELDS = new Set(['eventCategory', 'resources.type', 'resources.ARN', 'readOnly']);

function advanced(trail: Resource): Selected[] {
  const selectors = trail.at('AdvancedEventSelectors');
  return [...selectors.unknowns.map((what) => unclear(trail, what)), ...selectors.items.flatMap((selector): Selected[] => {
    const fields = selector.at('FieldSelectors').items;
    const field = (name: string) => fields.filter((one) => one.at('Field').texts.includes(name));
    const [arns] = field('resources.ARN');
    if (fields.some((one) => !one.at('Field').texts.every((name) => FIELDS.has(name)))) return [];
    const unknowns = fields.flatMap((one) => one.at('Field').unknowns);
    if (unknowns.length > 0) return unknowns.map((what) => unclear(trail, what));
    if (!field('resources.type').some((one) => each(one.at('Equals')).some(({ texts }) => texts.includes('AWS::S3::Object')))) return [];
    if (arns && ['Equals', 'EndsWith', 'NotEndsWith'].some((part) => !arns.at(part).isAbsent)) return [];
    const only = field('readOnly').flatMap((one) => each(one.at('Equals')));
    const unsaid = only.flatMap((one) => one.unknowns);
    if (unsaid.length > 0) return unsaid.map((what) => unclear(trail, what));
    const says = (flag: string) => only.length === 0 || only.some(({ texts }) => texts.includes(flag));
    const but = arns ? ['NotStartsWith', 'NotEquals'].flatMap((part) => each(arns.at(part))).flatMap(startsOf) : [];
    const starts = arns ? each(arns.at('StartsWith')).flatMap(selectedBy) : [];
    return (arns && !arns.at('StartsWith').isAbsent ? starts : ['every']).map((what) => ({ trail, reads: says('true'), writes: says('false'), but, what }));
  })];
}

function unclear(trail: Resource, what: Unknown): Selected {
  return { trail, reads: true, writes: true, but: [], what };
}

function startsOf(value: Value): (string | Unknown)[] {
  return value.alternatives.filter((one): one is string | Unknown => typeof one === 'string' || one instanceof Unknown);
}

const BUCKETS = /^arn:[^:]*:s3:::/;
const EVERY_BUCKET = /^arn:[^:]*:s3(?::::)?$/;

function selectedBy(value: Value): Selected['what'][] {
  return startsOf(value).map((one) => (EVERY_BUCKET.test(one instanceof Unknown ? one.pattern : one) ? 'every' : one));
}

// a prefix within the bucket leaves the rest out
function whole(selected: string | Unknown, relations: Relations): readonly Resource[] {
  if (typeof selected === 'string') {
    const start = selected.replace(BUCKETS, '');
    if (!BUCKETS.test(selected) || start.slice(0, -1).includes('/')) return [];
    if (start.endsWith('/')) return relations.called(start.slice(0, -1), 'AWS::S3::Bucket', 'BucketName');
    // without a slash it begins the names of several
    return relations.ofType('AWS::S3::Bucket').filter((bucket) => bucket.at('BucketName').texts.some((name) => name.startsWith(start)));
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
