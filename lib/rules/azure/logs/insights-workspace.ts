import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { present } from '../property';

export default rule({
  name: 'AzureInsightsWorkspace',
  title: 'Application Insights keeps its data in a log workspace of the customer',
  severity: 'error',
  control: Control.SUPPORTED_SOFTWARE,
  resources: ['azurerm_application_insights'],
  properties: ['workspace_id'],
  why: 'the classic kind is no longer kept, and has no key, no network and no retention of one\'s own',
  fix: 'give workspace_id',
  sources: ['https://learn.microsoft.com/azure/azure-monitor/app/create-workspace-resource'],
  good: { workspace_id: '/subscriptions/s/x/workspaces/logs' },
  bad: {},
  check: (resource) => present(resource, { azurerm: 'workspace_id' }),
});
