import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { flag } from '../property';

export default rule({
  name: 'AzureStorageVersioning',
  title: 'Blobs have versions',
  severity: 'warning',
  control: Control.AVAILABILITY,
  resources: ['azurerm_storage_account'],
  properties: ['blob_properties.versioning_enabled'],
  why: 'what was overwritten comes back from a version, and from nothing else',
  fix: 'set versioning_enabled in blob_properties; an account with folders (is_hns_enabled) has none and keeps deletions instead',
  sources: ['https://learn.microsoft.com/azure/storage/blobs/versioning-overview'],
  good: { blob_properties: { versioning_enabled: true } },
  bad: { blob_properties: { versioning_enabled: false } },
  check: (account) => (account.at('is_hns_enabled').texts.includes('true') ? NOT_APPLICABLE : flag(account, { azurerm: 'blob_properties.versioning_enabled' }, true)),
});
