import { acceptedIn } from '../../collect';
import type { Evidence, WaiverRecord } from '../../record';
import { html, type Markup } from '../markup';
import { counted } from './status';

/** What was accepted: by whom, why, until when, and what it silences. */
export function waiverTable(evidence: Evidence): Markup {
  const { waivers, asOf } = evidence;
  if (waivers.length === 0) return html`<p>Nothing was waived.</p>`;
  const idle = waivers.filter(({ findings }) => findings === 0).length;
  const groups = grouped(waivers);
  const [own, library] = [groups.filter(({ byLibrary }) => !byLibrary), groups.filter(({ byLibrary }) => byLibrary)];
  return html`<p>${counted(waivers.length, 'waiver')} ${waivers.length === 1 ? 'accepts' : 'accept'} ${counted(acceptedIn(evidence), 'finding')} of all packs: one can accept several${idle > 0 && `, and ${idle} of them ${idle === 1 ? 'accepts' : 'accept'} nothing here`}. What is outside the residency takes no waiver; what cannot be told (unknown) can be accepted with a reason.${asOf ? ` Days are counted from ${asOf}.` : ''}</p>
${own.length > 0 && table('Waivers of the app', own)}
${library.length > 0 && html`<details${own.length === 0 && html` open`}><summary>${counted(library.length, 'decision')} that the library made for what it builds</summary>${table('Waivers of the library', library)}</details>`}`;
}

interface WaiverGroup { readonly rule: string; readonly first: WaiverRecord; readonly byLibrary: boolean; readonly given: WaiverRecord[] }

// one reason for one rule is one decision, in however many places it was taken
function grouped(all: readonly WaiverRecord[]): WaiverGroup[] {
  const groups = new Map<string, WaiverGroup>();
  for (const waiver of all) {
    const rule = waiver.id.replace(/\[[\s\S]*\]$/, (finding) => (finding === '[unknown]' ? finding : ''));
    const byLibrary = waiver.byLibrary === true;
    const key = JSON.stringify([waiver.kind, rule, waiver.reason, byLibrary, waiver.approver, waiver.expires]);
    const group = groups.get(key) ?? { rule, first: waiver, byLibrary, given: [] };
    groups.set(key, group);
    group.given.push(waiver);
  }
  return [...groups.values()];
}

function table(label: string, groups: readonly WaiverGroup[]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table: ${label}"><table class="waivers"><thead><tr><th scope="col">Rule</th><th scope="col">Reason</th><th scope="col">Approved by</th><th scope="col">Holds until</th><th scope="col" class="n">Silences</th></tr></thead><tbody>${groups.map(({ rule, first, byLibrary, given }) => html`<tr><th scope="row"><code>${rule}</code></th><td>${first.reason || html`<span class="s s-findings">no reason given</span>`}<details><summary>${given.length === 1 ? 'where' : `${given.length} places`}</summary><ul class="places">${given.map(({ id, at, step, source, findings }) => html`<li><span class="path">${at || 'the whole app'}</span>${step && html` · step ${step}`}${id !== rule && html`<span class="cites path">${id}</span>`}${source && html`<span class="cites">${source}</span>`}${findings === 0 && html` <span class="s s-unknown">silences nothing</span>`}</li>`)}</ul></details></td><td>${approver(first, byLibrary)}</td><td>${until(first)}</td><td class="n">${silenced(given)}</td></tr>
`)}</tbody></table></div>`;
}

function approver({ kind, approver: named }: WaiverRecord, byLibrary: boolean): string | Markup {
  if (byLibrary) return 'the library';
  if (kind === 'baseline') return 'the baseline';
  return named || (kind === 'waiver' ? html`<span class="s s-findings">nobody named</span>` : html`<span class="soft">in the code</span>`);
}

function until({ expires, daysLeft }: WaiverRecord): Markup {
  if (expires === undefined) return html`<span class="soft">no end</span>`;
  if (daysLeft === undefined) return html`${expires}<span class="cites">not judged: no date was given</span>`;
  return html`${expires}<span class="cites">${daysLeft === 0 ? html`<span class="s s-findings">expired</span>` : `${counted(daysLeft, 'day')} left`}</span>`;
}

function silenced(given: readonly WaiverRecord[]): string | number | Markup {
  if (given.some(({ findings }) => findings === undefined)) return 'not told';
  const sum = given.reduce((total, { findings }) => total + (findings ?? 0), 0);
  return sum === 0 ? html`<span class="s s-unknown">nothing</span>` : sum;
}
