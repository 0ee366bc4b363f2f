import type { AssessedControl, Evidence, Status } from '../../record';
import { html, type Markup } from '../markup';
import { badge, counted, shortRule, STATUS, words } from './status';

/** Frameworks across, controls down: where each stands, which articles ask for it, which rules judged it. */
export function controlMatrix(evidence: Evidence): Markup {
  return html`${legend()}${matrix(evidence)}<details class="screen"><summary>Every requirement by its article</summary>${requirements(evidence)}</details>${onPaper(evidence)}`;
}

const STATES: readonly Status[] = ['findings', 'unknown', 'waived', 'partly', 'supported', 'not-assessed'];
/** Those that somebody has to answer for; the others are counted. */
const NAMED: readonly Status[] = ['findings', 'unknown', 'waived'];

// a thousand rows of what is in order would bury the rest
function onPaper({ frameworks }: Evidence): Markup {
  return html`<div class="paper"><p class="soft">On paper what is kept is counted. Each rule with its answers, and each requirement with its rules, stand in the page on a screen and in evidence.json.</p><h3>Requirements by their state</h3><table><thead><tr><th scope="col">Framework</th><th scope="col">State</th><th scope="col">Requirements</th><th scope="col">Which</th></tr></thead><tbody>${frameworks.flatMap(({ name, requirements: all }) => STATES
    .map((status) => ({ status, mine: all.filter((requirement) => requirement.status === status) })).filter(({ mine }) => mine.length > 0)
    .map(({ status, mine }) => html`<tr><th scope="row">${name}</th><td>${badge(status)}</td><td>${mine.length}</td><td class="cites">${NAMED.includes(status) ? mine.map(({ citation }) => citation).join(', ')
      : status === 'not-assessed' ? 'below, under “Not assessed”' : 'in the matrix above'}</td></tr>
`))}</tbody></table></div>`;
}

function legend(): Markup {
  return html`<p class="soft">A control stands as the worst answer of the rules that are named with it; “kept” is said of a rule only. That the rules of a control are kept supports a requirement, it does not fulfil one: most ask for more than a template can show. “Supported in part” means that a part was not checked, “not assessed” that nothing was. Classifications, purposes and de-identification are declared by the app, not verified.</p>`;
}

function matrix({ controls, frameworks, runs }: Evidence): Markup {
  const prefixes = frameworks.map(({ requirements: all }) => commonWords(all.map(({ citation }) => citation)));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table: Controls by framework"><table class="matrix"><thead><tr><th scope="col">Control</th><th scope="col">State</th><th scope="col">Judged by</th>${frameworks.map(({ name }, index) => html`<th scope="col">${name} <span class="soft">${prefixes[index]!.replace(`${name} `, '')}</span></th>`)}</tr></thead><tbody>
${controls.map((one) => html`<tr><th scope="row">${words(one.control)}</th><td>${controlBadge(one)}</td><td>${judged(one, runs[0]!.name)}</td>${frameworks.map(({ requirements: all }, index) => {
    const asked = all.filter((requirement) => requirement.controls.includes(one.control));
    return html`<td class="${asked.length > 0 && `cell-${one.status}`}">${asked.length === 0 ? html`<span class="soft">not asked</span>` : html`<span class="cites">${asked.map(({ citation }) => citation.slice(prefixes[index]!.length)).join(', ')}</span>`}</td>`;
  })}</tr>
`)}</tbody></table></div>`;
}

function controlBadge({ status, accepted }: AssessedControl): Markup {
  if (status !== 'waived') return badge(status);
  const count = accepted.reduce((sum, one) => sum + one.count, 0);
  return badge(status, `${accepted.every(({ unknown }) => unknown) ? 'unknown, accepted' : 'findings accepted'} (${count})`);
}

// a tick belongs to an answer, not to a law
function judged({ checks, rules, accepted, leftOpen, kept, open }: AssessedControl, prefix: string): Markup {
  if (checks.length === 0) return html`<span class="soft">${rules.length === 0 ? 'no rule' : `${counted(rules.length, 'rule')}, nothing here to judge`}</span>`;
  return html`<details><summary>${counted(checks.length, 'rule')}: ${kept} kept${open > 0 && `, ${open} open`}</summary><ul class="checks">${checks.map(({ rule, title, status, kept: own, open: left, waived }) => html`<li><span class="s s-${status}" title="${title}"><span aria-hidden="true">${STATUS[status].sign} </span>${shortRule(rule, prefix)}</span> <span class="soft">${[`${own} kept`, left > 0 && `${left} open`, waived > 0 && `${waived} accepted`].filter(Boolean).join(', ')}</span></li>`)}</ul></details>${accepted.map(({ reason, unknown, count }) => html`<span class="cites">${count} ${unknown ? 'unknown, accepted' : 'accepted'}: ${reason || 'no reason given'}</span>`)}${leftOpen && html`<span class="cites">not checked: ${leftOpen}</span>`}`;
}

// what all citations begin with, such as `GDPR ` or `45 CFR `, stands once in the head of the column
function commonWords(texts: readonly string[]): string {
  const first = texts[0] ?? '';
  let end = texts.length < 2 ? 0 : first.lastIndexOf(' ') + 1;
  while (end > 0 && !texts.every((text) => text.startsWith(first.slice(0, end)))) end = first.lastIndexOf(' ', end - 2) + 1;
  return first.slice(0, end);
}

function requirements({ frameworks, runs }: Evidence): Markup {
  return html`${frameworks.map((framework) => html`<h3><a href="${safeUrl(framework.url)}" rel="noreferrer">${framework.title}</a></h3>
<div class="scroll" tabindex="0" role="region" aria-label="Table: Requirements of ${framework.name}"><table><thead><tr><th scope="col">Requirement</th><th scope="col">What it asks</th><th scope="col">State</th></tr></thead><tbody>${framework.requirements.map(({ citation, title, status, supportedBy, leftOpen }) => html`<tr><th scope="row">${citation}</th><td>${title}</td><td>${badge(status)}${supportedBy.length > 0 && html`<span class="cites">${status === 'findings' || status === 'unknown' ? 'judged by' : 'supported by'}: ${supportedBy.map((rule) => shortRule(rule, runs[0]!.name)).join(', ')}</span>`}${leftOpen.length > 0 && html`<span class="cites">not checked: ${leftOpen.join('; ')}</span>`}</td></tr>
`)}</tbody></table></div>`)}`;
}

// a framework's address comes from the user's own data
function safeUrl(url: string): string {
  return /^https?:\/\//i.test(url) ? url : '#';
}
