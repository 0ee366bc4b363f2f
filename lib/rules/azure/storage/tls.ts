import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';

export default rule({
  name: 'AzureStorageTls',
  title: 'Storage accounts take TLS 1.2 and newer',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'],
  properties: ['min_tls_version', 'properties.minimumTlsVersion'],
  why: 'older versions can be read along',
  fix: 'leave min_tls_version at TLS1_2, or set TLS1_3',
  sources: ['Azure Policy fe83a0eb-a853-422d-aac2-1bffd182c5d0', 'Checkov CKV_AZURE_44'],
  good: { min_tls_version: 'TLS1_2' },
  bad: { min_tls_version: 'TLS1_0' },
  check: (resource) => oneOf(resource, { azurerm: 'min_tls_version', arm: 'properties.minimumTlsVersion' }, ['TLS1_2', 'TLS1_3']),
});
