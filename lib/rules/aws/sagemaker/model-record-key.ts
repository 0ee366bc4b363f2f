import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'SageMakerModelRecordKey',
  title: 'Model packages and model cards are encrypted with a customer-managed key',
  severity: 'warning',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SageMaker::ModelPackage', 'AWS::SageMaker::ModelCard'],
  why: 'they say what a model was trained on, where it lies, how well it does on whom: with the cloud\'s own key nobody can revoke who reads that',
  fix: 'set SecurityConfig.KmsKeyId, and let who registers and who approves use the key',
  properties: ['SecurityConfig.KmsKeyId'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelPackageSecurityConfig.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelCardSecurityConfig.html',
  ],
  good: { ModelPackageGroupName: 'readmission', SecurityConfig: { KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab' } },
  bad: { ModelPackageGroupName: 'readmission' },
  check: (resource) => resource.key('SecurityConfig.KmsKeyId'),
});
