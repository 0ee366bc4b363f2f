import { roundedUp } from '../../../policy/privacy/checks';
import type { PlacedRehearsal } from '../../rehearsal';
import { html, type Markup } from '../markup';
import { badge, counted } from './status';

/** What pipelines came to on one machine: steps, the version that was registered, the privacy that was spent. */
export function rehearsals(runs: readonly PlacedRehearsal[]): Markup {
  return html`<p class="soft">Runs on one machine, without the cloud, in the words of whoever ran them: they show what the code of the steps does, and nothing of how it is protected.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Table: runs on one machine"><table><thead><tr><th scope="col">Run</th><th scope="col">Steps</th><th scope="col">Registered</th><th scope="col">Consent</th><th scope="col">Privacy spent</th><th scope="col">What it does not show</th></tr></thead><tbody>${runs.map(row)}</tbody></table></div>`;
}

function row({ id, pipeline, started, outcome, isOfThis, steps, branches, models, privacy, consents = [], limits }: PlacedRehearsal): Markup {
  return html`<tr><th scope="row"><span class="path">${pipeline}</span><span class="cites">run ${id}, begun ${started}</span>${badge(outcome === 'succeeded' ? 'kept' : 'findings', outcome)}${isOfThis ? html`<span class="cites">of the definition that was judged here</span>` : badge('unknown', 'of another definition')}</th>
<td><ul class="places">${steps.map(({ name, type, status, message, metrics = [] }) => html`<li><span class="path">${name}</span><span class="cites">${type}, ${status}${branches[name] && `, ${branches[name]}`}${message && `: ${message}`}${metrics.map((metric) => `; ${metric.name} = ${Number(metric.value.toPrecision(4))}`)}</span></li>`)}</ul></td>
<td>${models.length === 0 ? 'nothing' : html`<ul class="places">${models.map(({ group, version, approval, sha256, metadata }) => html`<li>version ${version} of <span class="path">${group}</span><span class="cites">${approval}; artifact ${sha256.slice(0, 12)}${Object.entries(metadata).map(([name, value]) => `; ${name} = ${value}`)}</span></li>`)}</ul>`}</td>
<td>${consents.length === 0 ? 'no step filters by consent' : html`<ul class="places">${consents.map(({ step, purpose, read, kept, dropped, snapshot, takenAt }) => html`<li><span class="path">${step}</span><span class="cites">${kept} of ${counted(read, 'row')} kept, of who consents to ${purpose}${dropped.map(({ reason, rows }) => `; ${rows} ${reason}`)}; snapshot ${snapshot.slice(0, 12)} of ${takenAt}</span></li>`)}</ul>`}</td>
<td>${privacy.length === 0 ? 'no step trains with differential privacy' : html`<ul class="places">${privacy.map(({ step, spent, planned, delta, unit, trainings, verdict, inLedger }) => html`<li><span class="path">${step}</span><span class="cites">ε = ${spent === undefined ? 'not known' : roundedUp(spent)} of ${roundedUp(planned)} planned, δ = ${delta} for each ${unit}, ${counted(trainings, 'training')}; ${verdict}; ${inLedger ? 'settled in a ledger of that machine' : 'in no ledger'}</span></li>`)}</ul>`}</td>
<td><ul class="places">${limits.map((limit) => html`<li>${limit}</li>`)}</ul></td></tr>
`;
}
