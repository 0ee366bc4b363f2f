import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureStorageHttps',
  title: 'Storage accounts refuse plain HTTP',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['https_traffic_only_enabled', 'properties.supportsHttpsTrafficOnly'],
  why: 'what moves over plain HTTP is read on the way',
  fix: 'leave https_traffic_only_enabled at true',
  sources: ['Azure Policy 404c3081-a854-4457-ae30-26a93ef643f9'],
  good: { https_traffic_only_enabled: true },
  bad: { https_traffic_only_enabled: false },
  check: (resource) => flag(resource, { azurerm: 'https_traffic_only_enabled', arm: 'properties.supportsHttpsTrafficOnly' }, true),
});
