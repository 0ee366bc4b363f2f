import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'SageMakerNotebookKey',
  title: 'Notebook instances and Studio domains encrypt their storage with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SageMaker::NotebookInstance', 'AWS::SageMaker::Domain'],
  why: 'people copy samples of the data beside their notebooks; with the cloud\'s own key nobody can revoke or see what is read there',
  fix: 'set KmsKeyId to a key of your own',
  properties: ['KmsKeyId'],
  sources: [
    'Security Hub SageMaker.21', 'AWS Config sagemaker-notebook-instance-storage-vol-kms-encrypted', 'AWS Config sagemaker-notebook-instance-kms-key-configured',
    'cdk-nag SageMakerNotebookInstanceKMSKeyConfigured', 'Checkov CKV_AWS_187', 'Checkov CKV_AWS_22', 'Prowler sagemaker_notebook_instance_encryption_enabled',
  ],
  good: { KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab' },
  bad: { KmsKeyId: 'alias/aws/sagemaker' },
  check: (notebook) => notebook.key('KmsKeyId'),
});
