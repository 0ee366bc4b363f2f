import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { any, nonCompliant, unknown } from '../../verdict';
import { diagnosticSettings } from '../related';
import { LOGGED } from './logged';

export default rule({
  name: 'AzureDiagnosticSettings',
  title: 'Logs of who did what are kept',
  severity: 'error',
  control: Control.AUDIT_LOGGING,
  resources: LOGGED,
  properties: ['azurerm_monitor_diagnostic_setting.target_resource_id', 'azurerm_monitor_diagnostic_setting.enabled_log'],
  why: 'Azure logs reads and writes of data only for whom a diagnostic setting asks',
  fix: 'give it an azurerm_monitor_diagnostic_setting with enabled_log, such as the category group audit or allLogs',
  sources: ['Azure Policy afe0c3be-ba3b-4544-ba52-0c99672a8ad6', 'Checkov CKV2_AZURE_21'],
  good: 'an azurerm_monitor_diagnostic_setting whose target_resource_id is the id of the workspace, with enabled_log',
  bad: 'a workspace whose logs nobody keeps',
  check: (resource) => {
    const { at: watching, unclear } = resource.relations.once(diagnosticSettings);
    const own = watching.get(resource) ?? [];
    if (own.length === 0) return unclear.length > 0 ? unknown(`whose logs '${unclear[0]!.path}' takes is not known`) : nonCompliant('no diagnostic setting takes its logs');
    return any(...own.map((setting) => (setting.type.startsWith('Microsoft.') ? setting.present('properties.logs') : setting.present('enabled_log'))));
  },
});
