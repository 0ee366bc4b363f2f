import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { shown, type Value } from '../../value';
import { all, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';

export default rule({
  name: 'AzureInboundOpen',
  title: 'Security groups let in nobody from the internet',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_network_security_rule', 'azurerm_network_security_group'],
  properties: ['source_address_prefix', 'security_rule.source_address_prefix'],
  why: 'whoever scans the internet finds the port within the hour',
  fix: 'name the networks that are let in',
  sources: ['Checkov CKV_AZURE_9', 'Checkov CKV_AZURE_10'],
  good: { direction: 'Inbound', access: 'Allow', source_address_prefix: '10.0.0.0/16', destination_port_range: '443' },
  bad: { direction: 'Inbound', access: 'Allow', source_address_prefix: '*', destination_port_range: '22' },
  check: (group) => {
    const rules = group.type === 'azurerm_network_security_rule' ? [group.properties] : group.at('security_rule').items;
    return all(...rules.map(judged));
  },
});

const ANYBODY = new Set(['*', '0.0.0.0/0', '::/0', 'any', 'internet']);

function judged(one: Value): Verdict {
  if (!one.at('access').texts.includes('Allow') || !one.at('direction').texts.includes('Inbound')) return one.unknowns.length > 0 ? unknown('a rule of it is not known', one.location) : COMPLIANT;
  return all(...[one.at('source_address_prefix'), ...one.at('source_address_prefixes').items].map((source) => source.judge((from) => (
    typeof from === 'string' && ANYBODY.has(from.toLowerCase()) ? nonCompliant(`${shown(from)} is let in`) : COMPLIANT))));
}
