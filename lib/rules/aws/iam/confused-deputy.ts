import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { unlessNarrowed } from '../policy/openness';
import { allowing, each } from '../policy/statements';
import { ofMlRole } from './ml-roles';

export default rule({
  name: 'IamConfusedDeputy',
  title: 'Services assume roles of machine learning for this account only',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::IAM::Role'],
  why: 'a service acts for whoever asks it; without a condition it may be asked by another account to use this role',
  fix: 'add a condition on aws:SourceAccount, aws:SourceArn or aws:SourceOrgID to the trust policy',
  properties: ['AssumeRolePolicyDocument.Statement.Condition'],
  sources: ['Prowler iam_role_cross_service_confused_deputy_prevention', 'https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html'],
  good: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } }] } },
  bad: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }] } },
  check: (role) => ofMlRole(role, () => allowing([role.at('AssumeRolePolicyDocument')]).map(judged)),
});

/** Services that say for whom they act when they assume a role; Lambda, Glue and S3 replication do not, and a condition would lock them out. */
const SAYS_FOR_WHOM = new Set([
  'sagemaker.amazonaws.com', 'bedrock.amazonaws.com', 'bedrock-agentcore.amazonaws.com', 'states.amazonaws.com', 'events.amazonaws.com', 'scheduler.amazonaws.com', 'pipes.amazonaws.com',
  'emr-serverless.amazonaws.com', 'elasticmapreduce.amazonaws.com',
]);
const FOR_WHOM = /^aws:Source(?:Account|Arn|OrgID|OrgPaths)$/i;

function judged(statement: Value): Verdict {
  if (statement.unknowns.length > 0) return unknown(`who may assume the role is ${statement.unknowns[0]!.reason}`, statement.location);
  const services = each(statement.at('Principal.Service')).flatMap(({ texts }) => texts).filter((service) => SAYS_FOR_WHOM.has(service));
  if (services.length === 0) return NOT_APPLICABLE;
  return unlessNarrowed(statement.at('Condition'), (key) => FOR_WHOM.test(key), () => nonCompliant(`${services[0]} may assume the role for any account`, statement.location));
}
