import { Control } from '../../../policy/control';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { scalarText, type Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { meantBy } from '../named';
import { canMean } from '../policy/arn';
import { unlessNarrowed } from '../policy/openness';
import { allowing, each, isAbout, isEverything, textWithGaps, unreadable } from '../policy/statements';
import { ofMlStatements, PERMISSIONS } from './ml-roles';

export default rule({
  name: 'IamPassRole',
  title: 'Roles of machine learning, and people beside them, pass named roles to named services',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: PERMISSIONS,
  why: 'whoever may pass any role to any service has the permissions of every role',
  fix: 'name the role in Resource, and the service in a condition on iam:PassedToService, or pass a role of the app that trusts one service only',
  properties: ['PolicyDocument.Statement.Condition.iam:PassedToService'],
  sources: ['Checkov CKV_AWS_110', 'Prowler iam_policy_allows_privilege_escalation', 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html'],
  good: {
    AssumeRolePolicyDocument: {},
    Policies: [{ PolicyName: 'pass', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'iam:PassRole', Resource: 'arn:aws:iam::123456789012:role/train', Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } } }] } }],
  },
  bad: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'pass', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' }] } }] },
  check: (resource) => ofMlStatements(resource, (statement) => judged(statement, resource)),
});

function judged(statement: Value, resource: Resource): Verdict | Verdict[] {
  if (!isAbout(statement, 'iam:PassRole')) return unreadable(statement) ?? COMPLIANT;
  if (!statement.at('NotResource').isAbsent) return nonCompliant('iam:PassRole is allowed on every role but some (NotResource)', statement.location);
  const places = each(statement.at('Resource')).flatMap(({ alternatives }) => alternatives).map((one) => (one instanceof Unknown ? one : scalarText(one)));
  const roles = places.filter((one) => canMean('iam:PassRole', one));
  if (places.length > 0 && roles.length === 0) return COMPLIANT;
  if (roles.some(isEverything)) return nonCompliant('iam:PassRole is allowed on every role', statement.location);
  const toAny = () => (roles.length > 0 && roles.every((role) => isForOneService(role, resource)) ? COMPLIANT : nonCompliant('iam:PassRole is allowed to services that no condition names', statement.location));
  const open = roles.find((one): one is Unknown => one instanceof Unknown && !one.leaves.some(({ target }) => target) && !/^arn:.*:role\//.test(one.pattern));
  return [
    unlessNarrowed(statement.at('Condition'), (key) => key.toLowerCase() === 'iam:passedtoservice', toAny),
    open ? unknown(`the role of iam:PassRole is ${open.reason}`, statement.location) : COMPLIANT,
  ];
}

// a role can be passed to whom it trusts, and to nobody else
function isForOneService(role: string | Unknown, { relations }: Resource): boolean {
  // what goes on after the name of a role is the name of another one
  const last = role instanceof Unknown && role.parts?.some((part) => part instanceof Unknown && part.target) ? role.parts.at(-1) : undefined;
  if (/[*?]/.test(textWithGaps(role)) || typeof last === 'string') return false;
  const meant = meantBy(role, 'Resource', relations).filter(({ type }) => type === 'AWS::IAM::Role');
  return meant.length > 0 && meant.every((one) => {
    const statements = allowing([one.at('AssumeRolePolicyDocument')]);
    const services = statements.flatMap((statement) => each(statement.at('Principal.Service')));
    return new Set(services.flatMap(({ texts }) => texts)).size === 1
      && [...statements, ...statements.map((statement) => statement.at('Principal')), ...services].every(({ unknowns }) => unknowns.length === 0)
      && statements.every((statement) => statement.at('NotPrincipal').isAbsent && !statement.at('Principal').texts.includes('*'));
  });
}
