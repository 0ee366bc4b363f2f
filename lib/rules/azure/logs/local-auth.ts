import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureLogsLocalAuth',
  title: 'Logs are sent by an identity',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_application_insights', 'azurerm_log_analytics_workspace', 'Microsoft.Insights/components', 'Microsoft.OperationalInsights/workspaces'],
  properties: ['local_authentication_disabled', 'local_authentication_enabled', 'properties.DisableLocalAuth', 'properties.features.disableLocalAuth'],
  why: 'whoever has the key can write what the log then says',
  fix: 'set local_authentication_disabled to true, or local_authentication_enabled to false',
  sources: ['https://learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication'],
  good: { local_authentication_disabled: true },
  bad: { local_authentication_disabled: false },
  check: (logs) => {
    if (logs.type === 'Microsoft.OperationalInsights/workspaces') return flag(logs, { arm: '!properties.features.disableLocalAuth' }, false);
    const isNamed = !logs.at('local_authentication_enabled').isAbsent;
    return flag(logs, { azurerm: isNamed ? 'local_authentication_enabled' : '!local_authentication_disabled', arm: '!properties.DisableLocalAuth' }, false);
  },
});
