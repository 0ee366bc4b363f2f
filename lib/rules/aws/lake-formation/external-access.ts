import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'LakeFormationExternalAccess',
  title: 'Lake Formation gives no engine from outside access to whole tables',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::LakeFormation::DataLakeSettings', 'AWS::Glue::Catalog'],
  why: 'an engine with full table access reads past row and column filters: what was masked is there in clear',
  fix: 'leave AllowExternalDataFiltering and AllowFullTableExternalDataAccess out',
  properties: ['AllowExternalDataFiltering', 'AllowFullTableExternalDataAccess'],
  sources: ['https://docs.aws.amazon.com/lake-formation/latest/dg/full-table-credential-vending.html'],
  good: { AllowFullTableExternalDataAccess: false },
  bad: { AllowFullTableExternalDataAccess: true },
  check: (settings) => ['AllowExternalDataFiltering', 'AllowFullTableExternalDataAccess'].map((flag) => settings.at(flag).boolean(false)),
});
