import { isExpanded, isIntrinsic, resolve, type Resolved, type ResolvedObject, type Scope } from './resolve';
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

/**
 * Properties of templates, each resolved once however many resources say the same: where two say the same, what is read of them is the same object.
 * Of a text that refers to something, that goes for one stack.
 */
export class Library {
  private readonly everywhere = new Map<string, Content>();
  private readonly inScope = new Map<Scope, Map<string, Content>>();
  private readonly absent = new Map<string, Value>();
  private readonly known = new Map<string, Contents>();
  private count = 0;

  /** The properties as a template has them; undefined where they are no list of properties, or cannot be compared. */
  public read(properties: unknown, scope: Scope): Contents | undefined {
    if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return undefined;
    const entries = Object.entries(properties);
    if ((entries.length === 1 && isIntrinsic(entries[0]![0])) || entries.some(([name]) => isExpanded(name))) return undefined;
    try {
      return this.contentsOf(entries.map(([name, raw]) => [name, this.contentOf(name, raw, JSON.stringify(raw), scope)]));
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

  private contentsOf(entries: readonly (readonly [string, Content])[]): Contents {
    const key = entries.map(([, { number }]) => number).join();
    let contents = this.known.get(key);
    if (!contents) this.known.set(key, contents = new Contents(new Map(entries)));
    return contents;
  }

  private contentOf(name: string, raw: unknown, text: string, scope: Scope): Content {
    const known = REFERS.test(text) ? this.of(scope) : this.everywhere;
    const key = `${name}\u0000${text}`;
    // a number beyond all bounds, such as 1e400, is written as null
    const tellsAll = !text.includes('null');
    let content = tellsAll ? known.get(key) : undefined;
    if (!content) {
      const resolved = resolve(raw, scope, 1);
      content = { number: this.count++, resolved, value: Value.of(resolved, `${ROOT}.${name}`), below: new Map() };
      if (tellsAll) known.set(key, content);
    }
    return content;
  }

  private of(scope: Scope): Map<string, Content> {
    let known = this.inScope.get(scope);
    if (!known) this.inScope.set(scope, known = new Map());
    return known;
  }
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
