import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE } from '../../verdict';
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
  check: (account) => {
    const folders = account.at('is_hns_enabled');
    const isFlat = folders.options.some((option) => option.unknowns.length === 0 && !option.texts.includes('true'));
    if (!isFlat && folders.unknowns.length === 0) return NOT_APPLICABLE;
    const versions = flag(account, { azurerm: 'blob_properties.versioning_enabled' }, true);
    return isFlat || versions.answer === Answer.COMPLIANT ? versions : folders.judge(() => COMPLIANT);
  },
});
