import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureDatabricksInfrastructureEncryption',
  title: 'Databricks encrypts its root store a second time',
  severity: 'warning',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['azurerm_databricks_workspace', 'Microsoft.Databricks/workspaces'],
  properties: ['infrastructure_encryption_enabled', 'properties.parameters.requireInfrastructureEncryption.value'],
  why: 'one algorithm or key that fails is then not the only one',
  fix: 'set infrastructure_encryption_enabled to true, with the sku premium',
  sources: ['https://learn.microsoft.com/azure/databricks/security/keys/double-encryption'],
  good: { infrastructure_encryption_enabled: true },
  bad: { infrastructure_encryption_enabled: false },
  check: (resource) => flag(resource, { azurerm: 'infrastructure_encryption_enabled', arm: 'properties.parameters.requireInfrastructureEncryption.value' }, true),
});
