import { App, CfnResource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Classification } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { readApp } from '../../../lib/rules/aws/tree';
import { judgementsOf, PROFILE, ruleNamed, stackIn } from '../support';
import { ruleTable } from '../table';
import { PARAM } from './around';

ruleTable('LakeFormationExternalAccess', {
  type: 'AWS::LakeFormation::DataLakeSettings',
  compliant: [{ AllowExternalDataFiltering: false, AllowFullTableExternalDataAccess: false }, {}],
  nonCompliant: [{ AllowExternalDataFiltering: true }, { AllowFullTableExternalDataAccess: true }],
  unknown: [{ AllowFullTableExternalDataAccess: PARAM }],
  override: { path: 'AllowFullTableExternalDataAccess', to: true },
});
ruleTable('LakeFormationExternalAccess', { type: 'AWS::Glue::Catalog', compliant: [{}, { AllowFullTableExternalDataAccess: 'False' }], nonCompliant: [{ AllowFullTableExternalDataAccess: 'True' }], unknown: [{ AllowFullTableExternalDataAccess: PARAM }] });
const closed = { CreateDatabaseDefaultPermissions: [], CreateTableDefaultPermissions: [] };
const OPEN = [{ Permissions: ['ALL'], Principal: { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' } }];
ruleTable('LakeFormationDefaultPermissions', {
  type: 'AWS::LakeFormation::DataLakeSettings',
  compliant: [closed],
  nonCompliant: [{}, { ...closed, CreateTableDefaultPermissions: OPEN }, { CreateDatabaseDefaultPermissions: [] }],
  unknown: [{ ...closed, CreateTableDefaultPermissions: PARAM }],
  override: { path: 'CreateTableDefaultPermissions', to: OPEN },
});
ruleTable('LakeFormationHybridAccess', {
  type: 'AWS::LakeFormation::Resource',
  compliant: [{ HybridAccessEnabled: false }, {}],
  nonCompliant: [{ HybridAccessEnabled: true }],
  unknown: [{ HybridAccessEnabled: PARAM }],
  override: { path: 'HybridAccessEnabled', to: true },
});
const granted = (principal: unknown, permissions: unknown = ['SELECT'], option: unknown = []) => ({ Principal: { DataLakePrincipalIdentifier: principal }, Permissions: permissions, PermissionsWithGrantOption: option });
const ROLE = 'arn:aws:iam::123456789012:role/train';
ruleTable('LakeFormationPermissions', {
  type: 'AWS::LakeFormation::PrincipalPermissions',
  around: { Role: { Type: 'AWS::IAM::Role', Properties: {} } },
  compliant: [granted(ROLE), granted({ 'Fn::GetAtt': ['Role', 'Arn'] })],
  nonCompliant: [granted('IAM_ALLOWED_PRINCIPALS'), granted('EVERYONE'), granted('123456789012:IAMPrincipals'), granted(ROLE, ['ALL']), granted(ROLE, ['SELECT', 'SUPER_USER']), granted(ROLE, ['SELECT'], ['SELECT']), {}],
  unknown: [granted(PARAM), granted(ROLE, [PARAM]), granted(ROLE, ['SELECT'], PARAM)],
  override: { path: 'Permissions', to: ['ALL'] },
});
ruleTable('LakeFormationPermissions', {
  type: 'AWS::LakeFormation::Permissions',
  compliant: [{ DataLakePrincipal: { DataLakePrincipalIdentifier: ROLE }, Permissions: ['SELECT'] }],
  nonCompliant: [{ DataLakePrincipal: { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' } }],
  unknown: [{ DataLakePrincipal: PARAM }],
});
const ALL_ROWS = { RowFilter: { AllRowsWildcard: {} } };
ruleTable('LakeFormationCellsFilter', {
  type: 'AWS::LakeFormation::DataCellsFilter',
  compliant: [{ ColumnNames: ['age'], ...ALL_ROWS }, { ColumnWildcard: { ExcludedColumnNames: ['name'] }, ...ALL_ROWS }, { ColumnWildcard: {}, RowFilter: { FilterExpression: 'consent = true' } },
    ...["country = 'DE' or site in (1, 2)", "(a = 1 OR b = 'x or 1=1') AND c = 3", 'not withdrawn', '1=1 and age > 17'].map((FilterExpression) => ({ ColumnWildcard: {}, RowFilter: { FilterExpression } }))],
  nonCompliant: [{ ColumnWildcard: {}, ...ALL_ROWS }, {}, { ColumnWildcard: {}, RowFilter: { FilterExpression: 'TRUE' } },
    ...['', '1=1', '(1 = 1)', "'a' = 'a'", 'age = age', 'age > 17 OR 1=1', 'not false'].map((FilterExpression) => ({ ColumnWildcard: {}, RowFilter: { FilterExpression } }))],
  unknown: [{ ColumnWildcard: PARAM, ...ALL_ROWS }, { ColumnWildcard: {}, RowFilter: { FilterExpression: PARAM } }],
  override: { path: 'ColumnNames', to: [] },
});

describe('LakeFormationRegistered', () => {
  function found(registered: unknown, classification = Classification.PHI): [string, string | undefined][] {
    const app = new App();
    const stack = stackIn(app);
    const bucket = new CfnResource(new Construct(stack, 'Raw'), 'Resource', { type: 'AWS::S3::Bucket', properties: { BucketName: 'admissions' } });
    bucket.overrideLogicalId('Raw');
    DataFlow.of(app).add({ id: 'Test/Raw', kind: 'store', name: 'Raw', detail: 'raw', classification });
    new CfnResource(stack, 'Settings', { type: 'AWS::LakeFormation::DataLakeSettings' });
    if (registered) new CfnResource(stack, 'Location', { type: 'AWS::LakeFormation::Resource', properties: { ResourceArn: registered } });
    return judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed('LakeFormationRegistered')], profile: PROFILE, pack: 'R' }).map(({ finding }) => [finding.answer, finding.detail]);
  }
  test('a raw store that is registered, by reference or by name, is compliant', () => {
    expect(found({ 'Fn::GetAtt': ['Raw', 'Arn'] })).toEqual([['compliant', undefined]]);
    expect(found('arn:aws:s3:::admissions')).toEqual([['compliant', undefined]]);
  });
  test('a raw store that is not registered is a finding', () => {
    expect(found(undefined)).toEqual([['non-compliant', "'Test/Raw/Resource' is not registered"]]);
    expect(found('arn:aws:s3:::another')).toEqual([['non-compliant', "'Test/Raw/Resource' is not registered"]]);
  });
  test('a store without personal data need not be', () => {
    expect(found(undefined, Classification.INTERNAL)).toEqual([['compliant', undefined]]);
  });
});
