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

/** Escapes text for element content and quoted attributes; invisible and direction-changing characters become visible. */
export function escape(text: string): string {
  return text
    .replace(/(?![\t\n\r])[\p{Cc}\p{Cf}\p{Cs}]/gu, visible)
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}

function visible(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
