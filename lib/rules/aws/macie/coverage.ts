import type { Relations } from '../../relations';
import { parseDeployed, textsOf } from '../../deployed-json';
import { isObject, Unknown, type Resolved } from '../../resolve';
import type { Resource } from '../../resource';
import { Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { each } from '../policy/statements';

/** This library's custom resources for what CloudFormation has no resource for. */
export const SETTINGS = 'Custom::MacieSettings';
export const JOB = 'Custom::MacieClassificationJob';

/** What Macie looks at, as far as this app says. */
interface Coverage {
  /** Whether the app holds anything of Macie at all. */
  readonly isManaged: boolean;
  /** Where automated discovery is on, which samples every bucket of its account and region. */
  readonly automated: readonly Resource[];
  readonly buckets: ReadonlySet<Resource>;
  readonly names: ReadonlySet<string>;
  /** Why what a job looks at cannot be told. */
  readonly doubt?: string;
}

export function coverageOf(relations: Relations): Coverage {
  return relations.once(index);
}

/** Whether Macie looks at one of the buckets of a store, as far as this app says. */
export function covered(buckets: readonly Resource[], relations: Relations): Verdict {
  const { automated, buckets: looked, names, doubt } = coverageOf(relations);
  if (automated.some((settings) => buckets.length === 0 || buckets.some((bucket) => isBeside(settings, bucket)))) return COMPLIANT;
  if (buckets.some((bucket) => looked.has(bucket) || bucket.at('BucketName').texts.some((name) => names.has(name)))) return COMPLIANT;
  if (doubt !== undefined) return unknown(`what a job of Macie looks at is ${doubt}`);
  return buckets.length === 0 ? unknown('its bucket is none of this app') : nonCompliant('no job of Macie looks at it, and automated discovery is not switched on here');
}

// a stack that names no region or account may be anywhere
function isBeside({ scope: a }: Resource, { scope: b }: Resource): boolean {
  return [[a.region, b.region], [a.account, b.account]].every(([one, other]) => one === undefined || other === undefined || one === other);
}

function index(relations: Relations): Coverage {
  const types = ['AWS::Macie::Session', SETTINGS, JOB];
  const settings = relations.ofType(SETTINGS);
  const lists = [...relations.ofType(JOB).map((job) => job.at('Buckets')), ...calls(relations)];
  const items = lists.flatMap(each);
  const doubt = items.flatMap((item) => item.unknowns).find((reference) => relations.target(reference) === undefined);
  return {
    isManaged: types.some((type) => relations.ofType(type).length > 0) || lists.length > 0,
    automated: settings.filter((one) => one.at('AutomatedDiscovery').texts.includes('ENABLED')),
    buckets: new Set(items.flatMap((item) => [...relations.named(item, 'AWS::S3::Bucket', 'BucketName')])),
    names: new Set(items.flatMap((item) => item.texts)),
    ...(doubt ? { doubt: doubt.reason } : {}),
  };
}

// an AwsCustomResource of the CDK holds its call as a text
function calls(relations: Relations): Value[] {
  return relations.ofType('Custom::AWS').flatMap((custom) => custom.at('Create').alternatives.flatMap((create) => textsOf(create as Resolved)).flatMap((text) => {
    const read = parseDeployed(text as string | Unknown);
    if ('reason' in read || !isObject(read.value)) return [];
    const call = Value.of(read.value, custom.at('Create').location);
    if (!call.at('action').texts.some((action) => /^createClassificationJob(?:Command)?$/i.test(action))) return [];
    return call.at('parameters.s3JobDefinition.bucketDefinitions').items.map((definition) => definition.at('buckets'));
  }));
}
