import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'AzureStorageSoftDelete',
  title: 'Storage accounts keep what was deleted for a while',
  severity: 'error',
  control: Control.AVAILABILITY,
  resources: ['azurerm_storage_account'],
  properties: ['blob_properties.delete_retention_policy', 'blob_properties.container_delete_retention_policy'],
  why: 'a mistake or an attacker deletes a year of data in a minute',
  fix: 'give delete_retention_policy and container_delete_retention_policy in blob_properties',
  sources: ['Checkov CKV2_AZURE_38'],
  good: { blob_properties: { delete_retention_policy: { days: 14 }, container_delete_retention_policy: { days: 14 } } },
  bad: { blob_properties: { versioning_enabled: true } },
  check: (account) => [account.present('blob_properties.delete_retention_policy'), account.present('blob_properties.container_delete_retention_policy')],
});
