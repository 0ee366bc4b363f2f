import { Control } from '../../../policy/control';
import { FLOW_NODE, rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { inResidency } from './verdicts';

export default rule({
  name: 'ResidencyFlow',
  title: 'Data flows through places inside the residency only',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: [FLOW_NODE],
  why: 'a store that is imported from elsewhere is part of the processing all the same',
  fix: 'use a store in an allowed region, or correct the region that it was imported with',
  check: (node, profile) => {
    const region = node.at('Region').texts[0];
    return region === undefined ? NOT_APPLICABLE : inResidency(region, `'${node.at('Name').texts[0]}'`, profile, 'region');
  },
});
