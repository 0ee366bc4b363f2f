import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { option } from './option';

export default rule({
  name: 'SageMakerNotebookInternet',
  title: 'Notebook instances and Studio domains have no internet access of SageMaker\'s own',
  severity: 'error',
  control: Control.NETWORK_ISOLATION,
  resources: ['AWS::SageMaker::NotebookInstance', 'AWS::SageMaker::Domain'],
  why: 'a notebook is where a person has both the data and a shell: with SageMaker\'s own internet access, no VPC of yours stands between',
  fix: 'set DirectInternetAccess to Disabled, with a SubnetId; of a domain, AppNetworkAccessType to VpcOnly',
  properties: ['DirectInternetAccess', 'AppNetworkAccessType'],
  sources: [
    'Security Hub SageMaker.1', 'AWS Config sagemaker-notebook-no-direct-internet-access', 'AWS Config sagemaker-domain-in-vpc', 'cdk-nag SageMakerNotebookNoDirectInternetAccess',
    'Checkov CKV_AWS_122', 'Prowler sagemaker_notebook_instance_without_direct_internet_access_configured', 'Control Tower CT.SAGEMAKER.PR.1',
  ],
  good: { DirectInternetAccess: 'Disabled', SubnetId: 'subnet-0a1b2c3d', SecurityGroupIds: ['sg-0a1b2c3d'] },
  bad: { DirectInternetAccess: 'Enabled' },
  check: (notebook) => (notebook.type === 'AWS::SageMaker::Domain'
    ? option(notebook.at('AppNetworkAccessType'), ['VpcOnly'], 'PublicInternetOnly')
    : option(notebook.at('DirectInternetAccess'), ['Disabled'], 'Enabled')),
});
