import { Answer } from '../../../policy/finding';
import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { Unknown } from '../../resolved';
import { comparable } from '../../relations';
import type { Resource } from '../../resource';
import type { Alternative } from '../../value';
import { nonCompliant } from '../../verdict';
import { denyPlainHttp, type Covers } from '../policy/plain-http';

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
    const verdict = denyPlainHttp(bucket.ask(policiesOf), ['s3:*'], ['', '/*'].map((part): Covers => (named, policy) => covers(named, part, bucket, policy)));
    if (verdict.answer === Answer.NOT_APPLICABLE) return nonCompliant('the bucket has no policy');
    return verdict.answer === Answer.NON_COMPLIANT ? nonCompliant('no statements of the bucket\'s policy deny plain HTTP to everyone, for the bucket and all of its objects') : verdict;
  },
});

function policiesOf(bucket: Resource): readonly Resource[] {
  return bucket.relations.policiesOf(bucket);
}

// the bucket itself is one part, all of its objects another
function covers(named: Alternative, part: string, bucket: Resource, policy: Resource): boolean | undefined {
  const scope = scopeIn(named, bucket, namesOf(bucket, policy));
  if (scope !== undefined) return scope === '*' || scope === part;
  return named instanceof Unknown && named.leaves.some((leaf) => !bucket.relations.target(leaf)) ? undefined : false;
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
  if (local === '*') return '*';
  return names.filter((name) => local.startsWith(name)).map((name) => local.slice(name.length)).find((rest) => ['', '*', '/*'].includes(rest));
}

const OWN = '\u0000';
