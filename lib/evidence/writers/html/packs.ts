import { isOfFiles } from '../../collect';
import type { Evidence, PackResult } from '../../record';
import { html, type Markup } from '../markup';
import { badge } from './status';

/** What packs of others said. */
export function otherPacks(evidence: Evidence): Markup {
  const { packs } = evidence;
  if (packs.length === 0 && isOfFiles(evidence)) return html`<p>Not known from files: no other pack left a finding in them, and which were registered they do not tell.</p>`;
  if (packs.length === 0) return html`<p>No other pack was registered.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table: Other packs"><table><thead><tr><th scope="col">Pack</th><th scope="col">Result</th><th scope="col" class="n">Findings</th><th scope="col" class="n">Waived</th></tr></thead><tbody>${packs.map((pack) => html`<tr><th scope="row">${pack.name}</th><td>${packBadge(pack)}</td><td class="n">${pack.findings.length}</td><td class="n">${pack.suppressed.length}</td></tr>
`)}</tbody></table></div><p class="soft">Of findings that are waived by a bare id these packs leave no trace; such waivers are listed below.</p>${packs.map(packFindings)}`;
}

function packBadge(pack: PackResult): Markup {
  if (pack.failure || pack.findings.some(({ severity }) => severity !== 'warning' && severity !== 'info')) return badge('findings');
  if (pack.findings.length > 0) return badge('unknown', 'warnings');
  return pack.suppressed.length > 0 ? badge('waived', 'findings accepted') : badge('kept', 'no findings');
}

function packFindings(pack: PackResult): Markup {
  if (!pack.failure && pack.findings.length === 0) return html``;
  return html`<h3>${pack.name}</h3>${pack.failure && html`<p>${pack.failure}</p>`}<div class="scroll" tabindex="0" role="region" aria-label="Table: Findings of ${pack.name}"><table><thead><tr><th scope="col">Rule</th><th scope="col">Where</th><th scope="col">What</th></tr></thead><tbody>${pack.findings.map(({ rule, severity, path, source, description, fix }) => html`<tr><th scope="row"><code>${rule}</code><span class="cites">${severity}</span></th><td><span class="path">${path}</span>${source && html`<span class="cites">${source}</span>`}</td><td>${description}${fix && html`<span class="cites">${fix}</span>`}</td></tr>
`)}</tbody></table></div>`;
}
