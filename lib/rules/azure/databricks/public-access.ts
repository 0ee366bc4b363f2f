import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureDatabricksPublicAccess',
  title: 'Databricks refuses the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_databricks_workspace', 'Microsoft.Databricks/workspaces'],
  properties: ['public_network_access_enabled', 'properties.publicNetworkAccess'],
  why: 'notebooks read all that their workspace reads',
  fix: 'set public_network_access_enabled to false',
  sources: ['Azure Policy 0e7849de-b939-4c50-ab48-fc6b0f5eeba2', 'Checkov CKV_AZURE_158'],
  good: { public_network_access_enabled: false },
  bad: { public_network_access_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false),
});
