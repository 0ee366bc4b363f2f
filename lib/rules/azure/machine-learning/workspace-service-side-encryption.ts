import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureMLWorkspaceServiceSideEncryption',
  title: 'Workspaces with a key keep their metadata on the service\'s own side',
  severity: 'warning',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['azurerm_machine_learning_workspace', 'Microsoft.MachineLearningServices/workspaces'],
  properties: ['service_side_encryption_enabled', 'properties.enableServiceSideCMKEncryption'],
  why: 'without it Azure ML puts a database, a search service and a storage account that nobody configured into the subscription, with a policy that forbids to change them',
  fix: 'set service_side_encryption_enabled to true when the workspace is made',
  sources: ['https://learn.microsoft.com/azure/machine-learning/concept-customer-managed-keys', 'https://github.com/hashicorp/terraform-provider-azurerm/issues/30177'],
  good: { service_side_encryption_enabled: true },
  bad: { service_side_encryption_enabled: false },
  check: (resource) => flag(resource, { azurerm: 'service_side_encryption_enabled', arm: 'properties.enableServiceSideCMKEncryption' }, true),
});
