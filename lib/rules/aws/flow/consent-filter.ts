import { Control } from '../../../policy/control';
import type { DataFlow, FlowNode } from '../../../policy/flow';
import type { ComplianceProfile } from '../../../policy/profile';
import { Purpose } from '../../../policy/purpose';
import type { Relations } from '../../relations';
import { FLOW_NODE, rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';

export default rule({
  name: 'FlowConsentFilter',
  title: 'What learns from people for a purpose that rests on consent reads its data through a consent filter',
  severity: 'error',
  control: Control.CONSENT,
  resources: [FLOW_NODE],
  why: 'a consent that was never given, has run out or was taken back is no basis; only a run that asks for it leaves those rows out',
  fix: 'put pipeline.addConsentFilter between the store and what learns, with the registry and the purpose; or take the purpose out of consentPurposes, if it has another basis',
  properties: ['Detail'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'raw store for readmission-risk → consent filter for readmission-risk → training, where a registry or the profile has readmission-risk among the purposes that rest on consent',
  bad: 'the same store → training',
  check: (node, profile) => {
    const { flow } = node.relations;
    const own = flow?.node(node.at('Id').texts[0] ?? '');
    if (!flow || own?.kind !== 'step' || !LEARNING.has(own.detail ?? '')) return NOT_APPLICABLE;
    const asked = [...profile.consentPurposes, ...node.relations.once(registered)];
    if (asked.length === 0) return NOT_APPLICABLE;
    const { origins, filtered } = behind(flow, own);
    const verdicts = origins.map((origin) => judged(own, origin, asked));
    return filtered && verdicts.every(({ answer }) => answer === NOT_APPLICABLE.answer) ? COMPLIANT : verdicts;
  },
});

const LEARNING = new Set(['Training', 'Tuning', 'AutoML', 'NotebookJob']);

function registered({ flow }: Relations): readonly Purpose[] {
  return (flow?.nodes ?? []).flatMap(({ consentPurposes = [] }) => consentPurposes);
}

/** Where the data of people came in that reaches a step through no filter, and whether there is a filter on any way. */
function behind(flow: DataFlow, step: FlowNode): { readonly origins: FlowNode[]; readonly filtered: boolean } {
  const origins: FlowNode[] = [];
  let filtered = false;
  const seen = new Set(flow.sourcesOf(step.id));
  for (const id of seen) {
    const node = flow.node(id);
    if (!node || (node.deIdentifiesTo && !node.deIdentifiesTo.isPersonal)) continue;
    if (node.consent) {
      filtered = true;
      continue;
    }
    const sources = flow.sourcesOf(id);
    if (sources.length === 0 && (node.kind === 'store' || node.kind === 'external') && !node.consentPurposes && (node.classification?.isPersonal ?? true)) origins.push(node);
    for (const source of sources) seen.add(source);
  }
  return { origins, filtered };
}

function judged(step: FlowNode, origin: FlowNode, asked: ComplianceProfile['consentPurposes']): Verdict {
  const purpose = origin.purpose ?? step.purpose;
  if (!purpose) return unknown(`'${step.name}' learns from '${origin.name}', and neither says for what: whether that rests on consent is not known`);
  if (!asked.some((one) => one.isSame(purpose))) return NOT_APPLICABLE;
  return nonCompliant(`'${step.name}' learns from '${origin.name}' for '${purpose}', which rests on consent, and no filter asks who consents`);
}
