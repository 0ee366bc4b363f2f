import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureSynapsePublicAccess',
  title: 'Synapse refuses the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_synapse_workspace', 'Microsoft.Synapse/workspaces'],
  properties: ['public_network_access_enabled', 'properties.publicNetworkAccess'],
  why: 'pipelines and pools read all that the workspace reads',
  fix: 'set public_network_access_enabled to false',
  sources: ['https://learn.microsoft.com/azure/synapse-analytics/security/connectivity-settings'],
  good: { public_network_access_enabled: false },
  bad: { public_network_access_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false),
});
