import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant, unknown } from '../../verdict';
import { SETTINGS } from './coverage';

export default rule({
  name: 'MacieAutomatedDiscovery',
  title: 'Macie samples the buckets of the account on its own',
  severity: 'warning',
  control: Control.SENSITIVE_DATA_DISCOVERY,
  resources: [SETTINGS],
  why: 'jobs look where somebody expects sensitive data; a copy that nobody expects is found by sampling everything',
  fix: 'leave automatedDiscovery of AccountBaseline at ENABLED',
  properties: ['AutomatedDiscovery'],
  sources: ['Security Hub Macie.2', 'AWS Config macie-auto-sensitive-data-discovery-check', 'Prowler macie_automated_sensitive_data_discovery_enabled'],
  good: { AutomatedDiscovery: 'ENABLED' },
  bad: { AutomatedDiscovery: 'DISABLED' },
  check: (settings) => settings.at('AutomatedDiscovery').judge((status) => {
    if (status === 'ENABLED') return COMPLIANT;
    return status === undefined || status === null
      ? unknown('automated discovery is left as it is: the administrator account of an organisation decides')
      : nonCompliant(`automated discovery is ${String(status)}`);
  }),
});
