import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { shown } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'AzureMLOutboundRule',
  title: 'What the network of a workspace lets out is named',
  severity: 'error',
  control: Control.NETWORK_ISOLATION,
  resources: [
    'azurerm_machine_learning_workspace_network_outbound_rule_fqdn',
    'azurerm_machine_learning_workspace_network_outbound_rule_service_tag',
    'Microsoft.MachineLearningServices/workspaces/outboundRules',
  ],
  properties: ['destination_fqdn', 'service_tag', 'properties.destination'],
  why: 'a wildcard, or a tag that is the internet, takes the isolation off again',
  fix: 'name hosts one by one, and tags of single services in the region',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-managed-network'],
  good: { destination_fqdn: 'pypi.org' },
  bad: { destination_fqdn: '*' },
  check: (outbound) => {
    const to = outbound.type.startsWith('Microsoft.') ? [outbound.at('properties.destination'), outbound.at('properties.destination.serviceTag')] : [outbound.at('destination_fqdn'), outbound.at('service_tag')];
    const named = to.filter((value) => value.texts.length + value.unknowns.length > 0);
    return named.length === 0 ? NOT_APPLICABLE : named.map((value) => value.judge((name) => (
      typeof name === 'string' && (name.includes('*') || OPEN.has(name)) ? nonCompliant(`${shown(name)} is let out`) : COMPLIANT)));
  },
});

const OPEN = new Set(['Internet', 'AzureCloud', 'Storage', 'AzureStorage']);
