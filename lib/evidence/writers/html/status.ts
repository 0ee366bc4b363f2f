import type { RuleStatus, Status } from '../../record';
import { html, type Markup } from '../markup';

/** Sign and word of a state; the sign is for eyes, the word for everybody. */
export const STATUS: Readonly<Record<Status | RuleStatus, { readonly sign: string; readonly word: string }>> = {
  'findings': { sign: '✗', word: 'findings' },
  'unknown': { sign: '?', word: 'unknown' },
  'waived': { sign: '○', word: 'accepted' },
  'partly': { sign: '◐', word: 'supported in part' },
  'supported': { sign: '●', word: 'supported' },
  'kept': { sign: '✓', word: 'kept' },
  'not-assessed': { sign: '–', word: 'not assessed' },
};

/** A state as a badge. */
export function badge(status: Status | RuleStatus, word = STATUS[status].word): Markup {
  return html`<span class="s s-${status}"><span aria-hidden="true">${STATUS[status].sign} </span>${word}</span>`;
}

/** `network-isolation` as people write it. */
export function words(control: string): string {
  return control.replaceAll('-', ' ');
}

/** A rule's id without the name of its pack. */
export function shortRule(rule: string, pack: string): string {
  return rule.startsWith(`${pack}-`) ? rule.slice(pack.length + 1) : rule;
}

/** `3 findings`, `1 finding`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
