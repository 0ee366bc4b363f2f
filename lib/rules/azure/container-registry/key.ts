import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { present } from '../property';

export default rule({
  name: 'AzureRegistryKey',
  title: 'Container registries encrypt with a key of the customer',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['azurerm_container_registry', 'Microsoft.ContainerRegistry/registries'],
  properties: ['encryption.key_vault_key_id', 'properties.encryption.keyVaultProperties.keyIdentifier'],
  why: 'images can hold models and samples of data',
  fix: 'give encryption, with the sku Premium; it cannot be added later',
  sources: ['Azure Policy 5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580'],
  good: { encryption: { key_vault_key_id: 'https://vault.vault.azure.net/keys/data', identity_client_id: 'id' } },
  bad: {},
  check: (resource) => present(resource, { azurerm: 'encryption.key_vault_key_id', arm: 'properties.encryption.keyVaultProperties.keyIdentifier' }),
});
