import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';

export default rule({
  name: 'GlueIntegrationKey',
  title: 'Integrations of Glue, and what a catalog keeps for engines, encrypt with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::Glue::Integration', 'AWS::Glue::IntegrationResourceProperty', 'AWS::Glue::Catalog'],
  why: 'an integration copies whole tables from where they are kept to where they are analysed',
  fix: 'set KmsKeyId to a key of your own; of a target, TargetProcessingProperties.KmsArn; of a catalog that engines reach, CatalogProperties.DataLakeAccessProperties.KmsKey',
  properties: ['KmsKeyId', 'TargetProcessingProperties.KmsArn', 'CatalogProperties.DataLakeAccessProperties.KmsKey'],
  sources: ['https://docs.aws.amazon.com/glue/latest/dg/zero-etl-using.html'],
  good: { IntegrationName: 'x', SourceArn: 'x', TargetArn: 'x', KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' },
  bad: { IntegrationName: 'x', SourceArn: 'x', TargetArn: 'x' },
  check: (resource) => {
    if (resource.type === 'AWS::Glue::Integration') return resource.key('KmsKeyId');
    const [whole, key] = KEYS[resource.type]!;
    const part = resource.at(whole);
    // what has no target, and what no engine reaches, keeps nothing
    if (part.isAbsent || (resource.type === 'AWS::Glue::Catalog' && part.at('DataLakeAccess').boolean(false, false).answer === Answer.COMPLIANT)) return NOT_APPLICABLE;
    return resource.customerKey(part.at(key));
  },
});

/** The part that keeps data, and where its key stands in it. */
const KEYS: Readonly<Record<string, readonly [string, string]>> = {
  'AWS::Glue::Catalog': ['CatalogProperties.DataLakeAccessProperties', 'KmsKey'],
  'AWS::Glue::IntegrationResourceProperty': ['TargetProcessingProperties', 'KmsArn'],
};
