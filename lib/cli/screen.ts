import type { Io } from './io';

/** A text with a colour, put in place only where colour is wanted. */
export interface Painted {
  readonly text: string;
  readonly code: number;
}

export type Part = string | Painted;

const paint = (code: number) => (text: string): Painted => ({ text, code });
export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);
export const yellow = paint(33);

// C0, DEL and C1; what takes no room, or turns the direction of what follows
const UNSEEN: readonly (readonly [from: number, to: number])[] = [
  [0, 0x1f], [0x7f, 0x9f], [0x200b, 0x200f], [0x2028, 0x202e], [0x2060, 0x206f], [0xfeff, 0xfeff],
];

const isUnseen = (found: string) => UNSEEN.some(([from, to]) => found.charCodeAt(0) >= from && found.charCodeAt(0) <= to);

/** Text of a template or a file as it may stand on a terminal: nothing in it moves the cursor, hides or reorders. */
export function clean(text: string): string {
  return text.replace(/[^ -~]/g, (found) => (!isUnseen(found) ? found : found === '\n' || found === '\t' ? ' ' : '\ufffd'));
}

/** JSON for standard output: what a terminal would obey is escaped. */
export function printableJson(value: unknown): string {
  const escaped = (found: string) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(value, null, 2).replace(/[^ -~]/g, (found) => (found !== '\n' && isUnseen(found) ? escaped(found) : found))}\n`;
}

/** Lines for people: results on standard output, progress on standard error. */
export class Screen {
  private readonly colour: boolean;
  private readonly follows: boolean;
  private drawn = 0;

  constructor(private readonly io: Io, quiet: boolean) {
    const asked = io.env.NO_COLOR === undefined || io.env.NO_COLOR === '';
    this.colour = io.outIsTerminal && asked && io.env.TERM !== 'dumb';
    this.follows = io.errIsTerminal && !quiet && io.env.CI === undefined;
  }

  /** A line of the result. */
  public line(...parts: Part[]): void {
    this.done();
    const plain = parts.map((part) => (typeof part === 'string' ? clean(part) : this.painted(part))).join('').trimEnd();
    // a runner of CI would take such a line, or such a mark, for a command
    this.io.writeOut(`${plain.replace(/^(\s*)::/, '$1: :').replace(/##(vso)?\[/g, '# #$1[')}\n`);
  }

  /** Text as it is, for machines. */
  public raw(text: string): void {
    this.done();
    this.io.writeOut(text);
  }

  /** What is being done, on a terminal only; drawn over by the next. */
  public progress(text: string): void {
    if (!this.follows) return;
    const shown = clean(text).slice(0, 78);
    this.io.writeErr(`\r${shown.padEnd(this.drawn)}`);
    this.drawn = shown.length;
  }

  /** Takes the progress off the terminal. */
  public done(): void {
    if (this.drawn > 0) this.io.writeErr(`\r${' '.repeat(this.drawn)}\r`);
    this.drawn = 0;
  }

  private painted({ text, code }: Painted): string {
    return this.colour ? `\u001b[${code}m${clean(text)}\u001b[${code < 30 ? 22 : 39}m` : clean(text);
  }
}
