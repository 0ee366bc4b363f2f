import { Classification } from '../../../policy/classification';
import { isOfFiles } from '../../collect';
import type { Evidence } from '../../record';
import { flowPicture, unconnected } from '../flow-picture';
import { html, type Markup } from '../markup';

/** The data flow: drawn, and the same as a table. */
export function dataFlow(evidence: Evidence): Markup {
  if (evidence.flow.nodes.length === 0 && isOfFiles(evidence)) return html`<p>Not known from files: what flows where is declared by constructs, and only a synthesis with RegulatedMLChecks records it. It was not assessed.</p>`;
  if (evidence.flow.nodes.length === 0) return html`<p>The app declares no data flow: it uses no stores or pipelines of the library, so what flows where was not assessed.</p>`;
  return html`${classes()}${flowPicture(evidence)}${idle(evidence)}<details><summary>The flow as a table</summary>${table(evidence)}</details>`;
}

function classes(): Markup {
  return html`<ul class="legend">${Classification.all().map(({ name }) => html`<li><span class="swatch c-${name}"></span>${name}</li>`)}<li><span class="swatch c-none"></span>not classified</li></ul>`;
}

function idle({ flow }: Evidence): Markup {
  const names = unconnected(flow).map(({ name }) => name);
  return names.length === 0 ? html`` : html`<p class="soft">Not drawn, because no data is declared to flow through them: ${names.join(', ')}.</p>`;
}

function table({ flow }: Evidence): Markup {
  const names = new Map(flow.nodes.map(({ id, name }) => [id, name]));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table: data flow"><table><thead><tr><th scope="col">Name</th><th scope="col">Kind</th><th scope="col">Gives out</th><th scope="col">Purpose</th><th scope="col">Region</th><th scope="col">Receives from</th></tr></thead><tbody>${flow.nodes.map((node) => html`<tr><th scope="row">${node.name}<span class="cites path">${node.id}</span></th><td>${node.kind}${node.detail && html` · ${node.detail}`}</td><td>${node.classification ?? 'not classified'}${node.deIdentifiesTo && html` <span class="soft">(declared, not verified)</span>`}</td><td>${node.purpose ?? '–'}</td><td class="tight">${node.region ?? '–'}</td><td>${flow.edges.filter(({ to }) => to === node.id).map(({ from, label }) => html`${names.get(from) ?? from}${label && html` <span class="soft">(${label})</span>`}<br>`)}</td></tr>
`)}</tbody></table></div>`;
}
