/** Templates are not laid out deeper than this; what is stays as it is. */
const DEEPEST = 200;
const MOST_ADDED = 1_000_000;

/**
 * The same YAML in the layout that version 1.2 asks for, line by line. CloudFormation reads version 1.1 as its Java and Python parsers do: what stands in quotes
 * or brackets goes on in whatever column, and a dash between a bracket and a comma is a text. Blanks at the start of such a line mean nothing, so none are lost by more.
 *
 * @returns the text itself where it cannot be followed
 */
export function laidOut(text: string): string {
  const layout = new Layout(text);
  try {
    return layout.whole();
  } catch (error) {
    if (error instanceof NotFollowed) return text;
    throw error;
  }
}

class NotFollowed extends Error {}

class Layout {
  private at = 0;
  private taken = 0;
  private added = 0;
  private readonly parts: string[] = [];

  constructor(private readonly text: string) {}

  public whole(): string {
    while (this.at < this.text.length) this.line();
    return [...this.parts, this.text.slice(this.taken)].join('');
  }

  // a line of a block: dashes and keys, and what their value begins with
  private line(): void {
    const start = this.at;
    this.skip(/ */y);
    let around: number | undefined;
    const column = () => this.at - start;
    for (;;) {
      const from = column();
      if (this.skip(/[-?](?=[ \t\r\n]|$)[ \t]*/y)) around = from;
      else if (this.skip(/[!&][^ \t\r\n]*[ \t]*/y)) continue;
      else if (this.skip(/["']/y)) {
        this.quoted((around ?? from - 1) + 1);
        if (!this.skip(/[ \t]*:(?=[ \t\r\n]|$)[ \t]*/y)) break;
        around = from;
      } else if (this.skip(/[[{]/y)) {
        this.flow((around ?? from - 1) + 1);
        break;
      } else if (this.skip(/[|>]/y)) return this.block(around ?? from - 1);
      else if (this.skip(/#/y)) break;
      else if (this.skip(/(?:[^:#\r\n]|:(?![ \t\r\n]|$)|(?<![ \t])#)+:(?=[ \t\r\n]|$)[ \t]*/y)) around = from;
      else break;
    }
    this.skip(/[^\n]*\n?/y);
  }

  private block(around: number): void {
    this.skip(/[^\n]*\n?/y);
    while (this.at < this.text.length && (this.isBlank() || this.indent() > around)) this.skip(/[^\n]*\n?/y);
  }

  private flow(least: number): void {
    for (let depth = 1; depth > 0;) {
      if (this.at >= this.text.length) throw new NotFollowed();
      if (this.skip(/\n/y)) this.indented(least);
      else if (this.skip(/[ \t\r]+(?:#[^\n]*)?/y)) continue;
      else if (this.skip(/[[{]/y)) depth += 1;
      else if (this.skip(/[\]}]/y)) depth -= 1;
      else if (this.skip(/["']/y)) this.quoted(least);
      else if (this.skip(/-(?=[,\]}])/y)) this.put(this.at - 1, this.at, '"-"');
      else if (!this.skip(/[,:]|[!&*][^\s,[\]{}]*|(?:[^\s,[\]{}:]|:(?![\s,[\]{}])|[ \t](?!#))+/y)) throw new NotFollowed();
    }
  }

  // stands behind the first quote
  private quoted(least: number): void {
    const quote = this.text[this.at - 1]!;
    const plain = quote === '"' ? /(?:[^"\\\n]|\\[^\n])+|\\(?=\n)/y : /(?:[^'\n]|'')+/y;
    while (!this.skip(quote === '"' ? /"/y : /'(?!')/y)) {
      if (this.skip(/\n/y)) this.indented(least);
      else if (!this.skip(plain)) throw new NotFollowed();
    }
  }

  private indented(least: number): void {
    const missing = least - this.indent();
    if (missing <= 0 || this.isBlank()) return;
    this.added += missing;
    if (least > DEEPEST || this.added > MOST_ADDED) throw new NotFollowed();
    this.put(this.at, this.at, ' '.repeat(missing));
  }

  private put(from: number, to: number, instead: string): void {
    this.parts.push(this.text.slice(this.taken, from), instead);
    this.taken = to;
  }

  private skip(what: RegExp): boolean {
    what.lastIndex = this.at;
    if (!what.test(this.text)) return false;
    this.at = what.lastIndex;
    return true;
  }

  private isBlank(): boolean {
    const blank = /[ \t\r]*(?:\n|$)/y;
    blank.lastIndex = this.at;
    return blank.test(this.text);
  }

  private indent(): number {
    let end = this.at;
    while (this.text[end] === ' ') end += 1;
    return end - this.at;
  }
}
