import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'AzureSynapseFirewall',
  title: 'Synapse lets in no network of the internet',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_synapse_firewall_rule'],
  properties: ['start_ip_address', 'end_ip_address'],
  why: '0.0.0.0 lets in every machine of Azure, whoever\'s it is',
  fix: 'take the rule away: private endpoints need none',
  sources: ['https://learn.microsoft.com/azure/synapse-analytics/security/synapse-workspace-ip-firewall'],
  good: { start_ip_address: '10.0.0.1', end_ip_address: '10.0.0.9' },
  bad: { start_ip_address: '0.0.0.0', end_ip_address: '255.255.255.255' },
  check: (firewall) => firewall.at('start_ip_address').judge((start) => (start === '0.0.0.0' ? nonCompliant('it begins at 0.0.0.0') : COMPLIANT)),
});
