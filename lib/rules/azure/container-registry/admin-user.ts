import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureRegistryAdminUser',
  title: 'Container registries have no admin user',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_container_registry', 'Microsoft.ContainerRegistry/registries'],
  properties: ['admin_enabled', 'properties.adminUserEnabled'],
  why: 'its password is shared by all and may push whatever jobs then run',
  fix: 'leave admin_enabled at false',
  sources: ['Azure Policy dc921057-6b28-4fbe-9b83-f7bec05db6c2', 'Checkov CKV_AZURE_137'],
  good: { admin_enabled: false },
  bad: { admin_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'admin_enabled', arm: 'properties.adminUserEnabled' }, false),
});
