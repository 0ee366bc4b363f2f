import { Control } from '../../../policy/control';
import { Unknown } from '../../resolve';
import { rule } from '../../rule';
import { scalarText, type Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { unlessNarrowed } from '../policy/openness';
import { allowing, documentsOf, each, isAbout, isEverything, unreadable } from '../policy/statements';
import { ofMlRole, PERMISSIONS } from './ml-roles';

export default rule({
  name: 'IamPassRole',
  title: 'Roles of machine learning, and people beside them, pass named roles to named services',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: PERMISSIONS,
  why: 'whoever may pass any role to any service has the permissions of every role',
  fix: 'name the role in Resource, and the service in a condition on iam:PassedToService',
  properties: ['PolicyDocument.Statement.Condition.iam:PassedToService'],
  sources: ['Checkov CKV_AWS_110', 'Prowler iam_policy_allows_privilege_escalation', 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html'],
  good: {
    AssumeRolePolicyDocument: {},
    Policies: [{ PolicyName: 'pass', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'iam:PassRole', Resource: 'arn:aws:iam::123456789012:role/train', Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } } }] } }],
  },
  bad: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'pass', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' }] } }] },
  check: (resource) => ofMlRole(resource, () => [COMPLIANT, ...allowing(documentsOf(resource)).flatMap(judged)]),
});

function judged(statement: Value): Verdict | Verdict[] {
  if (!isAbout(statement, 'iam:PassRole')) return unreadable(statement) ?? COMPLIANT;
  if (!statement.at('NotResource').isAbsent) return nonCompliant('iam:PassRole is allowed on every role but some (NotResource)', statement.location);
  const roles = each(statement.at('Resource')).flatMap(({ alternatives }) => alternatives);
  if (roles.some((one) => isEverything(one instanceof Unknown ? one : scalarText(one)))) return nonCompliant('iam:PassRole is allowed on every role', statement.location);
  const toAny = () => nonCompliant('iam:PassRole is allowed to services that no condition names', statement.location);
  const open = roles.find((one): one is Unknown => one instanceof Unknown && !one.leaves.some(({ target }) => target) && !/^arn:.*:role\//.test(one.pattern));
  return [
    unlessNarrowed(statement.at('Condition'), (key) => key.toLowerCase() === 'iam:passedtoservice', toAny),
    open ? unknown(`the role of iam:PassRole is ${open.reason}`, statement.location) : COMPLIANT,
  ];
}
