import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { option } from './option';

export default rule({
  name: 'SageMakerNotebookRootAccess',
  title: 'Users of notebook instances are not root',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::SageMaker::NotebookInstance'],
  why: 'root can change or stop whatever the lifecycle script put there: agents, proxies, the settings of the network',
  fix: 'set RootAccess to Disabled; lifecycle scripts run as root all the same',
  properties: ['RootAccess'],
  sources: [
    'Security Hub SageMaker.3', 'AWS Config sagemaker-notebook-instance-root-access-check', 'Checkov CKV_AWS_307', 'Prowler sagemaker_notebook_instance_root_access_disabled',
    'Control Tower CT.SAGEMAKER.PR.3',
  ],
  good: { RootAccess: 'Disabled' },
  bad: { RootAccess: 'Enabled' },
  check: (notebook) => option(notebook.at('RootAccess'), ['Disabled'], 'Enabled'),
});
