import { Answer, ComplianceProfile, Framework, Jurisdiction, Residency, Retention } from '../../../../lib/policy';
import { viewOf } from '../../../../lib/rules/view';
import { judgementsOf, ruleNamed, template } from '../../support';
import { ruleTable } from '../../table';
import { around, CLOUD_KEY, KEY, OWN, PARAM } from './samples';

const type = 'AWS::SageMaker::FeatureGroup';
const online = (rest: object) => ({ OnlineStoreConfig: { EnableOnlineStore: true, ...rest } });
const offline = (rest: object) => ({ OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://features/', ...rest } } });

ruleTable('SageMakerFeatureGroupKey', {
  type,
  around,
  compliant: [
    { ...online({ SecurityConfig: { KmsKeyId: OWN } }), ...offline({ KmsKeyId: KEY }) }, offline({ KmsKeyId: OWN }),
    { OnlineStoreConfig: { EnableOnlineStore: false }, ...offline({ KmsKeyId: KEY }) },
    online({ StorageType: 'InMemory', SecurityConfig: { KmsKeyId: KEY } }),
  ],
  nonCompliant: [
    online({}), offline({}), { ...online({ SecurityConfig: { KmsKeyId: KEY } }), ...offline({}) }, { ...online({}), ...offline({ KmsKeyId: KEY }) },
    online({ SecurityConfig: { KmsKeyId: 'alias/aws/dynamodb' } }),
    offline({ KmsKeyId: CLOUD_KEY }),
  ],
  unknown: [online({ SecurityConfig: PARAM }), offline({ KmsKeyId: PARAM }), { OnlineStoreConfig: { EnableOnlineStore: PARAM } }, { OfflineStoreConfig: PARAM }],
  notApplicable: [{}, { OnlineStoreConfig: { EnableOnlineStore: false } }],
  override: { path: 'OfflineStoreConfig.S3StorageConfig.KmsKeyId', to: '' },
});
const ttl = (Unit: unknown, Value: unknown) => online({ TtlDuration: { Unit, Value } });
ruleTable('SageMakerFeatureGroupTtl', {
  type,
  compliant: [ttl('Days', 30), ttl('Weeks', '52')],
  nonCompliant: [online({}), ttl('Days', 0), online({ TtlDuration: { Value: 30 } })],
  unknown: [ttl('Days', PARAM), online({ TtlDuration: PARAM }), { OnlineStoreConfig: PARAM }],
  notApplicable: [{}, { OnlineStoreConfig: { EnableOnlineStore: false } }, offline({})],
  override: { path: 'OnlineStoreConfig.TtlDuration.Value', to: 0 },
});

describe('with a retention of data', () => {
  const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.days(90) } });
  test.each([
    [ttl('Days', 90), Answer.COMPLIANT], [ttl('Hours', 24), Answer.COMPLIANT], [ttl('Days', 91), Answer.NON_COMPLIANT], [ttl('Weeks', 13), Answer.NON_COMPLIANT],
    [ttl({ 'Fn::If': ['Cond', 'Days', 'Weeks'] }, 30), Answer.NON_COMPLIANT], [ttl('Fortnights', 1), Answer.NON_COMPLIANT],
  ])('%j is %s', (Properties, answer) => {
    const view = viewOf({ templates: [template({ Group: { Type: type, Properties } })] });
    expect(judgementsOf({ view, rules: [ruleNamed('SageMakerFeatureGroupTtl')], profile, pack: 'RegulatedML' }).map(({ finding }) => finding.answer)).toEqual([answer]);
  });
});

ruleTable('SageMakerFeatureGroupTableFormat', {
  type, compliant: [{ OfflineStoreConfig: { TableFormat: 'Iceberg' } }],
  nonCompliant: [offline({}), { OfflineStoreConfig: { TableFormat: 'Glue' } }, { OfflineStoreConfig: { TableFormat: 'Default' } }],
  unknown: [{ OfflineStoreConfig: { TableFormat: PARAM } }], notApplicable: [{}, online({})], override: { path: 'OfflineStoreConfig.TableFormat', to: 'Glue' },
});
const named = (...names: unknown[]) => ({ RecordIdentifierFeatureName: names[0], FeatureDefinitions: names.map((FeatureName) => ({ FeatureName, FeatureType: 'String' })) });
ruleTable('SageMakerFeatureGroupNames', {
  type,
  compliant: [
    named('patient_pseudonym', 'age_band', 'days_since_admission'), named('email_domain', 'phone_number_hash', 'hashedSsn'),
    named('description', 'telephony_minutes', 'mission', 'business_name'), {},
    named('email_opt_in', 'phone_model', 'passport_country', 'mac_address', 'ip_address_count', 'emailVerified', 'birth_year', 'constructor'),
  ],
  nonCompliant: ['email', 'EmailAddress', 'customer-phone-number', 'SSN', 'patientDateOfBirth', 'last_name', 'home_address', 'ip_address', 'IBAN', 'patient_name', 'name', 'given_name', 'zip', 'postcode', 'address', 'nhs_number', 'user_email', 'contact_e-mail_2', 'tax_id', 'patientCity'].map((name) => named('id', name)),
  unknown: [named(PARAM), { RecordIdentifierFeatureName: 'id', FeatureDefinitions: PARAM }],
  override: { path: 'RecordIdentifierFeatureName', to: 'email' },
});
