import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureSynapseExfiltration',
  title: 'Synapse reaches approved resources only',
  severity: 'error',
  control: Control.NETWORK_ISOLATION,
  resources: ['azurerm_synapse_workspace', 'Microsoft.Synapse/workspaces'],
  properties: ['data_exfiltration_protection_enabled', 'managed_virtual_network_enabled', 'properties.managedVirtualNetworkSettings.preventDataExfiltration'],
  why: 'a notebook that reaches the internet can copy out what it reads',
  fix: 'set managed_virtual_network_enabled and data_exfiltration_protection_enabled to true when the workspace is made',
  sources: ['Azure Policy 3484ce98-c0c5-4c83-994b-c5ac24785218', 'Checkov CKV_AZURE_157'],
  good: { managed_virtual_network_enabled: true, data_exfiltration_protection_enabled: true },
  bad: { managed_virtual_network_enabled: true },
  check: (workspace) => flag(workspace, { azurerm: 'data_exfiltration_protection_enabled', arm: 'properties.managedVirtualNetworkSettings.preventDataExfiltration' }, true),
});
