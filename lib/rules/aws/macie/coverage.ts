import { append, type Relations } from '../../relations';
import { parseDeployed, textsOf } from '../../deployed-json';
import { isObject, Unknown, type Resolved } from '../../resolved';
import type { Resource } from '../../resource';
import { Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { each } from '../policy/statements';
import { both, ofBucketCalled, ofKeysBelow, shareOf, type Share } from './job-scope';

/** This library's custom resources for what CloudFormation has no resource for. */
export const SETTINGS = 'Custom::MacieSettings';
export const JOB = 'Custom::MacieClassificationJob';

/** Where something of Macie is switched on or made: Macie stands in one account and region. */
interface Place {
  readonly region?: string;
  readonly account?: string;
}

/** What a job looks at. */
interface Job {
  readonly place: Place;
  /** The buckets that it names. */
  readonly buckets: readonly Value[];
  /** What buckets must be like, where it names none. */
  readonly criteria?: Value;
  /** Which of their objects it looks at. */
  readonly scoping: Value;
}

/** Automated discovery, which samples every bucket of its account and region. */
interface Switch {
  readonly place: Place;
  readonly status: Value;
}

/** What Macie looks at, as far as this app says. */
interface Coverage {
  /** Whether the app holds anything of Macie at all. */
  readonly isManaged: boolean;
  readonly automated: readonly Switch[];
  /** Jobs by the buckets that they name. */
  readonly jobs: ReadonlyMap<Resource | string, readonly Job[]>;
  readonly byCriteria: readonly Job[];
  /** Why what a job looks at cannot be told. */
  readonly doubt?: string;
}

export function coverageOf(relations: Relations): Coverage {
  return relations.once(index);
}

/**
 * Whether Macie looks at one of the buckets of a store, as far as this app says.
 *
 * @param prefix of the keys that it has to look at
 */
export function covered(buckets: readonly Resource[], relations: Relations, prefix = ''): Verdict {
  const { automated, jobs, byCriteria, doubt } = coverageOf(relations);
  const beside = ({ place }: { readonly place: Place }) => buckets.length === 0 || buckets.some(({ scope }) => isBeside(place, scope));
  const switches = automated.filter(beside).map(({ status }) => status);
  if (switches.some((status) => status.unknowns.length === 0 && status.texts.includes('ENABLED'))) return COMPLIANT;
  const named = buckets.flatMap((bucket) => [bucket, ...bucket.at('BucketName').texts].flatMap((one) => jobs.get(one) ?? []));
  const shares = [
    ...named.map(({ scoping }) => shareOf(scoping, ofKeysBelow(prefix))),
    ...byCriteria.filter(beside).map(({ criteria, scoping }) => both(shareOfBuckets(criteria!, buckets), shareOf(scoping, ofKeysBelow(prefix)))),
  ];
  if (shares.includes('all')) return COMPLIANT;
  if (shares.includes('some')) return unknown('a job of Macie looks at a part of it at least; whether at all of it cannot be told');
  const [open] = switches.flatMap(({ unknowns }) => unknowns);
  if (open) return unknown(`whether automated discovery is switched on is ${open.reason}`);
  if (doubt !== undefined) return unknown(`what a job of Macie looks at is ${doubt}`);
  if (buckets.length === 0) return unknown('its bucket is none of this app');
  return nonCompliant(`${named.length > 0 ? 'a job of Macie looks at its bucket and leaves it out' : 'no job of Macie looks at it'}, and automated discovery is not switched on here`);
}

function shareOfBuckets(criteria: Value, buckets: readonly Resource[]): Share {
  const names = buckets.map((bucket) => bucket.at('BucketName')).map(({ alternatives: [name], alternatives }) => (alternatives.length === 1 && typeof name === 'string' ? name : undefined));
  const shares = (names.length === 0 ? [undefined] : names).map((name) => shareOf(criteria, ofBucketCalled(name)));
  return shares.includes('all') ? 'all' : both(...shares);
}

// a stack that names no region or account may be anywhere
function isBeside(a: Place, b: Place): boolean {
  return [[a.region, b.region], [a.account, b.account]].every(([one, other]) => one === undefined || other === undefined || one === other);
}

function index(relations: Relations): Coverage {
  const types = ['AWS::Macie::Session', SETTINGS, JOB];
  const calls = callsOf(relations);
  const jobs = [...relations.ofType(JOB).map(ownJob), ...calls.filter(({ action, isUpdate }) => !isUpdate && /^createClassificationJob$/i.test(action)).flatMap(calledJobs)];
  const byBucket = new Map<Resource | string, Job[]>();
  let doubt: Unknown | undefined;
  for (const job of jobs) {
    for (const item of job.buckets) {
      for (const one of [...relations.named(item, 'AWS::S3::Bucket', 'BucketName'), ...item.texts]) append(byBucket, one, job);
      doubt ??= item.unknowns.find((reference) => relations.target(reference) === undefined);
    }
  }
  return {
    isManaged: types.some((type) => relations.ofType(type).length > 0) || calls.length > 0,
    automated: [...relations.ofType(SETTINGS).map((one) => ({ place: one.scope, status: one.at('AutomatedDiscovery') })), ...switches(calls)],
    jobs: byBucket,
    byCriteria: jobs.filter(({ criteria }) => criteria),
    ...(doubt ? { doubt: doubt.reason } : {}),
  };
}

function ownJob(job: Resource): Job {
  const prefixes = job.at('Prefixes');
  const [values] = prefixes.alternatives;
  const scoping = prefixes.isAbsent ? {} : { includes: { and: [{ simpleScopeTerm: { key: 'OBJECT_KEY', comparator: 'STARTS_WITH', values: values! } }] } };
  return { place: job.scope, buckets: each(job.at('Buckets')), scoping: Value.of(scoping, prefixes.location) };
}

function calledJobs({ place, parameters }: Call): Job[] {
  const definition = parameters.at('s3JobDefinition');
  const scoping = definition.at('scoping');
  const criteria = definition.at('bucketCriteria');
  const buckets = definition.at('bucketDefinitions').items.flatMap((one) => each(one.at('buckets')));
  return [{ place, buckets, scoping, ...(criteria.isAbsent ? {} : { criteria }) }];
}

// an update that says otherwise counts as well: it is what is sent the next time
function switches(calls: readonly Call[]): Switch[] {
  const byResource = new Map<Resource, Call[]>();
  for (const call of calls) if (/^updateAutomatedDiscoveryConfiguration$/i.test(call.action)) append(byResource, call.resource, call);
  return [...byResource.values()].map(([first, ...others]) => {
    const states = [first!, ...others].map(({ parameters }) => parameters.at('status'));
    return { place: first!.place, status: states.find(({ unknowns, texts }) => unknowns.length > 0 || !texts.includes('ENABLED')) ?? states[0]! };
  });
}

/** A call of Macie by a custom resource of the CDK. */
interface Call {
  readonly resource: Resource;
  readonly place: Place;
  readonly isUpdate: boolean;
  readonly action: string;
  readonly parameters: Value;
}

// an AwsCustomResource of the CDK holds its calls as texts, and may be called by another name
function callsOf(relations: Relations): Call[] {
  return relations.resources.filter(({ type }) => type.startsWith('Custom::')).flatMap((resource) => ['Create', 'Update'].flatMap((property) => (
    resource.at(property).alternatives.flatMap((given) => textsOf(given as Resolved)).flatMap((text) => {
      const read = parseDeployed(text);
      if ('reason' in read || !isObject(read.value)) return [];
      const call = Value.of(read.value, resource.at(property).location);
      if (!call.at('service').texts.some((service) => /^(?:@aws-sdk\/client-)?macie2$/i.test(service))) return [];
      const [region = resource.scope.region] = call.at('region').texts;
      const place = { ...(region === undefined ? {} : { region }), ...(resource.scope.account === undefined ? {} : { account: resource.scope.account }) };
      return call.at('action').texts.map((action) => ({ resource, place, isUpdate: property === 'Update', action: action.replace(/Command$/, ''), parameters: call.at('parameters') }));
    }))));
}
