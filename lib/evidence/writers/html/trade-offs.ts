import { isOfFiles } from '../../collect';
import type { Evidence } from '../../record';
import { tradeOffsOf } from '../../trade-offs';
import { html, type Markup } from '../markup';
import { counted } from './status';

/** What was chosen between privacy, scalability and compliance, and what each choice costs. */
export function tradeOffs(evidence: Evidence): Markup {
  const rows = tradeOffsOf(evidence);
  return html`<p class="soft">What the profile and the constructs chose. No choice is free; the cost is named so that somebody can decide otherwise.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Table: Trade-offs"><table><thead><tr><th scope="col">For</th><th scope="col">Choice</th><th scope="col">Gives</th><th scope="col">Costs</th></tr></thead><tbody>${rows.map(({ dimension, choice, gives, costs, places }) => html`<tr><th scope="row">${dimension}</th><td>${choice}${places.length > 0 && html`<details><summary>${counted(places.length, 'place')}</summary><ul class="places">${places.map((path) => html`<li><span class="path">${path}</span></li>`)}</ul></details>`}</td><td>${gives}</td><td>${costs}</td></tr>
`)}</tbody></table></div>
${isOfFiles(evidence) && evidence.choices.length + evidence.costs.length === 0 && html`<p>What constructs chose, and what they expect to cost, is not known from files: none of them says so.</p>`}
${evidence.costs.length > 0 && html`<h3>Expected costs a month</h3><ul>${evidence.costs.map(({ path, usDollars, basis }) => html`<li><span class="path">${path}</span>: about ${usDollars.toFixed(2)} US dollars a month <span class="soft">(${basis})</span></li>`)}</ul>`}`;
}
