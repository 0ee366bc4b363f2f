import { oneLine, shortened } from './plain-text';

/**
 * Text on one line that GitHub-flavoured Markdown shows as it is: no markup, HTML, link or table cell of its own. It calls nobody and
 * refers to no issue: a mark without width stands behind `@` and `#`.
 */
export function markdown(text: string, length = Infinity): string {
  return shortened(oneLine(text), length)
    .replace(/[\\`*_[\]~|$]/g, '\\$&')
    .replace(/[&<>@#]/g, (character) => ENTITY[character]!)
    // addresses become links by themselves
    .replace(/:(?=\/\/)/g, '\\:').replace(/\b(www)\./gi, '$1\\.')
    // what makes a list or a heading where a line begins
    .replace(/^[-+=](?=[-=\s]|$)/, '\\$&').replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

const ENTITY: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '@': '@&#8203;', '#': '\\#&#8203;' };

/** Text on one line as a span of code. */
export function code(text: string, length = Infinity): string {
  const plain = shortened(oneLine(text), length);
  if (plain === '') return '';
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = /^`|`$/.test(plain) ? ' ' : '';
  return `${fence}${padding}${plain}${padding}${fence}`;
}

/** A span of code in a cell of a table, where a bar ends the cell even so. */
export function codeCell(text: string, length = Infinity): string {
  return code(text, length).replaceAll('|', '\\|');
}
