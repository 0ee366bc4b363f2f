import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { FLOW_NODE, rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { meantBy } from '../named';

export default rule({
  name: 'ConsentWithdrawalHeard',
  title: 'Somebody hears when a consent is taken back',
  severity: 'warning',
  control: Control.CONSENT,
  resources: [FLOW_NODE],
  why: 'who withdraws may have their data erased; a registry tells of it and erases nothing, so a withdrawal that nobody hears stays in every store',
  fix: 'subscribe what erases to the withdrawals of the registry (an events.Rule on registry.withdrawals); where another app hears them, accept the finding and say which',
  properties: ['Id'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'a consent registry, and a rule of EventBridge with a target on its bus of withdrawals',
  bad: 'a consent registry under GDPR, and no rule on its bus',
  check: (node, profile) => {
    const { relations } = node;
    const registry = relations.flow?.node(node.at('Id').texts[0] ?? '');
    if (!profile.erasureDuty || !registry?.consentPurposes) return NOT_APPLICABLE;
    // the bus of an imported registry is not of this app, and whoever made it is asked there
    const buses = relations.ofType('AWS::Events::EventBus').filter(({ path }) => path.startsWith(`${registry.id}/`));
    if (buses.length === 0) return NOT_APPLICABLE;
    const heard = relations.once(busesOfRules);
    return buses.some((bus) => heard.has(bus)) ? COMPLIANT : nonCompliant(`nobody in the app hears when '${registry.name}' tells of a withdrawal`);
  },
});

/** Buses that a rule with a target stands on. */
function busesOfRules(relations: Relations): ReadonlySet<Resource> {
  const rules = relations.ofType('AWS::Events::Rule').filter((one) => one.at('Targets').items.length > 0);
  return new Set(rules.flatMap((one) => {
    const bus = one.at('EventBusName');
    return [...bus.texts, ...bus.unknowns].flatMap((value) => meantBy(value, 'EventBusName', relations));
  }));
}
