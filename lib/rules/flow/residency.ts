import { Control } from '../../policy/control';
import { FLOW_NODE, rule } from '../rule';
import { NOT_APPLICABLE, unknown } from '../verdict';
import { inResidency } from '../residency';

export default rule({
  name: 'ResidencyFlow',
  title: 'Data flows through places inside the residency only',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: [FLOW_NODE],
  why: 'a store that is imported from elsewhere is part of the processing all the same',
  fix: 'use a store in an allowed region, or correct the region that it was imported with',
  properties: ['Region'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'a store, a step, a recipient of the data flow in an allowed region under a residency within the EU',
  bad: 'a store that was imported with the region us-east-1, or a recipient outside the app that states none',
  check: (node, profile) => {
    const region = node.at('Region').texts[0];
    const name = `'${node.at('Name').texts[0]}'`;
    if (region !== undefined) return inResidency(region, name, profile, 'region');
    const receives = node.at('Kind').texts.includes('external') && (node.relations.flow?.sourcesOf(node.at('Id').texts[0] ?? '').length ?? 0) > 0;
    return receives ? unknown(`${name} stands outside the app and receives data, and where it is is not stated`, 'region') : NOT_APPLICABLE;
  },
});
