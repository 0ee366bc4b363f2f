import { roundedUp } from '../../../policy/privacy/checks';
import { isOfFiles } from '../../collect';
import type { Evidence } from '../../record';
import { html, type Markup } from '../markup';
import { badge, counted } from './status';

/** What people may lose by all that is trained on their data, and what the sum rests on. */
export function privacyBudgets(evidence: Evidence): Markup {
  const { privacy } = evidence;
  if (privacy.length === 0 && isOfFiles(evidence)) return html`<p>Not known from files: none of them names a data set with a privacy budget. What models reveal of one person was not assessed.</p>`;
  if (privacy.length === 0) return html`<p>No data set has a privacy budget: what models reveal of one person is not bounded, and was not assessed.</p>`;
  return html`<p class="soft">An ε is none if one of its assumptions does not hold; templates cannot make sure of them.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Table: privacy budgets"><table><thead><tr><th scope="col">Data set</th><th scope="col">Spent of the budget</th><th scope="col">By what</th><th scope="col">Assumptions</th></tr></thead><tbody>${privacy.map(({ dataSet, unit, records, period, budget, spent, withinBudget, ledger, method, expenses, assumptions }) => html`<tr><th scope="row"><span class="path">${dataSet}</span><span class="cites">${records} records; the unit is a ${unit}; for each ${period}</span></th><td>${badge(withinBudget ? 'kept' : 'findings', withinBudget ? 'within the budget' : 'over the budget')}<span class="cites">ε = ${spent.epsilon === undefined ? 'unbounded' : roundedUp(spent.epsilon)} of ${budget.epsilon}, δ = ${budget.delta}; ${method}</span><span class="cites">${ledger === undefined ? 'planned at synth: no ledger counts the runs' : html`every run counts in ledger <span class="path">${ledger}</span>`}</span></td><td><ul class="places">${expenses.map(({ by, runs, epsilonOfOneRun, mechanism }) => html`<li><span class="path">${by}</span><span class="cites">${counted(runs, 'run')}, ${epsilonOfOneRun === undefined ? 'without a bound' : `ε = ${roundedUp(epsilonOfOneRun)} each`}${mechanism && `, ${mechanism}`}</span></li>`)}</ul></td><td><details><summary>${counted(assumptions.length, 'assumption')}</summary><ul>${assumptions.map((assumption) => html`<li>${assumption}</li>`)}</ul></details></td></tr>
`)}</tbody></table></div>`;
}
