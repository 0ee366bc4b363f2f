import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureMLWorkspaceHighImpact',
  title: 'Workspaces are marked as of high business impact',
  severity: 'warning',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['azurerm_machine_learning_workspace', 'Microsoft.MachineLearningServices/workspaces', 'azurerm_ai_foundry'],
  properties: ['high_business_impact', 'high_business_impact_enabled', 'properties.hbiWorkspace'],
  why: 'it tells Azure ML that data is sensitive: less goes to Microsoft\'s diagnostics, and scratch disks of clusters are encrypted',
  fix: 'set high_business_impact to true when the workspace is made',
  sources: ['https://learn.microsoft.com/azure/machine-learning/concept-data-encryption'],
  good: { high_business_impact: true },
  bad: {},
  check: (workspace) => flag(workspace, { azurerm: workspace.type === 'azurerm_ai_foundry' ? 'high_business_impact_enabled' : 'high_business_impact', arm: 'properties.hbiWorkspace' }, true),
});
