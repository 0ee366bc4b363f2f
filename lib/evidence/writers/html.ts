import { Classification } from '../../policy/classification';
import type { AssessedControl, Evidence, PackResult, PlacedFinding, RuleStatus, Status, WaiverRecord } from '../record';
import { acceptedIn, resourcesIn, weakeningsOf } from '../collect';
import { flowPicture, unconnected } from './flow-picture';
import { html, Markup } from './markup';
import { STYLE } from './style';

const STATUS: Record<Status | RuleStatus, { readonly sign: string; readonly word: string }> = {
  'findings': { sign: '✗', word: 'findings' },
  'unknown': { sign: '?', word: 'unknown' },
  'waived': { sign: '○', word: 'accepted' },
  'partly': { sign: '◐', word: 'supported in part' },
  'supported': { sign: '●', word: 'supported' },
  'kept': { sign: '✓', word: 'kept' },
  'not-assessed': { sign: '–', word: 'not assessed' },
};

/** Evidence as one self-contained HTML file: no script, no network. Everything that comes from the app is escaped. */
export function toHtml(evidence: Evidence): string {
  const { verdict } = evidence;
  const open = evidence.findings.filter(({ waiver }) => waiver === undefined);
  const accepted = evidence.findings.filter(({ waiver }) => waiver !== undefined);
  const wrong = [...open.filter(({ weight }) => weight === 'fatal'), ...open.filter(({ weight }) => weight === 'error')];
  const shown = open.filter(({ weight }) => weight === 'warning');
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${verdict.clean ? 'Clean' : 'Findings'} – compliance evidence</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<h1>Compliance evidence</h1>
<p class="soft">${evidence.frameworks.map(({ name }) => name).join(' + ')} · residency ${[...new Set(evidence.profiles.map(({ residency }) => residency.description))].join('; ')} · ${stackLine(evidence)}</p>
${verdictBox(evidence)}
${evidence.defects.length + evidence.limits.length > 0 && html`<div class="limits"><strong>What limits this evidence</strong><ul>${[...evidence.defects, ...evidence.limits].map((limit) => html`<li>${limit}</li>`)}</ul></div>`}
<nav aria-label="Sections"><ul>${SECTIONS.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main id="main">
<dl class="numbers">${[
    ['resources and steps', resourcesIn(evidence).length], ['checks kept', verdict.compliant], ['to be fixed', wrong.length + verdict.otherPacks],
    ['warnings', verdict.warnings], ['of them unknown', shown.filter(({ answer }) => answer === 'unknown').length], ['accepted, all packs', acceptedIn(evidence)],
  ].map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${section('findings', html`
${wrong.length === 0 ? html`<p>Nothing that ${evidence.runs[0]!.name} looks for has to be fixed.</p>` : wrong.map(findingCard)}
${shown.length > 0 && html`<details${new Markup(wrong.length === 0 ? ' open' : '')}><summary>${shown.length} more that are shown but do not fail: warnings, and what cannot be told before deployment</summary>${shown.map(findingCard)}</details>`}
${accepted.length > 0 && html`<details><summary>${accepted.length} that were accepted, with a reason</summary>${accepted.map(findingCard)}</details>`}`)}
${section('flow', evidence.flow.nodes.length === 0
    ? html`<p>The app declares no data flow: it uses no stores or pipelines of the library, so what flows where was not assessed.</p>`
    : html`${classes()}${flowPicture(evidence)}${idle(evidence)}<details><summary>The flow as a table</summary>${flowTable(evidence)}</details>`)}
${section('controls', html`${legend()}${matrix(evidence)}<details><summary>Every requirement by its article</summary>${requirements(evidence)}</details>`)}
${section('weaker', weaker(evidence))}
${section('packs', evidence.packs.length === 0 ? html`<p>No other pack was registered.</p>` : html`${packTable(evidence)}${evidence.packs.map(packFindings)}`)}
${section('waivers', waivers(evidence))}
${section('open', notAssessed(evidence))}
${section('stacks', stacks(evidence))}
</main>
<footer>Written from what was synthesized, before any deployment: it shows what the templates ask for, not what runs. ${Object.entries(evidence.libraries).map(([name, version]) => `${name} ${version}`).join(' · ')}</footer>
</body>
</html>
`.text;
}

const SECTIONS: readonly (readonly [string, string])[] = [
  ['findings', 'Findings'], ['flow', 'Data flow'], ['controls', 'Frameworks and controls'], ['weaker', 'Protections that are weaker, and what stands in'], ['packs', 'Other packs'], ['waivers', 'Waivers'],
  ['open', 'Not assessed'], ['stacks', 'Stacks and templates'],
];

function section(id: string, content: Markup): Markup {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${SECTIONS.find(([name]) => name === id)![1]}</h2>
${content}</section>
`;
}

function stackLine({ stacks: all }: Evidence): string {
  const regions = [...new Set(all.map(({ region }) => region ?? 'no region'))];
  return `${all.length} ${all.length === 1 ? 'stack' : 'stacks'} in ${regions.join(', ')}`;
}

function verdictBox(evidence: Evidence): Markup {
  const { clean, fatal, errors, otherPacks, unknown } = evidence.verdict;
  const accepted = acceptedIn(evidence);
  const demands = evidence.frameworks.flatMap(({ requirements: all }) => all);
  const assessed = demands.filter(({ status }) => status !== 'not-assessed').length;
  const parts = [fatal > 0 && `${fatal} fatal`, errors > 0 && `${errors} of our own rules`, otherPacks > 0 && `${otherPacks} of other packs`].filter(Boolean).join(', ');
  const beside = [accepted > 0 && `${accepted} accepted with a reason`, unknown > 0 && `${unknown} unknown`].filter(Boolean).join(', ');
  return html`<div class="verdict ${clean ? 'good' : 'bad'}" role="status"><span class="sign" aria-hidden="true">${clean ? '✓' : '✗'}</span><div><strong>${clean ? 'No unwaived finding' : `${fatal + errors + otherPacks} ${fatal + errors + otherPacks === 1 ? 'finding' : 'findings'} to be fixed`}</strong>${clean ? '' : `${parts}. `}${beside ? `Beside ${clean ? 'that' : 'them'}: ${beside}. ` : ''}${assessed} of ${demands.length} requirements are judged here in part; none is proven by templates alone, and the others are listed under “Not assessed”.</div></div>`;
}

function badge(status: Status | RuleStatus, word = STATUS[status].word): Markup {
  return html`<span class="s s-${status}"><span aria-hidden="true">${STATUS[status].sign} </span>${word}</span>`;
}

function controlBadge({ status, accepted }: AssessedControl): Markup {
  if (status !== 'waived') return badge(status);
  const count = accepted.reduce((sum, one) => sum + one.count, 0);
  return badge(status, `${accepted.every(({ unknown }) => unknown) ? 'unknown, accepted' : 'findings accepted'} (${count})`);
}

// what was checked, rule by rule: a tick belongs to an answer, not to a law
function checked({ checks, accepted, leftOpen }: AssessedControl, prefix: string): Markup {
  return html`${checks.length > 0 && html`<ul class="checks">${checks.map(({ rule, title, status, kept, open, waived }) => html`<li><span class="s s-${status}" title="${title}"><span aria-hidden="true">${STATUS[status].sign} </span>${shortRule(rule, prefix)}</span> <span class="soft">${[`${kept} kept`, open > 0 && `${open} open`, waived > 0 && `${waived} accepted`].filter(Boolean).join(', ')}</span></li>`)}</ul>`}${accepted.map(({ reason, unknown, count }) => html`<span class="cites">${count} ${unknown ? 'unknown, accepted' : 'accepted'}: ${reason || 'no reason given'}</span>`)}${checks.length > 0 && leftOpen && html`<span class="cites">not checked: ${leftOpen}</span>`}`;
}

function shortRule(rule: string, prefix: string): string {
  return rule.startsWith(`${prefix}-`) ? rule.slice(prefix.length + 1) : rule;
}

function legend(): Markup {
  return html`<p class="soft">A control stands as the worst answer of the rules that are named with it; “kept” is said of a rule only. That the rules of a control are kept supports a requirement, it does not fulfil one: most ask for more than a template can show. “Supported in part” means that a part was not checked, “not assessed” that nothing was. Classifications, purposes and de-identification are declared by the app, not verified.</p>`;
}

function matrix({ controls, frameworks, runs }: Evidence): Markup {
  const prefixes = frameworks.map(({ requirements: all }) => commonWords(all.map(({ citation }) => citation)));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Controls by framework"><table class="matrix"><thead><tr><th scope="col">Control</th><th scope="col">State</th><th scope="col">What was checked</th>${frameworks.map(({ name }, index) => html`<th scope="col">${name} <span class="soft">${prefixes[index]!.replace(`${name} `, '')}</span></th>`)}</tr></thead><tbody>
${controls.map((one) => html`<tr><th scope="row">${words(one.control)}</th><td>${controlBadge(one)}</td><td>${checked(one, runs[0]!.name)}</td>${frameworks.map(({ requirements: all }, index) => {
    const asked = all.filter((requirement) => requirement.controls.includes(one.control));
    return html`<td>${asked.length === 0 ? html`<span class="soft">not asked</span>` : html`<span class="cites">${asked.map(({ citation }) => citation.slice(prefixes[index]!.length)).join(', ')}</span>`}</td>`;
  })}</tr>
`)}</tbody></table></div>`;
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
<div class="scroll"><table><thead><tr><th scope="col">Requirement</th><th scope="col">What it asks</th><th scope="col">State</th></tr></thead><tbody>${framework.requirements.map(({ citation, title, status, supportedBy, leftOpen }) => html`<tr><th scope="row">${citation}</th><td>${title}</td><td>${badge(status)}${supportedBy.length > 0 && html`<span class="cites">${status === 'findings' || status === 'unknown' ? 'judged by' : 'supported by'}: ${supportedBy.map((rule) => shortRule(rule, runs[0]!.name)).join(', ')}</span>`}${leftOpen.length > 0 && html`<span class="cites">not checked: ${leftOpen.join('; ')}</span>`}</td></tr>
`)}</tbody></table></div>`)}`;
}

function findingCard(finding: PlacedFinding): Markup {
  const kind = finding.answer === 'unknown' ? 'unknown' : finding.weight;
  const accepted = finding.waiver !== undefined;
  return html`<article class="${accepted ? 'waived' : kind}"><header><span class="s s-${accepted ? 'waived' : kind === 'unknown' || kind === 'warning' ? 'unknown' : 'findings'}">${kind}${accepted && ', accepted'}</span><h3>${finding.title}</h3></header>
<dl><dt>Where</dt><dd><span class="path">${finding.path}</span>${finding.step && html` · step ${finding.step}`}</dd>
${finding.source && html`<dt>Source</dt><dd><code>${finding.source}</code></dd>`}
${finding.detail && html`<dt>What</dt><dd>${finding.detail}</dd>`}
${accepted && html`<dt>Accepted</dt><dd>${finding.waiver || 'no reason given'}</dd>`}
<dt>Why</dt><dd>${finding.why}</dd><dt>Fix</dt><dd>${finding.fix}</dd>
<dt>Asked by</dt><dd>${finding.requirements.length > 0 ? finding.requirements.join('; ') : 'no framework of the profile'} <span class="soft">(${words(finding.control)})</span></dd>
<dt>Rule</dt><dd><code>${finding.rule}</code>${finding.weight === 'fatal' && html` <span class="soft">takes no waiver</span>`}</dd></dl></article>
`;
}

function classes(): Markup {
  return html`<ul class="legend">${Classification.all().map(({ name }) => html`<li><span class="swatch c-${name}"></span>${name}</li>`)}<li><span class="swatch c-none"></span>not classified</li></ul>`;
}

function idle({ flow }: Evidence): Markup {
  const names = unconnected(flow).map(({ name }) => name);
  return names.length === 0 ? html`` : html`<p class="soft">Not drawn, because no data is declared to flow through them: ${names.join(', ')}.</p>`;
}

function flowTable({ flow }: Evidence): Markup {
  return html`<div class="scroll"><table><thead><tr><th scope="col">Name</th><th scope="col">Kind</th><th scope="col">Gives out</th><th scope="col">Purpose</th><th scope="col">Region</th><th scope="col">Receives from</th></tr></thead><tbody>${flow.nodes.map((node) => html`<tr><th scope="row">${node.name}<span class="cites path">${node.id}</span></th><td>${node.kind}${node.detail && html` · ${node.detail}`}</td><td>${node.classification ?? 'not classified'}${node.deIdentifiesTo && html` <span class="soft">(declared, not verified)</span>`}</td><td>${node.purpose ?? '–'}</td><td class="tight">${node.region ?? '–'}</td><td>${flow.edges.filter(({ to }) => to === node.id).map(({ from, label }) => html`${flow.nodes.find(({ id }) => id === from)?.name ?? from}${label && html` <span class="soft">(${label})</span>`}<br>`)}</td></tr>
`)}</tbody></table></div>`;
}

function packTable({ packs }: Evidence): Markup {
  return html`<div class="scroll"><table><thead><tr><th scope="col">Pack</th><th scope="col">Result</th><th scope="col" class="n">Findings</th><th scope="col" class="n">Waived</th></tr></thead><tbody>${packs.map((pack) => html`<tr><th scope="row">${pack.name}</th><td>${packBadge(pack)}</td><td class="n">${pack.findings.length}</td><td class="n">${pack.suppressed.length}</td></tr>
`)}</tbody></table></div><p class="soft">Of findings that are waived by a bare id these packs leave no trace; such waivers are listed below.</p>`;
}

function packBadge(pack: PackResult): Markup {
  if (pack.failure || pack.findings.some(({ severity }) => severity !== 'warning' && severity !== 'info')) return badge('findings');
  if (pack.findings.length > 0) return badge('unknown', 'warnings');
  return pack.suppressed.length > 0 ? badge('waived', 'findings accepted') : badge('kept', 'no findings');
}

function packFindings(pack: PackResult): Markup {
  if (!pack.failure && pack.findings.length === 0) return html``;
  return html`<h3>${pack.name}</h3>${pack.failure && html`<p>${pack.failure}</p>`}<div class="scroll"><table><thead><tr><th scope="col">Rule</th><th scope="col">Where</th><th scope="col">What</th></tr></thead><tbody>${pack.findings.map(({ rule, severity, path, source, description, fix }) => html`<tr><th scope="row"><code>${rule}</code><span class="cites">${severity}</span></th><td><span class="path">${path}</span>${source && html`<span class="cites">${source}</span>`}</td><td>${description}${fix && html`<span class="cites">${fix}</span>`}</td></tr>
`)}</tbody></table></div>`;
}

function weaker(evidence: Evidence): Markup {
  const groups = weakeningsOf(evidence);
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="Weaker protections"><table><thead><tr><th scope="col">Control</th><th scope="col">Why it is weaker</th><th scope="col">What stands in</th><th scope="col">Where</th></tr></thead><tbody>${groups.map(({ control, reason, substitute, places }) => html`<tr><th scope="row">${words(control)}</th><td>${reason}</td><td>${substitute}</td><td><details${new Markup(places.length > 3 ? '' : ' open')}><summary>${places.length} ${places.length === 1 ? 'place' : 'places'}</summary><ul class="places">${places.map(({ path, source }) => html`<li><span class="path">${path}</span>${source && html`<span class="cites">${source}</span>`}</li>`)}</ul></details></td></tr>
`)}</tbody></table></div>`;
  return html`${groups.length === 0 ? html`<p>No construct of the library says that it lacks a protection.</p>`
    : html`<p class="soft">Said by the constructs themselves: what the service cannot do, or the app has turned off. No rule judges whether what stands in is enough; a person does.</p>${table}`}
${evidence.costs.length > 0 && html`<h3>Expected costs</h3><ul>${evidence.costs.map(({ path, usDollars, basis }) => html`<li><span class="path">${path}</span>: about ${usDollars.toFixed(2)} US dollars a month <span class="soft">(${basis})</span></li>`)}</ul>`}`;
}

function waivers(evidence: Evidence): Markup {
  const { waivers: all } = evidence;
  const idle = all.filter(({ findings }) => findings === 0).length;
  if (all.length === 0) return html`<p>Nothing was waived.</p>`;
  return html`<p>${all.length} ${all.length === 1 ? 'waiver' : 'waivers'} accept ${acceptedIn(evidence)} findings of all packs: one can accept several${idle > 0 && `, and ${idle} of them ${idle === 1 ? 'accepts' : 'accept'} nothing here`}. What is outside the residency takes no waiver; what cannot be told (unknown) can be accepted with a reason.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Waivers"><table class="waivers"><thead><tr><th scope="col">Rule</th><th scope="col">Reason</th><th scope="col">Given by</th><th scope="col" class="n">Silences</th></tr></thead><tbody>${grouped(all).map(({ rule, reason, byLibrary, given }) => html`<tr><th scope="row"><code>${rule}</code></th><td>${reason || html`<span class="s s-findings">no reason given</span>`}<details><summary>${given.length === 1 ? 'where' : `${given.length} places`}</summary><ul class="places">${given.map(({ id, at, source, findings }) => html`<li><span class="path">${at || 'the whole app'}</span>${id !== rule && html`<span class="cites path">${id}</span>`}${source && html`<span class="cites">${source}</span>`}${findings === 0 && html` <span class="s s-unknown">silences nothing</span>`}</li>`)}</ul></details></td><td>${byLibrary ? 'the library' : 'the app'}</td><td class="n">${silenced(given)}</td></tr>
`)}</tbody></table></div>`;
}

interface WaiverGroup { readonly rule: string; readonly reason: string; readonly byLibrary: boolean; readonly given: WaiverRecord[] }

// one reason for one rule is one decision, in however many places it was taken
function grouped(all: readonly WaiverRecord[]): WaiverGroup[] {
  const groups = new Map<string, WaiverGroup>();
  for (const waiver of all) {
    const rule = waiver.id.replace(/\[[\s\S]*\]$/, (finding) => (finding === '[unknown]' ? finding : ''));
    const byLibrary = waiver.byLibrary === true;
    const key = JSON.stringify([rule, waiver.reason, byLibrary]);
    const group = groups.get(key) ?? { rule, reason: waiver.reason, byLibrary, given: [] };
    groups.set(key, group);
    group.given.push(waiver);
  }
  return [...groups.values()];
}

function silenced(given: readonly WaiverRecord[]): string | number | Markup {
  if (given.some(({ findings }) => findings === undefined)) return 'not told';
  const sum = given.reduce((total, { findings }) => total + (findings ?? 0), 0);
  return sum === 0 ? html`<span class="s s-unknown">nothing</span>` : sum;
}

function notAssessed({ notAssessed: open }: Evidence): Markup {
  const list = (items: readonly string[]) => (items.length === 0 ? html`<p>None.</p>` : html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`);
  return html`<p>None of this passed and none of it failed. A person has to show it otherwise.</p>
<details><summary>${open.requirements.length} requirements that no judged control meets</summary>${list(open.requirements)}</details>
<details><summary>${open.controls.length} controls that no rule judged here</summary>${list(open.controls.map(words))}</details>
<details><summary>${open.resourceTypes.length} resource types without a rule of their own (their region-bearing texts are judged)</summary>${list(open.resourceTypes.map(({ type, count }) => `${type} (${count})`))}</details>`;
}

function stacks({ stacks: all }: Evidence): Markup {
  return html`<div class="scroll"><table><thead><tr><th scope="col">Stack</th><th scope="col">Region</th><th scope="col">Account</th><th scope="col">Template</th><th scope="col">SHA-256</th></tr></thead><tbody>${all.map(({ path, region, account, template, digest }) => html`<tr><th scope="row">${path}</th><td>${region ?? 'none'}</td><td>${account ?? 'none'}</td><td><code>${template}</code></td><td><code>${digest.slice(0, 16)}…</code></td></tr>
`)}</tbody></table></div>`;
}

function words(control: string): string {
  return control.replaceAll('-', ' ');
}

// a framework's address comes from the user's own data
function safeUrl(url: string): string {
  return /^https?:\/\//i.test(url) ? url : '#';
}
