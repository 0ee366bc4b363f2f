import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureLogsPublicAccess',
  title: 'Logs are written and read over private link',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: [
    'azurerm_log_analytics_workspace', 'azurerm_application_insights', 'Microsoft.OperationalInsights/workspaces', 'Microsoft.Insights/components',
    'azurerm_monitor_data_collection_endpoint', 'Microsoft.Insights/dataCollectionEndpoints',
  ],
  properties: [
    'internet_ingestion_enabled', 'internet_query_enabled', 'properties.publicNetworkAccessForIngestion', 'properties.publicNetworkAccessForQuery',
    'public_network_access_enabled', 'properties.networkAcls.publicNetworkAccess',
  ],
  why: 'logs say who did what to whose data, and traces can hold the data',
  fix: 'set internet_ingestion_enabled and internet_query_enabled to false, of a data collection endpoint public_network_access_enabled, with a private link scope',
  sources: ['https://learn.microsoft.com/azure/azure-monitor/logs/private-link-security'],
  good: { internet_ingestion_enabled: false, internet_query_enabled: false },
  bad: { internet_ingestion_enabled: true, internet_query_enabled: false },
  check: (logs) => (COLLECTING.has(logs.type) ? flag(logs, { azurerm: 'public_network_access_enabled', arm: 'properties.networkAcls.publicNetworkAccess' }, false) : [
    flag(logs, { azurerm: named(logs, 'internet_ingestion'), arm: 'properties.publicNetworkAccessForIngestion' }, false),
    flag(logs, { azurerm: named(logs, 'internet_query'), arm: 'properties.publicNetworkAccessForQuery' }, false),
  ]),
});

const COLLECTING = new Set(['azurerm_monitor_data_collection_endpoint', 'Microsoft.Insights/dataCollectionEndpoints']);

// azurerm 5 has a word in place of a flag
function named(logs: Resource, what: string): string {
  return logs.at(`${what}_access_type`).isAbsent ? `${what}_enabled` : `${what}_access_type`;
}
