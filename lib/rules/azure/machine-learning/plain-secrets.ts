import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { withoutSecrets } from '../../secrets';

export default rule({
  name: 'AzureMLPlainSecrets',
  title: 'No password, token or key stands in what Azure ML is given',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: [
    'Microsoft.MachineLearningServices/workspaces/jobs',
    'Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments',
    'Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments',
    'Microsoft.MachineLearningServices/workspaces/components/versions',
    'Microsoft.MachineLearningServices/registries/components/versions',
  ],
  properties: ['properties.environmentVariables', 'properties.command', 'properties.componentSpec'],
  why: 'variables and commands are shown to whoever may read the workspace, and stay in the history of jobs',
  fix: 'keep it in the vault, and let the identity of the job read it when the code runs',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-use-secrets-in-runs'],
  good: { properties: { jobType: 'Command', environmentVariables: { VAULT_URL: 'https://vault.vault.azure.net' } } },
  bad: { properties: { jobType: 'Command', environmentVariables: { DB_PASSWORD: 'correct-horse-battery' } } },
  check: (resource) => (resource.type === 'Microsoft.MachineLearningServices/workspaces/jobs' && !resource.at('properties.jobs').isAbsent ? NOT_APPLICABLE : withoutSecrets(resource.at('properties'))),
});
