import { Control } from '../../../policy/control';
import { identifierNamed } from '../../../policy/deidentification/identifier-names';
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
  why: 'a model needs no name or e-mail address, and seldom a postal code or a date of birth; whoever reads features to train one reads them too',
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
    return namesIn(group).map((name) => name.judge((text) => {
      const found = typeof text === 'string' ? identifierNamed(text) : undefined;
      if (!found) return COMPLIANT;
      return nonCompliant(found.isNaming ? `'${String(text)}' reads like an identifier of a person` : `'${String(text)}' reads like what finds a person together with other columns`);
    }));
  },
});

function namesIn(group: Resource): Value[] {
  if (group.type === 'AWS::SageMaker::FeatureGroup') return [group.at('RecordIdentifierFeatureName'), ...group.at('FeatureDefinitions').items.map((definition) => definition.at('FeatureName'))];
  return ['IcebergSchema.SchemaFieldList', 'IcebergSchemaV2.SchemaV2FieldList'].flatMap((list) => group.at(`IcebergMetadata.${list}`).items).map((field) => field.at('Name'));
}
