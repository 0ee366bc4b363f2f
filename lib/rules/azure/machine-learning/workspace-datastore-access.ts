import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { shown } from '../../value';
import { all, COMPLIANT, nonCompliant } from '../../verdict';
import { oneOf } from '../property';
import { updates } from '../related';

export default rule({
  name: 'AzureMLWorkspaceDatastoreAccess',
  title: 'Workspaces reach their own datastores by identity',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_machine_learning_workspace', 'Microsoft.MachineLearningServices/workspaces'],
  properties: ['storage_account_access_type', 'properties.systemDatastoresAuthMode'],
  why: 'with the account key in the workspace whoever runs a job can read every container of the account, and shared keys cannot be switched off',
  fix: 'set systemDatastoresAuthMode to Identity: azurerm before 4.77 has no attribute for it, an azapi_update_resource on the workspace has',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-disable-local-auth-storage', 'https://github.com/hashicorp/terraform-provider-azurerm/issues/22150'],
  good: { storage_account_access_type: 'Identity' },
  bad: { storage_account_access_type: 'AccessKey' },
  check: (workspace) => {
    if (workspace.type.startsWith('Microsoft.')) return oneOf(workspace, { arm: 'properties.systemDatastoresAuthMode' }, ['Identity']);
    const changes = (workspace.relations.once(updates).get(workspace) ?? []).map((update) => update.at('properties.systemDatastoresAuthMode')).filter((value) => !value.isAbsent);
    if (changes.length === 0) return oneOf(workspace, { azurerm: 'storage_account_access_type' }, ['Identity']);
    return all(...changes.map((value) => value.judge((mode) => (mode === 'Identity' ? COMPLIANT : nonCompliant(`systemDatastoresAuthMode is changed to ${shown(mode)}`)))));
  },
});
