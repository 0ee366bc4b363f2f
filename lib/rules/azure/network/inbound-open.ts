import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { shown, type Value } from '../../value';
import { all, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';

export default rule({
  name: 'AzureInboundOpen',
  title: 'Security groups let in nobody from the internet',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: [
    'azurerm_network_security_rule', 'azurerm_network_security_group', 'Microsoft.Network/networkSecurityGroups', 'Microsoft.Network/networkSecurityGroups/securityRules',
  ],
  properties: ['source_address_prefix', 'security_rule.source_address_prefix', 'properties.sourceAddressPrefix', 'properties.securityRules.properties.sourceAddressPrefix'],
  why: 'whoever scans the internet finds the port within the hour',
  fix: 'name the networks that are let in',
  sources: ['Checkov CKV_AZURE_9', 'Checkov CKV_AZURE_10'],
  good: { direction: 'Inbound', access: 'Allow', source_address_prefix: '10.0.0.0/16', destination_port_range: '443' },
  bad: { direction: 'Inbound', access: 'Allow', source_address_prefix: '*', destination_port_range: '22' },
  check: (group) => {
    return rulesOf(group).flatMap(judged);
  },
});

function rulesOf(group: Resource): Value[] {
  switch (group.type) {
    case 'azurerm_network_security_rule': return [group.properties];
    case 'azurerm_network_security_group': return group.at('security_rule').items;
    case 'Microsoft.Network/networkSecurityGroups': return group.at('properties.securityRules').items.map((one) => one.at('properties'));
    default: return [group.at('properties')];
  }
}

const ANYBODY = new Set(['*', '0.0.0.0/0', '::/0', 'any', 'internet']);

function judged(one: Value): Verdict | Verdict[] {
  const [access, direction] = [one.at('access'), one.at('direction')];
  const [allows, comesIn] = [access.texts.includes('Allow'), direction.texts.includes('Inbound')];
  if ((!allows && access.unknowns.length === 0) || (!comesIn && direction.unknowns.length === 0)) return COMPLIANT;
  const open = letIn(one);
  return (allows && comesIn) || all(...open).answer === Answer.COMPLIANT ? open : unknown('whether a rule of it lets anybody in is not known', one.location);
}

function letIn(one: Value): Verdict[] {
  const sources = [...['source_address_prefix', 'sourceAddressPrefix'].map((name) => one.at(name)), ...['source_address_prefixes', 'sourceAddressPrefixes'].flatMap((name) => one.at(name).items)];
  return sources.map((source) => source.judge((from) => (
    typeof from === 'string' && ANYBODY.has(from.toLowerCase()) ? nonCompliant(`${shown(from)} is let in`) : COMPLIANT)));
}
