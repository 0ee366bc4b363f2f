import { isExpanded, isIntrinsic, resolve, wholeOf, type Scope } from './resolve';
import { isPlain, type Resolved, type ResolvedObject } from './resolved';
import { Value } from './value';

/** One property at the top of a resource, and what rules have looked at below it. */
interface Content {
  readonly number: number;
  readonly resolved: Resolved;
  readonly value: Value;
  readonly below: Map<string, Value>;
}

/** What the properties of a resource say, or of several that say the same. */
export class Contents {
  /** What was looked at, by its path. */
  public readonly read = new Map<string, Value>();
  /** All of it. */
  public whole?: Value;

  constructor(public readonly properties: ReadonlyMap<string, Content>) {}
}

/** A property that can be something else in another case, as a template has it. */
class Hanging {
  constructor(public readonly name: string, public readonly raw: unknown, public readonly key: string) {}
}

/** What was read in one scope. */
class Read {
  public readonly known = new Map<string, Content>();
  /** What hangs on conditions, as they turn out here. */
  public readonly decided = new Map<string, Content>();
  /** Properties of which some hang on conditions, and those of which none does. */
  public readonly hanging = new Map<object, readonly (readonly [string, Content | Hanging])[]>();
  public readonly contents = new Map<object, Contents>();
  public readonly hangingTexts = new Set<string>();
}

/**
 * Properties of templates, each resolved once however many resources say the same, and in however many cases: where two say the same, what is read of them is
 * the same object. Of a text that refers to something, that goes for one stack; of one that hangs on conditions, for one case.
 */
export class Library {
  private readonly everywhere = new Map<string, Content>();
  // of one case after the other
  private readonly inScope = new WeakMap<Scope, Read>();
  private readonly absent = new Map<string, Value>();
  private readonly known = new Map<string, Contents>();
  private count = 0;

  /** The properties as a template has them; undefined where they are no list of properties, or cannot be compared. */
  public read(properties: unknown, scope: Scope): Contents | undefined {
    if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return undefined;
    const whole = this.of(wholeOf(scope));
    const known = whole.contents.get(properties);
    if (known) return known;
    try {
      const parts = whole.hanging.get(properties) ?? this.partsOf(properties, scope, whole);
      return parts && this.contentsOf(parts, scope);
    } catch {
      // what cannot be resolved fails the rule that asks for it, and nothing else
      return undefined;
    }
  }

  /** The property of this path. */
  public at(contents: Contents, path: string): Value {
    let value = contents.read.get(path);
    if (!value) contents.read.set(path, value = this.find(contents, path));
    return value;
  }

  /** All properties together. */
  public whole(contents: Contents): Value {
    contents.whole ??= Value.of(objectOf(contents), ROOT);
    return contents.whole;
  }

  private find({ properties }: Contents, path: string): Value {
    const dot = path.indexOf('.');
    const content = properties.get(dot < 0 ? path : path.slice(0, dot));
    if (content && dot < 0) return content.value;
    const known = content ? content.below : this.absent;
    let value = known.get(path);
    if (!value) known.set(path, value = content ? content.value.at(path.slice(dot + 1)) : Value.of(undefined, `${ROOT}.${path}`));
    return value;
  }

  private partsOf(properties: object, scope: Scope, whole: Read): readonly (readonly [string, Content | Hanging])[] | undefined {
    const entries = Object.entries(properties);
    if ((entries.length === 1 && isIntrinsic(entries[0]![0])) || entries.some(([name]) => isExpanded(name))) return undefined;
    const parts = entries.map(([name, raw]) => [name, this.partOf(name, raw, JSON.stringify(raw), scope)] as const);
    if (parts.some(([, part]) => part instanceof Hanging)) whole.hanging.set(properties, parts);
    else whole.contents.set(properties, this.contentsOf(parts, scope));
    return parts;
  }

  private partOf(name: string, raw: unknown, text: string, scope: Scope): Content | Hanging {
    const refers = REFERS.test(text);
    const whole = wholeOf(scope);
    const read = refers ? this.of(whole) : undefined;
    const known = read?.known ?? this.everywhere;
    const key = `${name}\u0000${text}`;
    const content = tellsAll(text) ? known.get(key) : undefined;
    if (content) return content;
    if (read && (read.hangingTexts.has(key) || hangs(text, scope))) {
      read.hangingTexts.add(key);
      return new Hanging(name, raw, key);
    }
    const made = this.made(name, resolve(raw, whole, 1));
    if (tellsAll(text)) known.set(key, made);
    return made;
  }

  private contentsOf(parts: readonly (readonly [string, Content | Hanging])[], scope: Scope): Contents {
    const all: [string, Content][] = [];
    let key = '';
    for (const [name, part] of parts) {
      const content = part instanceof Hanging ? this.decided(part, scope) : part;
      if (content.resolved === undefined) continue;
      all.push([name, content]);
      key += `${content.number},`;
    }
    let contents = this.known.get(key);
    if (!contents) this.known.set(key, contents = new Contents(new Map(all)));
    return contents;
  }

  private decided({ name, raw, key }: Hanging, scope: Scope): Content {
    const { decided } = this.of(scope);
    let content = tellsAll(key) ? decided.get(key) : undefined;
    if (!content) {
      const resolved = resolve(raw, scope, 1);
      decided.set(key, content = isPlain(resolved) ? this.literal(name, resolved) : this.made(name, resolved));
    }
    return content;
  }

  // what a condition has decided is as if it stood there
  private literal(name: string, resolved: Resolved): Content {
    const text = JSON.stringify(resolved) ?? '';
    if (!tellsAll(text) || REFERS.test(text) || text.includes('{{resolve:')) return this.made(name, resolved);
    const key = `${name}\u0000${text}`;
    let content = this.everywhere.get(key);
    if (!content) this.everywhere.set(key, content = this.made(name, resolved));
    return content;
  }

  private made(name: string, resolved: Resolved): Content {
    return { number: this.count++, resolved, value: Value.of(resolved, `${ROOT}.${name}`), below: new Map() };
  }

  private of(scope: Scope): Read {
    let known = this.inScope.get(scope);
    if (!known) this.inScope.set(scope, known = new Read());
    return known;
  }
}

// a number beyond all bounds, such as 1e400, is written as null
function tellsAll(text: string): boolean {
  return !text.includes('null');
}

function hangs(text: string, { parameters }: Scope): boolean {
  return HANGS.test(text) || Object.keys(parameters).some((name) => text.includes(JSON.stringify(name).slice(1, -1)));
}

function objectOf(contents: Contents): ResolvedObject {
  const object: ResolvedObject = {};
  for (const [name, { resolved: value }] of contents.properties) {
    // a key such as __proto__ is data here
    if (value !== undefined) Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

/** Where the properties of a resource stand. */
export const ROOT = 'Properties';
const REFERS = /"(?:Ref|Fn::\w+)":/;
// what a nested or another stack gives out, and what a map holds, can hang on conditions in turn
const HANGS = /"Fn::(?:If|ImportValue|FindInMap)":|Outputs\./;
