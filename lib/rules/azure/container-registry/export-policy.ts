import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureRegistryExport',
  title: 'Images are not exported from container registries',
  severity: 'warning',
  control: Control.NETWORK_ISOLATION,
  resources: ['azurerm_container_registry', 'Microsoft.ContainerRegistry/registries'],
  properties: ['export_policy_enabled', 'properties.policies.exportPolicy.status'],
  why: 'an import into another registry takes images out past the network',
  fix: 'set export_policy_enabled to false',
  sources: ['https://learn.microsoft.com/azure/container-registry/data-loss-prevention'],
  good: { export_policy_enabled: false },
  bad: { export_policy_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'export_policy_enabled', arm: 'properties.policies.exportPolicy.status' }, false),
});
