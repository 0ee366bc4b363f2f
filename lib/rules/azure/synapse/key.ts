import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { present } from '../property';

export default rule({
  name: 'AzureSynapseKey',
  title: 'Synapse encrypts with a key of the customer',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['azurerm_synapse_workspace', 'Microsoft.Synapse/workspaces'],
  properties: ['customer_managed_key', 'properties.encryption.cmk'],
  why: 'pools and notebooks keep data and results in the workspace',
  fix: 'give customer_managed_key when the workspace is made',
  sources: ['Azure Policy f7d52b2d-e161-4dfa-a82b-55e564167385', 'Checkov CKV_AZURE_240'],
  good: { customer_managed_key: { key_name: 'cmk', key_versionless_id: 'https://vault.vault.azure.net/keys/data' } },
  bad: {},
  check: (resource) => present(resource, { azurerm: 'customer_managed_key', arm: 'properties.encryption.cmk' }),
});
