import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { at } from '../property';

export default rule({
  name: 'AzureLogsRetention',
  title: 'Logs are kept as long as the profile says',
  severity: 'error',
  control: Control.AUDIT_LOGGING,
  resources: ['azurerm_log_analytics_workspace', 'Microsoft.OperationalInsights/workspaces'],
  properties: ['retention_in_days', 'properties.retentionInDays'],
  why: 'a log that is gone when the question comes proves nothing',
  fix: 'set retention_in_days to what the profile says for logs or more; 730 is the most, archive holds longer',
  sources: ['https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure'],
  good: { retention_in_days: 730 },
  bad: { retention_in_days: 30 },
  check: (logs, profile) => {
    const days = Math.min(profile.logRetention.inDays, LONGEST);
    return at(logs, { azurerm: 'retention_in_days', arm: 'properties.retentionInDays' })!.number((given) => given >= days, `${days} or more`);
  },
});

// what is kept longer is kept in the archive, table by table
const LONGEST = 730;
