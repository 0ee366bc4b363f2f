import { Control } from '../../../policy/control';
import { FLOW_NODE, rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'FlowConsentPurpose',
  title: 'Stores that personal data comes in through say what its people agreed to',
  severity: 'warning',
  control: Control.CONSENT,
  resources: [FLOW_NODE],
  why: 'a consent, or another basis, covers a purpose: where data comes in without one, nothing downstream can be held against what its people were told',
  fix: 'give the store the purpose under which its data was collected, as the consent register spells it (purpose: Purpose.of)',
  properties: ['Purpose'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'a raw store of health data with the purpose readmission-risk, which a pipeline reads',
  bad: 'a raw store of health data without a purpose, which a pipeline reads',
  check: (node) => {
    const { flow } = node.relations;
    const store = flow?.node(node.at('Id').texts[0] ?? '');
    if (!flow || !store?.classification?.isPersonal) return NOT_APPLICABLE;
    // people's data comes in through raw stores, and from outside the app
    if (store.kind !== 'external' && !(store.kind === 'store' && store.detail === 'raw')) return NOT_APPLICABLE;
    // what a step writes is bound to what it read; what nobody reads is used for nothing
    if (flow.sourcesOf(store.id).length > 0 || !flow.outOf(store.id).some(({ carries }) => carries !== 'key')) return NOT_APPLICABLE;
    return store.purpose ? COMPLIANT : nonCompliant(`'${store.name}' holds ${store.classification} data and states no purpose`);
  },
});
