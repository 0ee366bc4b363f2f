import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, nonCompliant, type Verdict } from '../../verdict';

export default rule({
  name: 'LakeFormationDefaultPermissions',
  title: 'New databases and tables are open to nobody by default',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::LakeFormation::DataLakeSettings', 'AWS::Glue::Catalog'],
  why: 'IAM_ALLOWED_PRINCIPALS hands each new table to whoever IAM lets reach the bucket, and no permission of Lake Formation counts',
  fix: 'set CreateDatabaseDefaultPermissions and CreateTableDefaultPermissions to empty lists; left out, they hold IAM_ALLOWED_PRINCIPALS',
  properties: ['CreateDatabaseDefaultPermissions', 'CreateTableDefaultPermissions'],
  sources: ['https://docs.aws.amazon.com/lake-formation/latest/dg/change-settings.html'],
  good: { CreateDatabaseDefaultPermissions: [], CreateTableDefaultPermissions: [] },
  bad: { CreateDatabaseDefaultPermissions: [], CreateTableDefaultPermissions: [{ Permissions: ['ALL'], Principal: { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' } }] },
  check: (settings) => [closed(settings.at('CreateDatabaseDefaultPermissions')), closed(settings.at('CreateTableDefaultPermissions'))],
});

function closed(permissions: Value): Verdict {
  return permissions.judge((list) => {
    if (list === undefined || list === null) return nonCompliant(`${permissions.name} is not set, which is IAM_ALLOWED_PRINCIPALS`);
    return Array.isArray(list) && list.length === 0 ? COMPLIANT : nonCompliant(`${permissions.name} gives permissions`);
  });
}
