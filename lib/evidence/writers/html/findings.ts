import { Severity } from '../../../policy/finding';
import type { Evidence, PlacedFinding } from '../../record';
import { html, Markup } from '../markup';
import { words } from './status';

type State = 'fix' | 'shown' | 'accepted';

const STATES: readonly (readonly [State, string])[] = [['fix', 'To be fixed'], ['shown', 'Shown only'], ['accepted', 'Accepted']];
const ORDER = [Severity.FATAL, Severity.ERROR, Severity.WARNING];

/** All findings with what filters them: by state, framework and control. The filters are style sheets alone, so the page needs no script. */
export function findingList(evidence: Evidence): Markup {
  const all = [...evidence.findings].sort((a, b) => ORDER.indexOf(a.weight) - ORDER.indexOf(b.weight));
  if (all.length === 0) return html`<p>Nothing that ${evidence.runs[0]!.name} looks for has to be fixed, and nothing was accepted.</p>`;
  const states = STATES.map(([state, title]) => ({ state, title, count: all.filter((finding) => stateOf(finding) === state).length })).filter(({ count }) => count > 0);
  const frameworks = evidence.frameworks.map(({ name, requirements }) => ({ name, controls: new Set<string>(requirements.flatMap(({ controls }) => controls)) }))
    .filter(({ controls }) => all.some(({ control }) => controls.has(control)));
  const controls = [...new Set(all.map(({ control }) => control))].sort();
  return html`${states[0]!.state !== 'fix' && html`<p>Nothing that ${evidence.runs[0]!.name} looks for has to be fixed.</p>`}<div class="findings">
<style>${new Markup(rulesFor(frameworks.length, controls.length))}</style>
<form class="filters" aria-label="Filter the findings"><fieldset><legend>State</legend>${states.map(({ state, title, count }, index) => html`<label><input type="radio" name="state" id="state-${state}"${index === 0 && new Markup(' checked')}> ${title} (${count})</label>`)}<label><input type="radio" name="state" id="state-all"> All (${all.length})</label></fieldset>
${choice('framework', 'Framework', frameworks.map(({ name }) => name))}${choice('control', 'Control', controls.map(words))}<p class="soft">Filters combine; where nothing is listed, nothing matches.</p></form>
${all.map((finding) => card(finding, [
    stateOf(finding), ...frameworks.flatMap((framework, index) => (framework.controls.has(finding.control) ? [`framework-${index}`] : [])), `control-${controls.indexOf(finding.control)}`,
  ]))}</div>`;
}

function choice(name: string, title: string, options: readonly string[]): Markup {
  return html`<label>${title} <select name="${name}"><option>all</option>${options.map((option, index) => html`<option value="${name}-${index}">${option}</option>`)}</select></label>
`;
}

// what is chosen hides the cards that do not carry its class
function rulesFor(frameworks: number, controls: number): string {
  const hidden = (chosen: string, kept: string) => `.findings:has(${chosen}) article:not(.${kept}){display:none}`;
  const options = (name: string, count: number) => Array.from({ length: count }, (_, index) => hidden(`option[value="${name}-${index}"]:checked`, `${name}-${index}`));
  return [...STATES.map(([state]) => hidden(`#state-${state}:checked`, state)), ...options('framework', frameworks), ...options('control', controls)].join('');
}

function stateOf({ waiver, weight }: PlacedFinding): State {
  return waiver !== undefined ? 'accepted' : weight === Severity.WARNING ? 'shown' : 'fix';
}

function card(finding: PlacedFinding, classes: readonly string[]): Markup {
  const kind = finding.answer === 'unknown' ? 'unknown' : finding.weight;
  const accepted = finding.waiver !== undefined;
  return html`<article class="${accepted ? 'waived' : kind} ${classes.join(' ')}"><header><span class="s s-${accepted ? 'waived' : kind === 'unknown' || kind === 'warning' ? 'unknown' : 'findings'}">${kind}${accepted && ', accepted'}</span><h3>${finding.title}</h3></header>
<dl><dt>Where</dt><dd><span class="path">${finding.path}</span>${finding.step && html` · step ${finding.step}`}</dd>
${finding.source && html`<dt>Source</dt><dd><code>${finding.source}</code></dd>`}
${finding.detail && html`<dt>What</dt><dd>${finding.detail}</dd>`}
${accepted && html`<dt>${finding.acceptedBy === 'baseline' ? 'In the baseline' : 'Accepted'}</dt><dd>${finding.waiver || 'no reason given'}</dd>`}
<dt>Why</dt><dd>${finding.why}</dd><dt>Fix</dt><dd>${finding.fix}</dd>
<dt>Asked by</dt><dd>${finding.requirements.join('; ')} <span class="soft">(${words(finding.control)})</span></dd>
<dt>Rule</dt><dd><code>${finding.rule}</code>${finding.weight === Severity.FATAL && html` <span class="soft">takes no waiver</span>`}</dd></dl></article>
`;
}
