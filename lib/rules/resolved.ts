import type { Scope } from './resolve';

/** What stands behind a value that cannot be told before deployment. */
export type UnknownKind =
  /** a resource of the app: where it stands is known, its id is not */
  | 'reference'
  /** what a step of the same pipeline gives out */
  | 'step'
  /** the run itself: its id, its start */
  | 'execution'
  /** a parameter without a default */
  | 'parameter'
  /** all else */
  | 'opaque';

/** A value that is not known before deployment; of a text, the known parts are kept. */
export class Unknown {
  constructor(
    public readonly kind: UnknownKind,
    public readonly reason: string,
    public readonly target?: { readonly scope: Scope; readonly logicalId: string; readonly attribute: string },
    public readonly parts?: readonly (string | Unknown)[],
    /** Of base64, the text that it stands for. */
    public readonly decoded?: Unknown,
    /** Of a parameter that is not its default, what it is in the middle of a text: names that are made of it are still told to be the same. */
    public readonly inText?: string,
  ) {}

  /** The text with `?` for what is not known. */
  public get pattern(): string {
    return this.parts ? this.parts.map((part) => (typeof part === 'string' ? part : part.pattern)).join('') : '?';
  }

  /** The unknown values that it is made of; itself, when it is no text. */
  public get leaves(): Unknown[] {
    return this.parts ? this.parts.flatMap((part) => (typeof part === 'string' ? [] : part.leaves)) : [this];
  }
}

/** `Fn::If`, or a parameter with a list of allowed values: each may be deployed, so each is judged. */
export class Choice {
  constructor(public readonly options: readonly Resolved[]) {}
}

/** A template's value once its intrinsics are resolved as far as they can be; `undefined` is `AWS::NoValue`. */
export type Resolved = undefined | null | boolean | number | string | Unknown | Choice | Resolved[] | ResolvedObject;
export interface ResolvedObject { [key: string]: Resolved }

const MOST_OPTIONS = 16;
// ten times what a template may hold
const LONGEST_TEXT = 10_000_000;

/** Whether a value is an object of JSON, and nothing that stands for another value. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    && !(value instanceof Unknown) && !(value instanceof Choice);
}

/** Whether a value is a text, a number or a boolean. */
export function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Whether nothing of a value is left open. */
export function isPlain(value: Resolved): boolean {
  if (value instanceof Unknown || value instanceof Choice) return false;
  if (Array.isArray(value)) return value.every(isPlain);
  return isObject(value) ? Object.values(value).every((item) => isPlain(item as Resolved)) : true;
}

/** One text from parts; the product of all choices, as long as they are few. */
export function joinText(parts: readonly Resolved[], separator = ''): Resolved {
  let texts: (string | Unknown)[][] = [[]];
  for (const [index, part] of parts.entries()) {
    const between = index > 0 && separator ? [separator] : [];
    if (!(part instanceof Choice)) {
      const pieces = [...between, ...piecesOf(part)];
      for (const text of texts) for (const piece of pieces) text.push(piece);
      continue;
    }
    const next: (string | Unknown)[][] = [];
    for (const text of texts) {
      for (const option of part.options) next.push([...text, ...between, ...piecesOf(option)]);
    }
    if (next.length > MOST_OPTIONS) return new Unknown('opaque', 'too many alternatives');
    texts = next;
  }
  const joined = texts.map(textOf);
  return joined.length === 1 ? joined[0] : new Choice(joined);
}

function piecesOf(value: Resolved): (string | Unknown)[] {
  if (value instanceof Unknown) return value.parts ? [...value.parts] : [value];
  if (value instanceof Choice) return [new Unknown('opaque', 'nested alternatives')];
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (value === undefined || value === null) return [];
  return [new Unknown('opaque', 'no text')];
}

function textOf(pieces: (string | Unknown)[]): string | Unknown {
  const merged: (string | Unknown)[] = [];
  let length = 0;
  const isPart = pieces.some((piece) => piece instanceof Unknown && piece.inText !== undefined) && pieces.filter((piece) => piece !== '').length > 1;
  for (const one of pieces) {
    const piece = isPart && one instanceof Unknown ? one.inText ?? one : one;
    length += typeof piece === 'string' ? piece.length : 1;
    if (length > LONGEST_TEXT) return new Unknown('opaque', 'too long a text');
    const last = merged.length - 1;
    if (typeof piece === 'string' && typeof merged[last] === 'string') merged[last] += piece;
    else if (piece !== '') merged.push(piece);
  }
  if (merged.length === 0) return '';
  if (merged.length === 1) return merged[0]!;
  const unknown = merged.find((piece): piece is Unknown => piece instanceof Unknown)!;
  return new Unknown(unknown.kind, unknown.reason, undefined, merged);
}

/** Fills `${Name}` in a text; `${!Name}` stays literally `${Name}`. */
export function substitute(text: string, value: (name: string) => Resolved): Resolved {
  const parts: Resolved[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\{([^${}]+)\}/g)) {
    parts.push(text.slice(end, match.index));
    parts.push(match[1]!.startsWith('!') ? `\${${match[1]!.slice(1)}}` : value(match[1]!.trim()));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return joinText(parts);
}

/** Several values of which any may be deployed. */
export function choice(options: Resolved[]): Resolved {
  if (options.length === 1) return options[0];
  const flat = options.flatMap((option) => (option instanceof Choice ? option.options : [option]));
  return flat.length > MOST_OPTIONS ? new Unknown('opaque', 'too many alternatives') : new Choice(flat);
}

/** Base64 of a text, of which the text is still known. */
export function base64(text: Resolved): Resolved {
  if (typeof text === 'string') return Buffer.from(text).toString('base64');
  if (text instanceof Choice) return new Choice(text.options.map(base64));
  return text instanceof Unknown ? new Unknown('opaque', `in base64, with ${text.reason}`, undefined, undefined, text) : new Unknown('opaque', 'Fn::Base64');
}

/** The JSON of a value: what is not known is a gap in it, within quotes. */
export function jsonOf(value: Resolved): Resolved {
  if (isPlain(value)) return JSON.stringify(value);
  if (value instanceof Choice) return choice(value.options.map(jsonOf));
  if (value instanceof Unknown) return joinText(['"', ...(value.parts ?? [value]).map((part) => (typeof part === 'string' ? JSON.stringify(part).slice(1, -1) : part)), '"']);
  const items: Resolved[][] = Array.isArray(value) ? value.map((item) => [jsonOf(item)]) : Object.entries(value as ResolvedObject).map(([key, item]) => [`${JSON.stringify(key)}:`, jsonOf(item)]);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return joinText([open!, ...items.flatMap((item, index) => (index > 0 ? [',', ...item] : item)), close!]);
}
