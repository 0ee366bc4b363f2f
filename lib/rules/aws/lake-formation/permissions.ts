import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { scalarText } from '../../value';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { each } from '../policy/statements';

export default rule({
  name: 'LakeFormationPermissions',
  title: 'Permissions of Lake Formation name who gets what',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::LakeFormation::PrincipalPermissions', 'AWS::LakeFormation::Permissions'],
  why: 'everybody whom IAM allows is nobody in particular, ALL is every column, and who may hand a permission on decides for you',
  fix: 'name a role, the permissions that it needs, and no PermissionsWithGrantOption',
  properties: ['Principal', 'DataLakePrincipal', 'Permissions', 'PermissionsWithGrantOption'],
  sources: ['https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html'],
  good: { Principal: { DataLakePrincipalIdentifier: 'arn:aws:iam::123456789012:role/train' }, Resource: {}, Permissions: ['SELECT'], PermissionsWithGrantOption: [] },
  bad: { Principal: { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' }, Resource: {}, Permissions: ['ALL'], PermissionsWithGrantOption: [] },
  check: (permissions) => {
    const principal = permissions.at(permissions.type === 'AWS::LakeFormation::Permissions' ? 'DataLakePrincipal' : 'Principal').at('DataLakePrincipalIdentifier');
    const named = permissions.relations.targets(principal).length > 0 ? COMPLIANT : principal.judge((who) => (
      typeof who === 'string' && !/^(?:IAM_ALLOWED_PRINCIPALS|EVERYONE)$|:IAMPrincipals$/.test(who) ? COMPLIANT : nonCompliant(`the principal is ${String(who ?? 'not set')}`)));
    const option = permissions.at('PermissionsWithGrantOption');
    return [
      named,
      ...each(permissions.at('Permissions')).map((permission) => permission.judge((what) => (WHOLE.has(scalarText(what)) ? nonCompliant(`${scalarText(what)} is permitted`) : COMPLIANT))),
      option.judge((list) => (list === undefined || list === null || (Array.isArray(list) && list.length === 0) ? COMPLIANT : nonCompliant('permissions may be handed on'))),
    ];
  },
});

const WHOLE = new Set(['ALL', 'SUPER', 'SUPER_USER']);
