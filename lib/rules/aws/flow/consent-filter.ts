import { Control } from '../../../policy/control';
import type { DataFlow, FlowNode } from '../../../policy/flow';
import type { Purpose } from '../../../policy/purpose';
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
  fix: 'put pipeline.addConsentFilter between the store and what learns, with the registry and the purpose of the data; or take the purpose out of consentPurposes, if it has another basis',
  properties: ['Detail'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'raw store for readmission-risk → consent filter for readmission-risk → training, where a registry or the profile has readmission-risk among the purposes that rest on consent',
  bad: 'the same store → training',
  check: (node, profile) => {
    const { flow } = node.relations;
    const own = flow?.node(node.at('Id').texts[0] ?? '');
    if (!flow || own?.kind !== 'step' || !LEARNING.has(own.detail ?? '')) return NOT_APPLICABLE;
    const asked = new Map([...profile.consentPurposes, ...node.relations.once(registered)].map((purpose) => [purpose.name, purpose]));
    if (asked.size === 0) return NOT_APPLICABLE;
    const { origins: open, filters } = behind(flow, own, () => true);
    const verdicts = [
      ...open.filter((origin) => !purposeOf(origin, own)).map((origin) => unknown(`'${own.name}' learns from '${origin.name}', and neither says for what: whether that rests on consent is not known`)),
      ...[...asked.values()].flatMap((purpose) => unfiltered(flow, own, purpose, open)),
    ];
    return filters.length > 0 && verdicts.length === 0 ? COMPLIANT : verdicts;
  },
});

const LEARNING = new Set(['Training', 'Tuning', 'AutoML', 'NotebookJob']);

function registered({ flow }: Relations): readonly Purpose[] {
  return (flow?.nodes ?? []).flatMap(({ consentPurposes = [] }) => consentPurposes);
}

/** Where the data of people came in that reaches a step through no filter that counts, and the filters that were met. */
function behind(flow: DataFlow, step: FlowNode, counts: (asksFor: Purpose) => boolean): { readonly origins: FlowNode[]; readonly filters: Purpose[] } {
  const origins: FlowNode[] = [];
  const filters: Purpose[] = [];
  const seen = new Set(flow.sourcesOf(step.id));
  for (const id of seen) {
    const node = flow.node(id);
    if (!node || (node.deIdentifiesTo && !node.deIdentifiesTo.isPersonal)) continue;
    if (node.consent) filters.push(node.consent.purpose);
    if (node.consent && counts(node.consent.purpose)) continue;
    const sources = flow.sourcesOf(id);
    if (sources.length === 0 && (node.kind === 'store' || node.kind === 'external') && !node.consentPurposes && (node.classification?.isPersonal ?? true)) origins.push(node);
    for (const source of sources) seen.add(source);
  }
  return { origins, filters };
}

/** What a step learns for a purpose that rests on consent, past every filter for that purpose: who agrees to one thing has not agreed to another. */
function unfiltered(flow: DataFlow, step: FlowNode, purpose: Purpose, open: readonly FlowNode[]): Verdict[] {
  const { origins, filters } = behind(flow, step, (asksFor) => asksFor.isSame(purpose));
  const others = [...new Set(filters.filter((asksFor) => !asksFor.isSame(purpose)).map(({ name }) => `'${name}'`))].sort();
  return origins.filter((origin) => purposeOf(origin, step)?.isSame(purpose)).map((origin) => nonCompliant(
    `'${step.name}' learns from '${origin.name}' for '${purpose}', which rests on consent, and ${open.includes(origin) ? 'no filter asks who consents' : `a filter asks who consents to ${others.join(' and ')} instead`}`,
  ));
}

function purposeOf(origin: FlowNode, step: FlowNode): Purpose | undefined {
  return origin.purpose ?? step.purpose;
}
