import { Answer } from '../../../policy/finding';
import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, nonCompliant, type Verdict } from '../../verdict';

export default rule({
  name: 'S3BucketTls',
  title: 'S3 buckets refuse requests without TLS',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: ['AWS::S3::Bucket'],
  why: 'S3 answers over plain HTTP unless the bucket\'s policy denies it',
  fix: 'add a bucket policy that denies s3:* to everyone when aws:SecureTransport is false (enforceSSL)',
  check: (bucket) => {
    const statements = bucket.relations.policiesOf(bucket).flatMap((policy) => policy.at('PolicyDocument.Statement').items);
    if (statements.some(deniesPlainHttp)) return COMPLIANT;
    const undecided = statements.find((statement) => statement.unknowns.length > 0);
    if (undecided) return undecided.present();
    return nonCompliant(statements.length === 0 ? 'the bucket has no policy' : 'no statement of the bucket\'s policy denies plain HTTP');
  },
});

function deniesPlainHttp(statement: Value): boolean {
  const holds = (verdict: Verdict) => verdict.answer === Answer.COMPLIANT;
  return statement.at('Effect').texts.includes('Deny')
    && holds(statement.at('Condition.Bool.aws:SecureTransport').judge((value) => (
      [value].flat().every((flag) => String(flag).toLowerCase() === 'false') ? COMPLIANT : nonCompliant('')))
    ) && [statement.at('Principal'), statement.at('Principal.AWS')].some((principal) => principal.texts.includes('*') || principal.items.some((item) => item.texts.includes('*')))
    && statement.at('Action').items.concat(statement.at('Action')).some((action) => action.texts.some((text) => text === 's3:*' || text === '*'));
}
