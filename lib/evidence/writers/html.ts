import { acceptedIn, resourcesIn } from '../collect';
import { diff } from '../diff';
import type { Evidence } from '../record';
import { changes } from './html/changes';
import { controlMatrix } from './html/controls';
import { findingList } from './html/findings';
import { dataFlow } from './html/flow';
import { notAssessed, stacks, weaker } from './html/open';
import { otherPacks } from './html/packs';
import { privacyBudgets } from './html/privacy';
import { rehearsals } from './html/rehearsals';
import { counted } from './html/status';
import { tradeOffs } from './html/trade-offs';
import { waiverTable } from './html/waivers';
import { html, Markup } from './markup';
import { STYLE } from './style';

/** What the page is made with. */
export interface HtmlOptions {
  /** Evidence of an earlier run: the page says what changed since. */
  readonly previous?: Evidence;
}

/** Evidence as one self-contained HTML file: no script, no network. Everything that comes from the app is escaped. */
export function toHtml(evidence: Evidence, { previous }: HtmlOptions = {}): string {
  const { verdict } = evidence;
  const sections = sectionsOf(evidence, previous);
  const limits = [...evidence.defects, ...evidence.limits];
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
<p class="soft">${evidence.frameworks.map(({ name }) => name).join(' + ')} · residency ${[...new Set(evidence.profiles.map(({ residency }) => residency.description))].join('; ')} · ${stackLine(evidence)}${evidence.asOf && ` · as of ${evidence.asOf}`}</p>
${verdictBox(evidence)}
${limits.length > 0 && html`<div class="limits"><strong>What limits this evidence</strong><ul>${limits.map((limit) => html`<li>${limit}</li>`)}</ul></div>`}
<nav aria-label="Sections"><ul>${sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main id="main">
${numbers(evidence)}
${sections.map(([id, title, content]) => html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${content}</section>
`)}</main>
<footer>Written from what was synthesized, before any deployment: it shows what the templates ask for, not what runs. ${Object.entries(evidence.libraries).map(([name, version]) => `${name} ${version}`).join(' · ')}</footer>
</body>
</html>
`.text;
}

function sectionsOf(evidence: Evidence, previous: Evidence | undefined): (readonly [id: string, title: string, content: Markup])[] {
  return [
    ...(previous ? [['changes', 'What changed', changes(diff(previous, evidence))] as const] : []),
    ['findings', 'Findings', findingList(evidence)],
    ['flow', 'Data flow', dataFlow(evidence)],
    ['controls', 'Frameworks and controls', controlMatrix(evidence)],
    ['privacy', 'Privacy budgets', privacyBudgets(evidence)],
    ...(evidence.rehearsals ? [['runs', 'Runs on one machine', rehearsals(evidence.rehearsals)] as const] : []),
    ['trade-offs', 'Trade-offs', tradeOffs(evidence)],
    ['weaker', 'Protections that are weaker, and what stands in', weaker(evidence)],
    ['packs', 'Other packs', otherPacks(evidence)],
    ['waivers', 'Waivers', waiverTable(evidence)],
    ['open', 'Not assessed', notAssessed(evidence)],
    ['stacks', 'Stacks and templates', stacks(evidence)],
  ];
}

// a stack of Terraform has no region of its own: its stores and steps have
function stackLine({ stacks: all, flow }: Evidence): string {
  const regions = [...new Set([...all, ...flow.nodes].flatMap(({ region }) => region ?? []))].sort();
  return `${counted(all.length, 'stack')} in ${regions.join(', ') || 'no region'}`;
}

function verdictBox(evidence: Evidence): Markup {
  const { clean, fatal, errors, otherPacks: others, unknown } = evidence.verdict;
  const accepted = acceptedIn(evidence);
  const demands = evidence.frameworks.flatMap(({ requirements: all }) => all);
  const assessed = demands.filter(({ status }) => status !== 'not-assessed').length;
  const open = fatal + errors + others;
  const parts = [fatal > 0 && `${fatal} fatal`, errors > 0 && `${errors} of our own rules`, others > 0 && `${others} of other packs`].filter(Boolean).join(', ');
  const beside = [accepted > 0 && `${accepted} accepted with a reason`, unknown > 0 && `${unknown} unknown`].filter(Boolean).join(', ');
  const title = clean ? 'No unwaived finding' : open === 0 ? 'This is no proof' : `${counted(open, 'finding')} to be fixed`;
  return html`<div class="verdict ${clean ? 'good' : 'bad'}"><span class="sign" aria-hidden="true">${clean ? '✓' : '✗'}</span><div><strong>${title}</strong>${parts && `${parts}. `}${beside ? `Beside ${clean ? 'that' : 'them'}: ${beside}. ` : ''}${assessed} of ${demands.length} requirements are judged here in part; none is proven by templates alone, and the others are listed under “Not assessed”.</div></div>`;
}

function numbers(evidence: Evidence): Markup {
  const { verdict, findings } = evidence;
  const shown = findings.filter(({ waiver, weight }) => waiver === undefined && weight === 'warning');
  return html`<dl class="numbers">${[
    ['resources and steps', resourcesIn(evidence).length], ['checks kept', verdict.compliant], ['not applicable', verdict.notApplicable],
    ['to be fixed', verdict.fatal + verdict.errors + verdict.otherPacks], ['warnings', verdict.warnings], ['of them unknown', shown.filter(({ answer }) => answer === 'unknown').length],
    ['accepted, all packs', acceptedIn(evidence)],
  ].map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
