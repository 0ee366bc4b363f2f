import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { option } from './option';

export default rule({
  name: 'SageMakerNotebookMetadata',
  title: 'Notebook instances give their credentials to callers with a session token only (IMDSv2)',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::SageMaker::NotebookInstance'],
  why: 'with version 1, whatever makes the notebook fetch an address for it can be sent to the credentials of the role',
  fix: 'set InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion to 2',
  properties: ['InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion'],
  sources: ['Checkov CKV_AWS_371', 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_InstanceMetadataServiceConfiguration.html'],
  good: { InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: '2' } },
  bad: { InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: '1' } },
  check: (notebook) => option(notebook.at('InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion'), ['2'], '1'),
});
