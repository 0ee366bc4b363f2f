import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import { rule } from '../../rule';
import { any, nonCompliant } from '../../verdict';
import { flag } from '../property';

export default rule({
  name: 'AzureActionGroup',
  title: 'Alerts reach somebody',
  severity: 'warning',
  control: Control.INCIDENT_ALERTING,
  resources: ['azurerm_monitor_action_group'],
  properties: ['enabled', 'email_receiver'],
  why: 'an alert that nobody gets is a line in a log',
  fix: 'name a receiver, and leave enabled at true',
  sources: ['https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups'],
  good: { email_receiver: { name: 'on-call', email_address: 'on-call@example.org' } },
  bad: {},
  check: (group) => {
    const on = flag(group, { azurerm: 'enabled' }, true);
    const receivers = group.properties.entries.filter(([name]) => name.endsWith('_receiver')).map(([, value]) => value.present());
    const reached = any(...receivers);
    return [on, receivers.length === 0 || reached.answer === Answer.NON_COMPLIANT ? nonCompliant('it has no receiver') : reached];
  },
});
