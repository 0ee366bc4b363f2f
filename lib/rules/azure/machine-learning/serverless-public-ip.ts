import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { at, flag } from '../property';

export default rule({
  name: 'AzureMLServerlessPublicIp',
  title: 'Serverless jobs have no public address',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['azurerm_machine_learning_workspace', 'Microsoft.MachineLearningServices/workspaces'],
  properties: ['serverless_compute.public_ip_enabled', 'properties.serverlessComputeSettings.serverlessComputeNoPublicIP'],
  why: 'a node with a public address has a way in and out that no rule of the network sees',
  fix: 'leave public_ip_enabled of serverless_compute out',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-use-serverless-compute'],
  good: { serverless_compute: { subnet_id: '/subscriptions/s/x/subnets/jobs', public_ip_enabled: false } },
  bad: { serverless_compute: { subnet_id: '/subscriptions/s/x/subnets/jobs', public_ip_enabled: true } },
  check: (workspace) => {
    const settings = at(workspace, { azurerm: 'serverless_compute', arm: 'properties.serverlessComputeSettings' });
    return !settings || settings.isAbsent ? NOT_APPLICABLE : flag(workspace, { azurerm: 'serverless_compute.public_ip_enabled', arm: '!properties.serverlessComputeSettings.serverlessComputeNoPublicIP' }, false);
  },
});
