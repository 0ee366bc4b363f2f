import { isOfFiles, weakeningsOf } from '../../collect';
import type { Evidence } from '../../record';
import { html, type Markup } from '../markup';
import { counted, words } from './status';

/** What neither passed nor failed. */
export function notAssessed({ notAssessed: open }: Evidence): Markup {
  const list = (items: readonly string[]) => (items.length === 0 ? html`<p>None.</p>` : html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`);
  return html`<p>None of this passed and none of it failed. A person has to show it otherwise.</p>
<details class="listed"><summary>${counted(open.requirements.length, 'requirement')} that no judged control meets</summary>${list(open.requirements)}</details>
<details class="listed"><summary>${counted(open.controls.length, 'control')} that no rule judged here</summary>${list(open.controls.map(words))}</details>
<details class="listed"><summary>${counted(open.resourceTypes.length, 'resource type')} without a rule of their own (region-bearing texts are judged in all)</summary>${list(open.resourceTypes.map(({ type, count }) => `${type} (${count})`))}</details>`;
}

/** Protections that constructs say they lack. */
export function weaker(evidence: Evidence): Markup {
  const groups = weakeningsOf(evidence);
  if (groups.length === 0 && isOfFiles(evidence)) return html`<p>Not known from files: none of them tells of a construct of the library that lacks a protection.</p>`;
  if (groups.length === 0) return html`<p>No construct of the library says that it lacks a protection.</p>`;
  return html`<p class="soft">Said by the constructs themselves: what the service cannot do, or the app has turned off. No rule judges whether what stands in is enough; a person does.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Table: Weaker protections"><table><thead><tr><th scope="col">Control</th><th scope="col">Why it is weaker</th><th scope="col">What stands in</th><th scope="col">Where</th></tr></thead><tbody>${groups.map(({ control, reason, substitute, places }) => html`<tr><th scope="row">${words(control)}</th><td>${reason}</td><td>${substitute}</td><td><details${places.length <= 3 && html` open`}><summary>${counted(places.length, 'place')}</summary><ul class="places">${places.map(({ path, source }) => html`<li><span class="path">${path}</span>${source && html`<span class="cites">${source}</span>`}</li>`)}</ul></details></td></tr>
`)}</tbody></table></div>`;
}

/** What was synthesized, with its digests. */
export function stacks({ stacks: all, flow }: Evidence): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table: Stacks"><table><thead><tr><th scope="col">Stack</th><th scope="col">Region</th><th scope="col">Account</th><th scope="col">Template</th><th scope="col">SHA-256</th></tr></thead><tbody>${all.map(({ path, region, account, template, digest }) => html`<tr><th scope="row">${path}</th><td>${region ?? (regionsWithin(path, flow) || 'not stated')}</td><td>${account ?? 'not stated'}</td><td><code>${template}</code></td><td><code>${digest.slice(0, 16)}…</code></td></tr>
`)}</tbody></table></div>`;
}

function regionsWithin(path: string, { nodes }: Evidence['flow']): string {
  return [...new Set(nodes.flatMap(({ id, region }) => (region !== undefined && id.startsWith(`${path}/`) ? [region] : [])))].sort().join(', ');
}
