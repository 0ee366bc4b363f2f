import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureRegistryPublicAccess',
  title: 'Container registries refuse the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_container_registry', 'Microsoft.ContainerRegistry/registries'],
  properties: ['public_network_access_enabled', 'properties.publicNetworkAccess'],
  why: 'images hold code and what was copied into them',
  fix: 'set public_network_access_enabled to false, with the sku Premium',
  sources: ['Azure Policy 0fdf0491-d080-4575-b627-ad0e843cba0f', 'Checkov CKV_AZURE_139'],
  good: { public_network_access_enabled: false },
  bad: { public_network_access_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false),
});
