import { Control } from '../../../policy/control';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { ofMlData } from '../ml-data';
import { isNarrowedBy, unlessNarrowed } from '../policy/openness';
import { aboutOf, allowing, each, GAP, textWithGaps, unreadable } from '../policy/statements';

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
  const change = CHANGES.find(aboutOf(statement));
  const doubt = change === undefined ? unreadable(statement) : undefined;
  if (change === undefined && !doubt) return COMPLIANT;
  const found = all(COMPLIANT, ...others(statement, policy, change ?? CHANGES[0]!));
  return found === COMPLIANT ? COMPLIANT : doubt ?? { ...found, location: statement.location };
}

/** Whom a statement lets change the protection who is not of the bucket's account, or may not be. Services are of none. */
function others(statement: Value, policy: Resource, change: string): Verdict[] {
  if (!statement.at('NotPrincipal').isAbsent) return [nonCompliant(`everybody but some (NotPrincipal) may ${change}`)];
  const named = [...each(statement.at('Principal')), ...each(statement.at('Principal.AWS'))].flatMap(({ alternatives }) => alternatives).map((one): Verdict => {
    if (one === '*') return everybody(statement.at('Condition'), policy, change);
    if (typeof one !== 'string' && !(one instanceof Unknown)) return COMPLIANT;
    const account = accountOf(one, policy);
    if (account instanceof Unknown) return unknown(`who may ${change} is ${account.reason}`);
    if (account === undefined || account === policy.scope.account) return COMPLIANT;
    return policy.scope.account === undefined
      ? unknown(`account ${account} may ${change}, and the stack names no account to compare it with`)
      : nonCompliant(`account ${account} may ${change}`);
  });
  return [...named, ...each(statement.at('Principal.CanonicalUser')).map(() => unknown(`a canonical user may ${change}, which tells no account`))];
}

const BY_ACCOUNT = /^(?:aws:PrincipalAccount|aws:PrincipalArn|s3:DataAccessPointAccount)$/i;

function everybody(condition: Value, policy: Resource, change: string): Verdict {
  const own = policy.scope.account;
  const isOwn = (one: Value) => one.alternatives.every((text) => (
    text instanceof Unknown ? accountOf(text, policy) === own : own !== undefined && typeof text === 'string' && (text === own || text.includes(`:${own}:`))));
  if (isNarrowedBy(condition, (key, value) => BY_ACCOUNT.test(key) && each(value).every(isOwn))) return COMPLIANT;
  const any = unlessNarrowed(condition, () => true, () => nonCompliant(`everybody may ${change}`));
  return any === COMPLIANT ? unknown(`whether those whom a condition lets ${change} are of this account cannot be told`) : any;
}

/** Account of a principal; undefined for what has none. The account of a stack that names none is the bucket's own. */
function accountOf(principal: string | Unknown, { relations, scope }: Resource): string | Unknown | undefined {
  if (principal instanceof Unknown) {
    const target = principal.leaves.map((leaf) => relations.target(leaf)).find((found) => found !== undefined);
    if (target) return target.scope.account ?? scope.account;
  }
  const text = textWithGaps(principal);
  const [, account] = /^arn:[^:]*:(?:iam|sts)::([^:]*):/.exec(text) ?? /^(\d{12})$/.exec(text) ?? [];
  if (account !== undefined && !account.includes(GAP)) return /^\d{12}$/.test(account) ? account : undefined;
  if (!(principal instanceof Unknown)) return undefined;
  return principal.leaves.some(({ kind }) => kind === 'execution') ? scope.account : principal;
}
