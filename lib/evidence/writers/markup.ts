import { visible } from './plain-text';

/** Text that is HTML already. */
export class Markup {
  constructor(public readonly text: string) {}
}

type Insert = string | number | Markup | undefined | false | readonly Insert[];

/** HTML in which everything that is inserted is escaped, unless it is markup of ours. */
export function html(texts: TemplateStringsArray, ...inserts: Insert[]): Markup {
  return new Markup(texts.map((text, index) => text + render(inserts[index])).join(''));
}

function render(insert: Insert): string {
  if (insert === undefined || insert === false) return '';
  if (insert instanceof Markup) return insert.text;
  if (Array.isArray(insert)) return insert.map(render).join('');
  return escape(String(insert));
}

/** Escapes text for element content and quoted attributes, of HTML and of XML; invisible and direction-changing characters become visible. */
export function escape(text: string): string {
  return visible(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}
