import { Control } from '../../../policy/control';
import { Unknown } from '../../resolve';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { ofMlData } from '../ml-data';
import { actionsOf, admits, allowing, each } from '../policy/statements';

export default rule({
  name: 'S3BucketPolicyAccounts',
  title: 'Other accounts cannot change the protection of ML data',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::S3::BucketPolicy'],
  why: 'an account that may rewrite the policy, the encryption or an ACL can open the bucket to anybody',
  fix: 'give other accounts s3:GetObject and s3:PutObject at most',
  properties: ['PolicyDocument.Statement.Action'],
  sources: ['Security Hub S3.6', 'AWS Config s3-bucket-blacklisted-actions-prohibited'],
  good: { Bucket: 'data', PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::210987654321:root' }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' }] } },
  bad: { Bucket: 'data', PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::210987654321:root' }, Action: 's3:Put*', Resource: 'arn:aws:s3:::data/*' }] } },
  check: (policy) => ofMlData(policy, () => [COMPLIANT, ...allowing([policy.at('PolicyDocument')]).map((statement) => judged(statement, policy))]),
});

/** What Security Hub counts as changing the protection. */
const CHANGES = ['s3:DeleteBucketPolicy', 's3:PutBucketAcl', 's3:PutBucketPolicy', 's3:PutEncryptionConfiguration', 's3:PutObjectAcl'];

function judged(statement: Value, policy: Resource): Verdict {
  if (statement.unknowns.length > 0) return unknown(`a statement of the policy is ${statement.unknowns[0]!.reason}`, statement.location);
  const changes = CHANGES.filter((change) => actionsOf(statement).some((action) => admits(action, change)));
  if (changes.length === 0) return COMPLIANT;
  const strangers = each(statement.at('Principal.AWS')).flatMap(({ alternatives }) => alternatives).map((one) => (
    typeof one === 'string' || one instanceof Unknown ? accountOf(one, policy) : undefined));
  const other = strangers.find((account) => account !== undefined && account !== policy.scope.account);
  if (other === undefined) return COMPLIANT;
  return policy.scope.account === undefined
    ? unknown(`account ${other} may ${changes[0]}, and the stack names no account to compare it with`, statement.location)
    : nonCompliant(`account ${other} may ${changes[0]}`, statement.location);
}

function accountOf(principal: string | Unknown, policy: Resource): string | undefined {
  if (principal instanceof Unknown) {
    const target = principal.leaves.map((leaf) => policy.relations.target(leaf)).find((found) => found !== undefined);
    if (target) return target.scope.account;
  }
  const text = principal instanceof Unknown ? principal.pattern : principal;
  return /^arn:[^:]*:(?:iam|sts)::(\d{12}):/.exec(text)?.[1] ?? /^\d{12}$/.exec(text)?.[0];
}
