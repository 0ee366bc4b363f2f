import type { Changed, EvidenceDiff } from '../../diff';
import type { PlacedFinding } from '../../record';
import { html, type Markup } from '../markup';
import { badge, counted, words } from './status';

/** What changed since a previous record. */
export function changes(found: EvidenceDiff): Markup {
  const parts = [
    findings('New findings', found.appeared), findings('Mended', found.mended), findings('Accepted since', found.accepted),
    list('Controls that stand otherwise', found.controls.map(({ control, before, after }) => html`${words(control)}: ${badge(before)} → ${badge(after)}`)),
    list('Waivers', [
      ...found.waivers.added.map(({ id, at, reason }) => html`new: <code>${id}</code> at <span class="path">${at || 'the whole app'}</span>: ${reason || 'no reason given'}`),
      ...found.waivers.removed.map(({ id, at }) => html`gone: <code>${id}</code> at <span class="path">${at || 'the whole app'}</span>`),
    ]),
    named('Regions that data may be in', found.residency), named('Regions of stacks', found.regions), named('Frameworks', found.frameworks), named('Rules', found.rules),
    named('Limits of the proof', found.limits), named('Findings of other packs', found.otherPacks),
  ].filter((part): part is Markup => part !== undefined);
  if (parts.length === 0) return html`<p>Nothing: the same findings, waivers, regions, frameworks and rules.</p>`;
  const verdict = found.isWorse && found.isBetter ? 'Some things are better, some are worse.' : found.isWorse ? 'It is worse than before.' : found.isBetter ? 'It is better than before.' : 'Neither better nor worse.';
  return html`<p><strong>${verdict}</strong></p>${parts}`;
}

function findings(title: string, all: readonly PlacedFinding[]): Markup | undefined {
  return list(title, all.map(({ title: what, path, source, weight, detail }) => html`<strong>${what}</strong> <span class="soft">(${weight})</span><span class="cites"><span class="path">${path}</span>${source && html` · ${source}`}${detail && html` · ${detail}`}</span>`));
}

function named(title: string, { added, removed }: Changed): Markup | undefined {
  return list(title, [...added.map((word) => html`new: ${word}`), ...removed.map((word) => html`gone: ${word}`)]);
}

function list(title: string, items: readonly Markup[]): Markup | undefined {
  if (items.length === 0) return undefined;
  const all = html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
  return items.length > 12 ? html`<h3>${title}</h3><details><summary>${counted(items.length, 'change')}</summary>${all}</details>` : html`<h3>${title}</h3>${all}`;
}
