import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { shown } from '../../value';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { at } from '../property';

export default rule({
  name: 'AzureStorageContainerPublic',
  title: 'Containers are private',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_storage_container', 'Microsoft.Storage/storageAccounts/blobServices/containers'],
  properties: ['container_access_type', 'properties.publicAccess'],
  why: 'a public container is readable without signing in',
  fix: 'leave container_access_type at private',
  sources: ['Checkov CKV_AZURE_34'],
  good: { container_access_type: 'private' },
  bad: { container_access_type: 'blob' },
  check: (container) => at(container, { azurerm: 'container_access_type', arm: 'properties.publicAccess' })!.judge((access) => (access === undefined || access === 'private' || access === 'None' ? COMPLIANT : nonCompliant(`it is open for ${shown(access)}`))),
});
