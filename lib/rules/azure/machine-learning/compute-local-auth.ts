import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureMLComputeLocalAuth',
  title: 'Computes refuse local accounts',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: [
    'azurerm_machine_learning_compute_cluster',
    'azurerm_machine_learning_compute_instance',
    'azurerm_machine_learning_synapse_spark',
    'Microsoft.MachineLearningServices/workspaces/computes',
  ],
  properties: ['local_auth_enabled', 'properties.disableLocalAuth'],
  why: 'a local account has a password or an SSH key that no directory knows, and its sign-ins stand in no log of the tenant',
  fix: 'set local_auth_enabled to false',
  sources: ['Azure Policy e96a9a5f-07ca-471b-9bc5-6a0f33cbd68f', 'Checkov CKV_AZURE_142', 'PSRule Azure.ML.DisableLocalAuth'],
  good: { local_auth_enabled: false },
  bad: { local_auth_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'local_auth_enabled', arm: '!properties.disableLocalAuth' }, false),
});
