import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureMLWorkspacePublicAccess',
  title: 'Azure ML workspaces refuse the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_machine_learning_workspace', 'Microsoft.MachineLearningServices/workspaces', 'azurerm_ai_foundry'],
  properties: ['public_network_access_enabled', 'public_network_access', 'properties.publicNetworkAccess'],
  why: 'studio, its data browser and every job are reached through the workspace: whoever has a token reaches them from anywhere',
  fix: 'set public_network_access_enabled to false and lead a private endpoint to the workspace',
  sources: ['Azure Policy 438c38d2-3772-465a-a9cc-7a6666a275ce', 'Checkov CKV_AZURE_144', 'Checkov CKV2_AZURE_49', 'PSRule Azure.ML.PublicAccess'],
  good: { public_network_access_enabled: false },
  bad: { public_network_access_enabled: true },
  check: (workspace) => flag(workspace, { azurerm: workspace.type === 'azurerm_ai_foundry' ? 'public_network_access' : 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false),
});
