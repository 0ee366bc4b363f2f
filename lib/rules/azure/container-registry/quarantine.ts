import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureRegistryQuarantine',
  title: 'Images are held back until they were scanned',
  severity: 'warning',
  control: Control.ARTIFACT_INTEGRITY,
  resources: ['azurerm_container_registry', 'Microsoft.ContainerRegistry/registries'],
  properties: ['quarantine_policy_enabled', 'properties.policies.quarantinePolicy.status'],
  why: 'an image that nobody looked at runs on the data',
  fix: 'set quarantine_policy_enabled to true, and let what scans release images',
  sources: ['Checkov CKV_AZURE_166'],
  good: { quarantine_policy_enabled: true },
  bad: {},
  check: (resource) => flag(resource, { azurerm: 'quarantine_policy_enabled', arm: 'properties.policies.quarantinePolicy.status' }, true),
});
