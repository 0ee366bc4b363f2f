import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'GlueIntegrationKey',
  title: 'Integrations of Glue encrypt what they carry with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::Glue::Integration'],
  why: 'an integration copies whole tables from where they are kept to where they are analysed',
  fix: 'set KmsKeyId to a key of your own',
  properties: ['KmsKeyId'],
  sources: ['https://docs.aws.amazon.com/glue/latest/dg/zero-etl-using.html'],
  good: { IntegrationName: 'x', SourceArn: 'x', TargetArn: 'x', KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' },
  bad: { IntegrationName: 'x', SourceArn: 'x', TargetArn: 'x' },
  check: (integration) => integration.key('KmsKeyId'),
});
