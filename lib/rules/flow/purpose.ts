import { Control } from '../../policy/control';
import type { Purpose } from '../../policy/purpose';
import { FLOW_NODE, rule } from '../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../verdict';

export default rule({
  name: 'FlowPurpose',
  title: 'Data is used for the purpose it was collected for, through every step and store',
  severity: 'error',
  control: Control.PURPOSE_LIMITATION,
  resources: [FLOW_NODE],
  why: 'consent is given, and a legal basis holds, for a purpose; passing data through another pipeline does not change it',
  fix: 'take data collected for this purpose, or give pipelines and stores the purpose of what they read',
  properties: ['Purpose'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'a pipeline of the purpose readmission-risk that reads a store of the purpose readmission-risk',
  bad: 'a pipeline of the purpose research, or one without a purpose, that reads a store of the purpose billing',
  check: (node) => {
    const { flow } = node.relations;
    const reader = flow?.node(node.at('Id').texts[0] ?? '');
    // an endpoint serves, and a monitor watches, what was learned for a purpose, for the same
    if (!flow || !reader || (reader.kind !== 'step' && reader.kind !== 'external' && !reader.purpose)) return NOT_APPLICABLE;
    return flow.sourcesOf(reader.id).map((source) => {
      const from = flow.node(source);
      // steps of one pipeline hand on what was judged where it came in
      if (!from || (from.kind === 'step' && reader.kind === 'step')) return NOT_APPLICABLE;
      return judged(reader.name, reader.purpose, from.name, flow.purposesOf(source));
    });
  },
});

function judged(reader: string, own: Purpose | undefined, from: string, purposes: readonly Purpose[]): Verdict {
  const named = purposes.map(({ name }) => `'${name}'`).join(' and ');
  if (purposes.length === 0) return own ? COMPLIANT : NOT_APPLICABLE;
  if (!own) return unknown(`'${reader}' states no purpose and reads data for ${named} from '${from}'`);
  if (purposes.every((purpose) => purpose.isSame(own))) return COMPLIANT;
  // what is mixed in one place cannot be told apart by its path
  if (purposes.some((purpose) => purpose.isSame(own))) return unknown(`'${from}' holds data for ${named}; which of it '${reader}' reads for '${own}' is not known`);
  return nonCompliant(`'${reader}' reads data for ${named} from '${from}', for the purpose '${own}'`);
}
