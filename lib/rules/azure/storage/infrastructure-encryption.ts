import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureStorageInfrastructureEncryption',
  title: 'Storage accounts encrypt a second time below',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['infrastructure_encryption_enabled', 'properties.encryption.requireInfrastructureEncryption'],
  why: 'one algorithm or key that fails is then not the only one',
  fix: 'set infrastructure_encryption_enabled to true when the account is made',
  sources: ['Azure Policy 4733ea7b-a883-42fe-8cac-97454c2a9e4a'],
  good: { infrastructure_encryption_enabled: true },
  bad: { infrastructure_encryption_enabled: false },
  check: (resource) => flag(resource, { azurerm: 'infrastructure_encryption_enabled', arm: 'properties.encryption.requireInfrastructureEncryption' }, true),
});
