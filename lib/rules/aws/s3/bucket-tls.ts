import { Answer } from '../../../policy/finding';
import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { Unknown } from '../../resolve';
import { comparable } from '../../relations';
import type { Resource } from '../../resource';
import type { Alternative, Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { deniesPlainHttp } from '../policy/plain-http';
import { documentAt } from '../policy/statements';

export default rule({
  name: 'S3BucketTls',
  title: 'S3 buckets refuse requests without TLS',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: ['AWS::S3::Bucket'],
  why: 'S3 answers over plain HTTP unless the bucket\'s policy denies it',
  fix: 'add a bucket policy that denies s3:* to everyone when aws:SecureTransport is false (enforceSSL)',
  properties: ['BucketPolicy'],
  sources: ['Security Hub S3.5', 'AWS Config s3-bucket-ssl-requests-only', 'cdk-nag S3BucketSSLRequestsOnly', 'Prowler s3_bucket_secure_transport_policy'],
  good: 'a policy of the bucket denies s3:* to * on the bucket and on its objects, under Bool aws:SecureTransport false',
  bad: 'a bucket without a policy, or one whose denial leaves out the objects',
  check: (bucket) => {
    const policies = bucket.ask(policiesOf);
    const statements = policies.flatMap((policy) => documentAt(policy.at('PolicyDocument')).at('Statement').items.map((statement) => ({ statement, policy })));
    const verdicts = statements.map(({ statement, policy }) => deniesPlainHttp(statement, ['s3:*'], (resource) => coversBucket(resource, bucket, policy)));
    if (verdicts.some(({ answer }) => answer === Answer.COMPLIANT)) return COMPLIANT;
    const undecided = verdicts.find(({ answer }) => answer === Answer.UNKNOWN);
    return undecided ?? nonCompliant(statements.length === 0 ? 'the bucket has no policy' : 'no statement of the bucket\'s policy denies plain HTTP to everyone, for the bucket and all of its objects');
  },
});

function policiesOf(bucket: Resource): readonly Resource[] {
  return bucket.relations.policiesOf(bucket);
}

function coversBucket(resource: Value, bucket: Resource, policy: Resource): Verdict {
  const listed = [...resource.items, ...(resource.texts.length > 0 || resource.unknowns.length > 0 ? [resource] : [])].flatMap(({ alternatives }) => alternatives);
  const names = namesOf(bucket, policy);
  const named = listed.map((one) => scopeIn(one, bucket, names));
  const whole = named.includes('*');
  if ((whole || named.includes('')) && (whole || named.includes('/*'))) return COMPLIANT;
  const open = listed.find((one, index): one is Unknown => one instanceof Unknown && named[index] === undefined && one.leaves.some((leaf) => !bucket.relations.target(leaf)));
  return open ? unknown(`Resource is ${open.reason}`, resource.location) : nonCompliant('');
}

// a parameter is another one in another template
function namesOf(bucket: Resource, policy: Resource): string[] {
  const name = bucket.at('BucketName');
  return [OWN, ...name.texts, ...policy.scope === bucket.scope ? name.unknowns.map((one) => comparable([one])).filter((text) => text !== undefined) : []];
}

// what follows the bucket's ARN: '' for the bucket, `/*` for its objects; undefined for anything else
function scopeIn(value: Alternative, bucket: Resource, names: readonly string[]): string | undefined {
  if (value === '*') return '*';
  const parts = value instanceof Unknown ? value.parts ?? [value] : [value];
  const text = parts.map((part) => (!(part instanceof Unknown) ? String(part) : bucket.relations.target(part) === bucket ? OWN : comparable([part]) ?? '?')).join('');
  const local = text.replace(/^arn:[^:]*:s3:::/, '');
  return names.filter((name) => local.startsWith(name)).map((name) => local.slice(name.length)).find((rest) => ['', '*', '/*'].includes(rest));
}

const OWN = '\u0000';
