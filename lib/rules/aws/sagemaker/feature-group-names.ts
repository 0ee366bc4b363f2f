import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'SageMakerFeatureGroupNames',
  title: 'Features and columns are none that name a person',
  severity: 'warning',
  control: Control.DE_IDENTIFICATION,
  resources: ['AWS::SageMaker::FeatureGroup', 'AWS::S3Tables::Table'],
  why: 'a model needs no name or e-mail address, and whoever reads features to train one reads them too',
  fix: 'leave the feature out, or store a pseudonym under a name that says so',
  properties: [
    'FeatureDefinitions.FeatureName', 'RecordIdentifierFeatureName', 'IcebergMetadata.IcebergSchema.SchemaFieldList.Name', 'IcebergMetadata.IcebergSchemaV2.SchemaV2FieldList.Name',
  ],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj#art_5', 'https://www.ecfr.gov/current/title-45/section-164.514'],
  good: {
    RecordIdentifierFeatureName: 'patient_pseudonym',
    FeatureDefinitions: [{ FeatureName: 'patient_pseudonym', FeatureType: 'String' }, { FeatureName: 'age_band', FeatureType: 'Integral' }],
  },
  bad: { RecordIdentifierFeatureName: 'email_address', FeatureDefinitions: [{ FeatureName: 'email_address', FeatureType: 'String' }] },
  check: (group) => {
    return namesIn(group).map((name) => name.judge((text) => (
      typeof text === 'string' && namesPerson(text) ? nonCompliant(`'${text}' reads like an identifier of a person`) : COMPLIANT)));
  },
});

function namesIn(group: Resource): Value[] {
  if (group.type === 'AWS::SageMaker::FeatureGroup') return [group.at('RecordIdentifierFeatureName'), ...group.at('FeatureDefinitions').items.map((definition) => definition.at('FeatureName'))];
  return ['IcebergSchema.SchemaFieldList', 'IcebergSchemaV2.SchemaV2FieldList'].flatMap((list) => group.at(`IcebergMetadata.${list}`).items).map((field) => field.at('Name'));
}

// direct identifiers of 45 CFR 164.514(b)(2) as people call columns
const IDENTIFIERS = new RegExp(`_(?:${[
  'ssn', 'social_security(?:_number)?', 'first_name', 'last_name', 'full_name', 'surname', 'e_?mail(?:_address)?', 'phone(?:_number)?', 'mobile_number', 'passport(?:_number)?',
  'iban', 'mrn', 'medical_record_number', 'licen[cs]e_plate', 'street_address', 'home_address', 'date_of_birth', 'dob', 'birth_?date', 'ip_address',
].join('|')})_`);
// what is left of an identifier once it has been replaced
const REPLACED = /_(?:hash(?:ed)?|pseudonym(?:ised|ized)?|token(?:ised|ized)?|masked|band|bucket|count|domain|is|has|days|age)_/;

function namesPerson(feature: string): boolean {
  const words = `_${feature.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[-\s]+/g, '_').toLowerCase()}_`;
  return IDENTIFIERS.test(words) && !REPLACED.test(words);
}
