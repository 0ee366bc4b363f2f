import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'AzureAlertAction',
  title: 'Alerts are on and have an action',
  severity: 'error',
  control: Control.INCIDENT_ALERTING,
  resources: ['azurerm_monitor_metric_alert', 'azurerm_monitor_activity_log_alert', 'azurerm_monitor_scheduled_query_rules_alert_v2'],
  properties: ['enabled', 'action'],
  why: 'an alert without an action is seen by whoever happens to look',
  fix: 'give action with an action group',
  sources: ['https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-overview'],
  good: { action: { action_group_id: '/subscriptions/s/x/actionGroups/on-call' } },
  bad: {},
  check: (alert) => [alert.at('enabled').judge((on) => (on === false || on === 'false' ? nonCompliant('it is off') : COMPLIANT)), alert.present('action')],
});
