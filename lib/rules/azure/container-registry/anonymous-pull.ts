import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureRegistryAnonymousPull',
  title: 'Container registries give images to nobody who has not signed in',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_container_registry', 'Microsoft.ContainerRegistry/registries'],
  properties: ['anonymous_pull_enabled', 'properties.anonymousPullEnabled'],
  why: 'whoever knows the name reads code and models in the image',
  fix: 'leave anonymous_pull_enabled at false',
  sources: ['Checkov CKV_AZURE_138'],
  good: { anonymous_pull_enabled: false },
  bad: { anonymous_pull_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'anonymous_pull_enabled', arm: 'properties.anonymousPullEnabled' }, false),
});
