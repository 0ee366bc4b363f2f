import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'SageMakerPartnerAppKey',
  title: 'Partner AI apps encrypt their data with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SageMaker::PartnerApp'],
  why: 'an app of another company keeps prompts, experiments and metrics: the key is what lets you end that',
  fix: 'set KmsKeyId to a key of your own',
  properties: ['KmsKeyId'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePartnerApp.html'],
  good: { Type: 'comet', KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab' },
  bad: { Type: 'comet' },
  check: (app) => app.key('KmsKeyId'),
});
