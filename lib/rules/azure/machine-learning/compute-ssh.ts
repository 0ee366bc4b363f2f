import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { absent, flag } from '../property';
import { isNode } from './compute';

export default rule({
  name: 'AzureMLComputeSsh',
  title: 'Nobody signs in to computes by SSH from outside',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_machine_learning_compute_cluster', 'azurerm_machine_learning_compute_instance', 'Microsoft.MachineLearningServices/workspaces/computes'],
  properties: ['ssh_public_access_enabled', 'ssh', 'properties.properties.remoteLoginPortPublicAccess', 'properties.properties.sshSettings.sshPublicAccess'],
  why: 'a shell on a node reads the data of whatever runs there, and leaves no trace in the logs of the workspace',
  fix: 'leave ssh and ssh_public_access_enabled out',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-secure-training-vnet'],
  good: { ssh_public_access_enabled: false },
  bad: { ssh_public_access_enabled: true },
  check: (compute) => {
    if (compute.type === 'azurerm_machine_learning_compute_instance') return absent(compute.at('ssh'), 'ssh is given, which opens a port for it');
    if (compute.type === 'azurerm_machine_learning_compute_cluster') return flag(compute, { azurerm: 'ssh_public_access_enabled' }, false);
    const instance = compute.at('properties.properties.sshSettings.sshPublicAccess');
    if (!instance.isAbsent) return flag(compute, { arm: 'properties.properties.sshSettings.sshPublicAccess' }, false);
    // where it is not specified the port is closed for a node in a network
    return isNode(compute) ? compute.at('properties.properties.remoteLoginPortPublicAccess').judge((port) => (port === 'Enabled' ? nonCompliant('remoteLoginPortPublicAccess is Enabled') : COMPLIANT)) : NOT_APPLICABLE;
  },
});
