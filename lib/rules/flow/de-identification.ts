import { Control } from '../../policy/control';
import type { DataFlow } from '../../policy/flow';
import type { ComplianceProfile } from '../../policy/profile';
import type { Relations } from '../relations';
import { FLOW_NODE, rule } from '../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../verdict';

export default rule({
  name: 'FlowDeIdentification',
  title: 'Personal data is de-identified before it trains, is transformed, is captured or leaves',
  severity: 'error',
  control: Control.DE_IDENTIFICATION,
  resources: [FLOW_NODE],
  why: 'a model can repeat what it was trained on, a capture is a second copy that nobody remembers, and what has left cannot be called back',
  fix: 'put a step between that declares what it de-identifies to, read from a store of pseudonymised data, or capture less than the request',
  properties: ['Detail', 'Kind', 'DeIdentifiesTo'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj', 'https://www.ecfr.gov/current/title-45/section-164.514'],
  good: 'raw store → processing with deIdentifiesTo pseudonymised → training',
  bad: 'raw store → training; endpoint → captures classified phi; raw store → a recipient outside the app',
  check: (node, profile) => {
    const { flow } = node.relations;
    const own = flow?.node(node.at('Id').texts[0] ?? '');
    if (!flow || !own) return NOT_APPLICABLE;
    const inputs = flow.sourcesOf(own.id);
    if (own.kind === 'step' || own.kind === 'model') {
      if (!LEARNING.has(own.detail ?? '') && !(ANYTHING.has(own.detail ?? '') && node.relations.once(feedModels).has(own.id))) return NOT_APPLICABLE;
      if (inputs.length === 0) return unknown('the step declares no input, so what reaches it is not known');
      return inputs.map((source) => judged(flow, source, `'${own.name}' reads`, own.name, profile));
    }
    if (own.kind === 'external') return inputs.map((source) => judged(flow, source, `'${own.name}', outside the app, receives`, own.name, profile));
    const capturing = own.kind === 'store' ? inputs.filter((source) => flow.node(source)?.kind === 'endpoint') : [];
    if (capturing.length === 0 || own.detail !== 'captures') return NOT_APPLICABLE;
    const classification = own.classification ?? flow.classificationOf(capturing[0]!);
    if (!classification) return unknown(`what '${own.name}' captures has no classification`);
    if (profile.requiresDeIdentification(classification)) return nonCompliant(`'${own.name}' captures ${classification} data`);
    const other = own.classification ? undefined : flow.unclassifiedIn(capturing[0]!);
    return other ? unknown(`what '${own.name}' captures is of '${other.name}' too, which has no classification`) : COMPLIANT;
  },
});

const LEARNING = new Set(['Training', 'Tuning', 'Transform', 'AutoML', 'NotebookJob', 'Sweep', 'FineTuning']);
// jobs that can do anything learn when a model comes of them
const ANYTHING = new Set(['Command', 'Spark']);

function feedModels({ flow }: Relations): ReadonlySet<string> {
  return new Set((flow?.edges ?? []).filter(({ to }) => flow!.node(to)?.kind === 'model').map(({ from }) => from));
}

function judged(flow: DataFlow, source: string, does: string, to: string, profile: ComplianceProfile): Verdict {
  const from = flow.node(source)?.name ?? source;
  const classification = flow.classificationOf(source);
  if (!classification) return unknown(`what '${from}' gives to '${to}' has no classification`);
  if (profile.requiresDeIdentification(classification)) return nonCompliant(`${does} ${classification} data from '${from}'`);
  const other = flow.unclassifiedIn(source);
  return other ? unknown(`what '${from}' gives to '${to}' is of '${other.name}' too, which has no classification`) : COMPLIANT;
}
