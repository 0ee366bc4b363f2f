import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all, COMPLIANT, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'EcrRepositoryKey',
  title: 'Repositories of ML images encrypt with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::ECR::Repository', 'AWS::ECR::RepositoryCreationTemplate'],
  why: 'an image can carry a model, and with it what the model was trained on',
  fix: 'set EncryptionConfiguration to KMS with KmsKey, a key of your own; it cannot be changed later',
  properties: ['EncryptionConfiguration'],
  sources: ['AWS Config ecr-repository-cmk-encryption-enabled', 'Checkov CKV_AWS_136'],
  good: { EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: 'arn:aws:kms:eu-central-1:123456789012:key/1' } },
  bad: { EncryptionConfiguration: { EncryptionType: 'AES256' } },
  check: (repository) => ofMlData(repository, () => all(
    repository.at('EncryptionConfiguration.EncryptionType').judge((type) => (
      typeof type === 'string' && type.startsWith('KMS') ? COMPLIANT : nonCompliant(`EncryptionType is ${String(type ?? 'not set')}`))),
    repository.key('EncryptionConfiguration.KmsKey'),
  )),
});
