import { Choice, isObject, joinText, Unknown, type Resolved } from '../resolved';

/** A step of a reference: an attribute, an index; `*` where which one is not known. */
export type Step = string | number;

/** What a reference stands for, such as `azurerm_key_vault`, `['data', 'id']`. */
export type Lookup = (root: string, steps: readonly Step[], depth: number) => Resolved;

/** The root by which a lookup is asked whether a condition holds, by its text: true or false in one case of several, undefined where both are to be told. */
export const HOLDS = '?';

// deeper than anybody writes; what lies below is hostile or broken
const DEEPEST = 60;

/**
 * What a text of Terraform's JSON stands for: `${...}` is evaluated as far as it can be told before deployment, all else is text.
 *
 * @see https://developer.hashicorp.com/terraform/language/syntax/json
 */
export function evaluate(text: string, lookup: Lookup, depth = 0): Resolved {
  if (!text.includes('${') && !text.includes('%{')) return text;
  try {
    return new Reader(text, lookup, depth).template();
  } catch (error) {
    if (error instanceof SyntaxError) return new Unknown('opaque', 'an expression that cannot be read');
    throw error;
  }
}

/** What is known of a calculation that cannot be told: it comes to a number or a flag, and never to nothing. */
export const CALCULATED = new Unknown('opaque', 'a calculation');

type Function = (given: readonly Resolved[]) => Resolved;

const same: Function = ([value]) => value;

// what is left out is not known: better so than told wrong
const FUNCTIONS: Readonly<Record<string, Function>> = {
  tostring: same, tonumber: same, tobool: same, tolist: same, toset: same, tomap: same, sensitive: same, nonsensitive: same,
  lower: ([value]) => mapText(value, (text) => text.toLowerCase()),
  upper: ([value]) => mapText(value, (text) => text.toUpperCase()),
  trimspace: ([value]) => mapText(value, (text) => text.trim()),
  // the value itself: whoever takes JSON reads it as what it says
  jsonencode: same,
  jsondecode: ([value]) => (typeof value === 'string' ? parsed(value) : value),
  join: ([separator, list]) => (typeof separator === 'string' && Array.isArray(list) ? joinText(list, separator) : new Unknown('opaque', 'join of an unknown list')),
  concat: (lists) => (lists.every((list) => Array.isArray(list)) ? (lists as Resolved[][]).flat() : new Unknown('opaque', 'concat of an unknown list')),
  merge: (objects) => (objects.every(isObject) ? Object.assign({}, ...objects) as Resolved : new Unknown('opaque', 'merge of an unknown object')),
};

/** JSON in a text as what it says; unknown where it is none. */
export function parsed(text: string): Resolved {
  try {
    return JSON.parse(text) as Resolved;
  } catch {
    return new Unknown('opaque', 'a text that is no JSON');
  }
}

function mapText(value: Resolved, change: (text: string) => string): Resolved {
  return typeof value === 'string' ? change(value) : value instanceof Choice ? new Choice(value.options.map((option) => mapText(option, change))) : value;
}

/** Reads and evaluates in one pass. */
class Reader {
  private at = 0;

  constructor(private readonly text: string, private readonly lookup: Lookup, private readonly depth: number) {
    if (depth > DEEPEST) throw new SyntaxError('nested too deeply');
  }

  /** Text with expressions in it; a single expression keeps its type. */
  public template(end?: string): Resolved {
    const parts: Resolved[] = [];
    let literal = '';
    while (this.at < this.text.length && !(end && this.text[this.at] === end)) {
      if (this.text.startsWith('$${', this.at) || this.text.startsWith('%%{', this.at)) {
        literal += this.text.slice(this.at + 1, this.at + 3);
        this.at += 3;
      } else if (this.text.startsWith('${', this.at)) {
        if (literal !== '') parts.push(literal);
        literal = '';
        this.at += 2;
        parts.push(this.expression(0));
        this.expect('}');
      } else if (this.text.startsWith('%{', this.at)) {
        throw new SyntaxError('a directive');
      } else if (end && this.text[this.at] === '\\') {
        literal += escaped(this.text[this.at + 1]);
        this.at += 2;
      } else {
        literal += this.text[this.at];
        this.at += 1;
      }
    }
    if (literal !== '' || parts.length === 0) parts.push(literal);
    return parts.length === 1 ? parts[0] : joinText(parts);
  }

  private expression(depth: number): Resolved {
    if (depth + this.depth > DEEPEST) throw new SyntaxError('nested too deeply');
    const from = this.at;
    const value = this.calculation(depth, 0);
    const condition = this.text.slice(from, this.at);
    if (this.take('?')) {
      const yes = this.expression(depth + 1);
      this.expect(':');
      const no = this.expression(depth + 1);
      if (value === true || value === 'true') return yes;
      if (value === false || value === 'false') return no;
      const holds = this.decided(condition);
      return holds === undefined ? new Choice([yes, no]) : holds ? yes : no;
    }
    return value;
  }

  // a condition and its contrary are decided together
  private decided(condition: string): boolean | undefined {
    const text = condition.trim();
    const [, contrary] = /^!\s*([^\s&|=!<>?]+)$/.exec(text) ?? [];
    const [, left, right] = /^([^&|=!<>?]+)!=([^&|=!<>?]+)$/.exec(text) ?? [];
    const asked = contrary ?? (left !== undefined && right !== undefined ? `${left.trim()} == ${right.trim()}` : text);
    const holds = this.lookup(HOLDS, [asked], this.depth + 1);
    return typeof holds === 'boolean' ? holds === (asked === text) : undefined;
  }

  /** Operands with operators that bind more tightly than one before them; a condition binds least of all, and is none. */
  private calculation(depth: number, bound: number): Resolved {
    if (depth + this.depth > DEEPEST) throw new SyntaxError('nested too deeply');
    let value = this.operand(depth + 1);
    for (;;) {
      this.space();
      const operator = /^(==|!=|<=|>=|&&|\|\||[-+*/%<>])/.exec(this.text.slice(this.at, this.at + 2))?.[0];
      const binds = operator === undefined ? 0 : BINDS[operator]!;
      if (operator === undefined || binds <= bound) return value;
      this.at += operator.length;
      value = calculated(value, operator, this.calculation(depth + 1, binds));
    }
  }

  private operand(depth: number): Resolved {
    this.space();
    const char = this.text[this.at] ?? '';
    if (char === '"') return this.quoted();
    if (char === '[') return this.list(depth);
    if (char === '{') return this.object(depth);
    if (this.take('(')) {
      const value = this.expression(depth + 1);
      this.expect(')');
      return this.below(value, depth);
    }
    if (char === '!' || char === '-') {
      this.at += 1;
      const value = this.operand(depth + 1);
      if (char === '!' && typeof value === 'boolean') return !value;
      if (char === '-' && typeof value === 'number') return -value;
      return CALCULATED;
    }
    const number = /^\d+(\.\d+)?/.exec(this.text.slice(this.at, this.at + 40))?.[0];
    if (number) {
      this.at += number.length;
      return Number(number);
    }
    const word = this.word();
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return undefined;
    if (this.text[this.at] === '(') return this.below(this.call(word, depth), depth);
    return this.lookup(word, this.steps(depth), this.depth + 1);
  }

  private quoted(): Resolved {
    this.expect('"');
    const value = this.template('"');
    this.expect('"');
    return value;
  }

  private call(name: string, depth: number): Resolved {
    this.expect('(');
    const given: Resolved[] = [];
    for (this.space(); !this.take(')'); this.space()) {
      given.push(this.expression(depth + 1));
      this.space();
      if (this.text.startsWith('...', this.at)) throw new SyntaxError('an expansion');
      if (!this.take(',') && this.text[this.at] !== ')') throw new SyntaxError('an argument');
    }
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    return known ? known(given) : new Unknown('opaque', `what ${name}() gives`);
  }

  private list(depth: number): Resolved {
    this.expect('[');
    const items: Resolved[] = [];
    for (this.space(); !this.take(']'); this.space()) {
      if (/^for\b/.test(this.text.slice(this.at, this.at + 4))) throw new SyntaxError('a comprehension');
      items.push(this.expression(depth + 1));
      this.space();
      if (!this.take(',') && this.text[this.at] !== ']') throw new SyntaxError('an item');
    }
    return this.below(items, depth);
  }

  private object(depth: number): Resolved {
    this.expect('{');
    const object: Record<string, Resolved> = {};
    for (this.space(); !this.take('}'); this.space()) {
      if (/^for\b/.test(this.text.slice(this.at, this.at + 4))) throw new SyntaxError('a comprehension');
      const key = this.text[this.at] === '"' ? this.quoted() : this.take('(') ? this.closed(depth) : this.word();
      this.space();
      if (!this.take('=') && !this.take(':')) throw new SyntaxError('a key');
      const value = this.expression(depth + 1);
      if (typeof key !== 'string') throw new SyntaxError('a key that is not known');
      if (value !== undefined) Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
      this.space();
      this.take(',');
    }
    return this.below(object, depth);
  }

  private closed(depth: number): Resolved {
    const value = this.expression(depth + 1);
    this.expect(')');
    return value;
  }

  private steps(depth: number): Step[] {
    const steps: Step[] = [];
    for (;;) {
      if (this.text.startsWith('.*', this.at)) {
        this.at += 2;
        steps.push('*');
      } else if (this.text[this.at] === '.' && /^[\w-]/.test(this.text.slice(this.at + 1, this.at + 2))) {
        this.at += 1;
        const word = /^[\w-]+/.exec(this.text.slice(this.at, this.at + 256))![0];
        this.at += word.length;
        steps.push(/^\d+$/.test(word) ? Number(word) : word);
      } else if (this.take('[')) {
        const isSplat = this.take('*');
        const index = isSplat ? '*' : this.expression(depth + 1);
        this.expect(']');
        steps.push(typeof index === 'string' || typeof index === 'number' ? index : '*');
      } else return steps;
    }
  }

  private below(value: Resolved, depth: number): Resolved {
    return descend(value, this.steps(depth));
  }

  private word(): string {
    const word = /^[A-Za-z_][\w-]*(::[A-Za-z_][\w-]*)*/.exec(this.text.slice(this.at, this.at + 512))?.[0];
    if (!word) throw new SyntaxError('a word');
    this.at += word.length;
    return word;
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at += 1;
    return true;
  }

  private expect(char: string): void {
    if (char !== '"') this.space();
    if (!this.take(char)) throw new SyntaxError(`no ${char}`);
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1;
  }
}

/** What lies below a value; unknown below what is not known. */
export function descend(value: Resolved, steps: readonly Step[]): Resolved {
  let found = value;
  for (const [index, step] of steps.entries()) {
    if (found instanceof Unknown) return found;
    if (found instanceof Choice) return new Choice(found.options.map((option) => descend(option, steps.slice(index))));
    if (step === '*') return new Unknown('opaque', 'one of several');
    if (Array.isArray(found)) found = typeof step === 'number' ? found[step] : found.length === 1 ? descend(found[0], [step]) : undefined;
    // a block that stands once is an object here and a list of one in references
    else if (isObject(found)) found = step === 0 && !Object.hasOwn(found, '0') ? found : Object.hasOwn(found, step) ? (found as Record<string, Resolved>)[step] : undefined;
    else return undefined;
  }
  return found;
}

// @see https://developer.hashicorp.com/terraform/language/expressions/operators
const BINDS: Readonly<Record<string, number>> = {
  '||': 1, '&&': 2, '==': 3, '!=': 3, '<': 4, '>': 4, '<=': 4, '>=': 4, '+': 5, '-': 5, '*': 6, '/': 6, '%': 6,
};

// equality is told of what is of one type only: what Terraform would convert is not known
function calculated(left: Resolved, operator: string, right: Resolved): Resolved {
  if (!isLiteral(left) || !isLiteral(right) || typeof left !== typeof right) return CALCULATED;
  if (operator === '==') return left === right;
  return operator === '!=' ? left !== right : CALCULATED;
}

function isLiteral(value: Resolved): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function escaped(char: string | undefined): string {
  return char === 'n' ? '\n' : char === 't' ? '\t' : char ?? '';
}
