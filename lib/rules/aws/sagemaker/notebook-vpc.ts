import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { inVpc } from './network';

export default rule({
  name: 'SageMakerNotebookVpc',
  title: 'Notebook instances and Studio domains stand in a VPC, in no subnet that this app makes public',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['AWS::SageMaker::NotebookInstance', 'AWS::SageMaker::Domain'],
  why: 'outside a VPC of yours no endpoint policy limits which buckets a notebook reaches, and no flow log shows what left',
  fix: 'set SubnetId and SecurityGroupIds; of a domain, SubnetIds of private subnets',
  properties: ['SubnetId', 'SecurityGroupIds', 'SubnetIds'],
  sources: [
    'Security Hub SageMaker.2', 'AWS Config sagemaker-notebook-instance-inside-vpc', 'cdk-nag SageMakerNotebookInVPC', 'Checkov CKV_AWS_306',
    'Prowler sagemaker_notebook_instance_vpc_settings_configured', 'Control Tower CT.SAGEMAKER.PR.2',
  ],
  good: { SubnetId: 'subnet-0a1b2c3d', SecurityGroupIds: ['sg-0a1b2c3d'] },
  bad: { DirectInternetAccess: 'Disabled' },
  check: (notebook) => inVpc(notebook.type === 'AWS::SageMaker::Domain'
    ? { config: notebook.properties, subnets: notebook.at('SubnetIds') }
    : { config: notebook.properties, subnets: notebook.at('SubnetId'), securityGroups: notebook.at('SecurityGroupIds') }, notebook.relations),
});
