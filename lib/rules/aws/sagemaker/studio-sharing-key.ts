import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { option, unlessOff } from './option';

export default rule({
  name: 'SageMakerStudioSharingKey',
  title: 'Output of notebooks that is shared in Studio is encrypted with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SageMaker::Domain', 'AWS::SageMaker::UserProfile'],
  why: 'the output of a cell is often a table of people, and sharing copies it into a bucket',
  fix: 'set SharingSettings.S3KmsKeyId, or NotebookOutputOption to Disabled',
  properties: ['DefaultUserSettings.SharingSettings.S3KmsKeyId', 'UserSettings.SharingSettings.S3KmsKeyId'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SharingSettings.html'],
  good: {
    DefaultUserSettings: {
      SharingSettings: {
        NotebookOutputOption: 'Allowed', S3OutputPath: 's3://shared-notebooks/', S3KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      },
    },
  },
  bad: { DefaultUserSettings: { SharingSettings: { NotebookOutputOption: 'Allowed', S3OutputPath: 's3://shared-notebooks/' } } },
  check: (resource) => {
    const sharing = resource.at(`${resource.type === 'AWS::SageMaker::Domain' ? 'DefaultUserSettings' : 'UserSettings'}.SharingSettings`);
    return unlessOff(option(sharing.at('NotebookOutputOption'), ['Disabled'], 'Disabled'), resource.customerKey(sharing.at('S3KmsKeyId')));
  },
});
