import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureStorageCrossTenant',
  title: 'Objects are not replicated to other tenants',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['cross_tenant_replication_enabled', 'properties.allowCrossTenantReplication'],
  why: 'a policy of another tenant then pulls every object as it is written',
  fix: 'leave cross_tenant_replication_enabled at false',
  sources: ['https://learn.microsoft.com/azure/storage/blobs/object-replication-prevent-cross-tenant-policies'],
  good: { cross_tenant_replication_enabled: false },
  bad: { cross_tenant_replication_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'cross_tenant_replication_enabled', arm: 'properties.allowCrossTenantReplication' }, false),
});
