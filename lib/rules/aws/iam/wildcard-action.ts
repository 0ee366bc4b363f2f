import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { each } from '../policy/statements';
import { ofMlStatements, PERMISSIONS } from './ml-roles';

export default rule({
  name: 'IamWildcardAction',
  title: 'Roles of machine learning, and people beside them, are allowed actions, not whole services',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: PERMISSIONS,
  why: 's3:* deletes the bucket and rewrites its policy, sagemaker:* starts a job in any network: nothing that trains needs that',
  fix: 'name the actions; a wildcard after a verb, such as s3:GetObject*, is as wide as it may be',
  properties: ['PolicyDocument.Statement.Action', 'PolicyDocument.Statement.NotAction'],
  sources: ['Security Hub IAM.1', 'Security Hub IAM.21', 'AWS Config iam-policy-no-statements-with-full-access', 'AWS Config iam-policy-no-statements-with-admin-access', 'cdk-nag IAMPolicyNoStatementsWithAdminAccess', 'cdk-nag IAMPolicyNoStatementsWithFullAccess', 'Checkov CKV_AWS_63'],
  good: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'read', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: ['s3:GetObject*'], Resource: 'arn:aws:s3:::admissions/*' }] } }] },
  bad: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'all', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::admissions/*' }] } }] },
  check: (resource) => ofMlStatements(resource, judged),
});

function judged(statement: Value): Verdict | Verdict[] {
  if (statement.unknowns.length > 0) return unknown(`a statement is ${statement.unknowns[0]!.reason}`, statement.location);
  if (!statement.at('NotAction').isAbsent) return nonCompliant('a statement allows every action but some (NotAction)', statement.location);
  return each(statement.at('Action')).map((action) => action.judge((text) => (
    typeof text === 'string' && /^(?:[\w*?-]+:)?[*?]+$/.test(text) ? nonCompliant(`a statement allows '${text}'`) : COMPLIANT)));
}
