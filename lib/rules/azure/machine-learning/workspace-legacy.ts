import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureMLWorkspaceLegacy',
  title: 'Workspaces do not keep to the first interface of Azure ML',
  severity: 'warning',
  control: Control.SUPPORTED_SOFTWARE,
  resources: ['azurerm_machine_learning_workspace', 'Microsoft.MachineLearningServices/workspaces'],
  properties: ['v1_legacy_mode_enabled', 'properties.v1LegacyMode'],
  why: 'the first interface is no longer mended, and in its mode jobs and endpoints of the second cannot be made',
  fix: 'leave v1_legacy_mode_enabled out: a private endpoint isolates the second interface too',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-configure-network-isolation-with-v2'],
  good: { v1_legacy_mode_enabled: false },
  bad: { v1_legacy_mode_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'v1_legacy_mode_enabled', arm: 'properties.v1LegacyMode' }, false),
});
