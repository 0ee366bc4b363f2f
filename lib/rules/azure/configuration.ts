import { follow, type Scope } from '../resolve';
import { Choice, isObject, Unknown, type Resolved, type ResolvedObject } from '../resolved';
import { descend, evaluate, HOLDS, type Lookup, type Step } from './expression';

/** A resource as a file of Terraform declares it. */
export interface Declared {
  /** Such as `azurerm_storage_account`. */
  readonly type: string;
  /** Address, such as `module.data.azurerm_storage_account.raw`. */
  readonly address: string;
  /** Construct path where CDK for Terraform left it. */
  readonly path?: string;
  readonly attributes: () => ResolvedObject;
  /** Set where a condition makes none of it. */
  readonly isAbsent?: boolean;
}

type Json = Record<string, unknown>;

/** What Terraform itself takes of each resource, and hands to no provider. */
const META = new Set(['//', 'count', 'for_each', 'depends_on', 'provider', 'provisioner', 'connection', 'timeouts', 'dynamic']);

/** A configuration: `*.tf.json` of whoever wrote it. */
export interface Configuration {
  /** Its resources; data sources are none. */
  readonly resources: () => Declared[];
  /** What it gives out under a name; undefined where it gives nothing. */
  readonly output: (name: string) => Resolved;
  /** Texts of the conditions that cannot be told before deployment. */
  readonly conditions: () => ReadonlySet<string>;
}

/** What another stack of the same app gives out; undefined where there is none. */
export type Elsewhere = (stack: string, output: string) => Resolved;

/** Reads a configuration; nothing is resolved before it is asked for. */
export function configured(content: Json, scope: Scope, elsewhere: Elsewhere): Configuration {
  const bodies = blocks(content.resource);
  const byAddress = new Map<string, Json>(bodies.map(([type, name, body]) => [`${type}.${name}`, body]));
  const lookup = lookupIn(content, byAddress, scope, elsewhere);
  const outputs = Object.assign({}, ...objects(content.output)) as Json;
  return {
    resources: () => bodies.map(([type, name, body]): Declared => {
      const path = pathOf(body);
      return { type, address: `${type}.${name}`, ...(path ? { path } : {}), ...(isNone(body, lookup) ? { isAbsent: true } : {}), attributes: () => attributesOf(body, lookup) };
    }),
    output: (name) => {
      const [own] = Object.hasOwn(outputs, name) ? objects(outputs[name]) : [];
      return own && follow(scope, `output.${name}`, () => valueOf(own.value, lookup));
    },
    conditions: () => conditionsIn(content, lookup),
  };
}

// what stands in a condition is read by who reads expressions: it asks of each whether it holds
function conditionsIn(content: Json, lookup: Lookup): ReadonlySet<string> {
  const found = new Set<string>();
  const noting: Lookup = (root, steps, depth) => {
    if (root !== HOLDS) return lookup(root, steps, depth);
    found.add(String(steps[0]));
    return undefined;
  };
  const visit = (value: unknown, depth: number): void => {
    if (typeof value === 'string' && value.includes('?')) evaluate(value, noting);
    else if (typeof value === 'object' && value !== null && depth <= DEEPEST) for (const item of Object.values(value)) visit(item, depth + 1);
  };
  visit(content, 0);
  return found;
}

/** Addresses of all that is declared, so that a reference is known to lead somewhere. */
export function addressesIn(content: Json): string[] {
  return blocks(content.resource).map(([type, name]) => `${type}.${name}`);
}

/** What an apply makes besides resources that are declared here: modules, which are written elsewhere, and programs that run beside them. */
export function besideIn(content: Json): { readonly modules: string[]; readonly programs: string[] } {
  return {
    modules: objects(content.module).flatMap((named) => Object.keys(named)).filter((name) => name !== '//'),
    programs: blocks(content.resource).filter(([, , body]) => objects(body.provisioner).length > 0).map(([type, name]) => `${type}.${name}`),
  };
}

function isNone(body: Json, lookup: Lookup): boolean {
  if (body.count === undefined && body.for_each === undefined) return false;
  const count = valueOf(body.count, lookup);
  const each = valueOf(body.for_each, lookup);
  return count === 0 || count === '0' || (Array.isArray(each) && each.length === 0) || (isObject(each) && Object.keys(each).length === 0);
}

function attributesOf(body: Json, lookup: Lookup): ResolvedObject {
  const attributes: ResolvedObject = {};
  for (const [key, raw] of Object.entries(body)) if (!META.has(key)) put(attributes, key, key === 'body' ? valueOf(raw, lookup) : single(valueOf(raw, lookup)));
  for (const [label, value] of dynamic(body.dynamic, lookup)) if (attributes[label] === undefined) put(attributes, label, value);
  return attributes;
}

// a block that stands once is an object or a list of one: the same for whoever reads it
function single(value: Resolved): Resolved {
  if (Array.isArray(value)) return value.length === 1 && isObject(value[0]) ? single(value[0]) : value.map((item) => (isObject(item) ? single(item) : item));
  if (value instanceof Choice) return new Choice(value.options.map(single));
  if (!isObject(value)) return value;
  const object: ResolvedObject = {};
  for (const [key, item] of Object.entries(value)) put(object, key, single(item as Resolved));
  return object;
}

function dynamic(raw: unknown, lookup: Lookup): [string, Resolved][] {
  return objects(raw).flatMap((labels) => Object.entries(labels)).flatMap(([label, body]) => objects(body).map((one): [string, Resolved] => {
    const each = valueOf(one.for_each, lookup);
    const count = Array.isArray(each) ? each.length : isObject(each) ? Object.keys(each).length : undefined;
    if (count === 0) return [label, undefined];
    if (count === undefined || count > MOST_BLOCKS) return [label, new Unknown('opaque', 'made by a dynamic block')];
    const iterator = typeof one.iterator === 'string' ? one.iterator : label;
    const within: Lookup = (root, steps, depth) => (root === iterator ? new Unknown('opaque', 'an item of a dynamic block') : lookup(root, steps, depth));
    const content = valueOf(objects(one.content)[0] ?? {}, within);
    return [label, single(Array.from({ length: count }, () => content))];
  }));
}

const MOST_BLOCKS = 100;
// deeper than a provider's schema goes; what lies below is hostile or broken
const DEEPEST = 100;

function valueOf(raw: unknown, lookup: Lookup, depth = 0): Resolved {
  if (depth > DEEPEST) return new Unknown('opaque', `nested deeper than ${DEEPEST} levels`);
  if (raw === null || raw === undefined) return undefined;
  if (typeof raw === 'string') return evaluate(raw, lookup);
  if (typeof raw === 'number' || typeof raw === 'boolean') return raw;
  if (Array.isArray(raw)) return raw.map((item) => valueOf(item, lookup, depth + 1)).filter((item) => item !== undefined);
  if (!isObject(raw)) return new Unknown('opaque', `a ${typeof raw}`);
  const object: ResolvedObject = {};
  for (const [key, item] of Object.entries(raw)) {
    // a key can be an expression too
    const name = key.includes('${') ? evaluate(key, lookup) : key;
    put(object, typeof name === 'string' ? name : key, valueOf(item, lookup, depth + 1));
  }
  return object;
}

function lookupIn(content: Json, byAddress: ReadonlyMap<string, Json>, scope: Scope, elsewhere: Elsewhere): Lookup {
  const variables = Object.assign({}, ...objects(content.variable)) as Json;
  const locals = Object.assign({}, ...objects(content.locals)) as Json;
  const lookup: Lookup = (root, steps, depth) => {
    const [name, ...rest] = steps;
    if (root === HOLDS) return scope.holds?.(String(name));
    if (root === 'var' && typeof name === 'string') return descend(follow(scope, `var.${name}`, () => variable(name, variables[name], lookup)), rest);
    if (root === 'local' && typeof name === 'string') {
      return name in locals ? descend(follow(scope, `local.${name}`, () => valueOf(locals[name], lookup, depth)), rest) : new Unknown('opaque', `local ${name}, which is not declared`);
    }
    if (root === 'data' && name === 'terraform_remote_state' && typeof rest[0] === 'string' && rest[1] === 'outputs' && typeof rest[2] === 'string') {
      const found = elsewhere(rest[0].replace(/^cross-stack-reference-input-/, ''), rest[2]);
      if (found !== undefined) return descend(found, rest.slice(3));
    }
    if (root === 'data') return new Unknown('opaque', `what the data source ${steps.slice(0, 2).join('.')} finds`);
    if (root === 'module') return new Unknown('opaque', `what the module ${String(name)} gives`);
    const body = typeof name === 'string' ? byAddress.get(`${root}.${name}`) : undefined;
    return body ? referenced(`${root}.${String(name)}`, body, rest, scope, lookup) : new Unknown('opaque', `${[root, ...steps].join('.')}`);
  };
  return lookup;
}

function variable(name: string, declared: unknown, lookup: Lookup): Resolved {
  const [body] = objects(declared);
  if (!body || body.default === undefined || body.default === null) return new Unknown('parameter', `variable ${name}, which has no default`);
  return valueOf(body.default, lookup);
}

/**
 * What a reference to a resource stands for: the literal that its attribute was given, else the resource. A name is its literal where
 * it has one, and leads to the resource where it has none.
 */
function referenced(address: string, body: Json, steps: readonly Step[], scope: Scope, lookup: Lookup): Resolved {
  const path = typeof steps[0] === 'number' || steps[0] === '*' ? steps.slice(1) : 'for_each' in body ? steps.slice(1) : steps;
  const [attribute, ...rest] = path;
  const target = { scope, logicalId: address, attribute: path.join('.') };
  const itself = new Unknown('reference', `${target.attribute || 'all'} of ${address}`, target);
  if (typeof attribute !== 'string' || attribute === 'id' || !(attribute in body)) return itself;
  const literal = descend(follow(scope, `${address}.${attribute}`, () => valueOf(body[attribute], lookup)), rest);
  return attribute === 'name' && literal instanceof Unknown ? itself : literal;
}

/** Terraform takes an object, or a list of objects, at each of its levels. */
function blocks(resources: unknown): [type: string, name: string, body: Json][] {
  const found = objects(resources).flatMap((byType) => Object.entries(byType).flatMap(([type, named]) => (
    objects(named).flatMap((byName) => Object.entries(byName).flatMap(([name, bodies]) => objects(bodies).map((body): [string, string, Json] => [type, name, body]))))));
  return found.filter(([type]) => type !== '//');
}

function objects(value: unknown): Json[] {
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

function pathOf(body: Json): string | undefined {
  const comment = isObject(body['//']) ? body['//'] : {};
  const metadata = isObject(comment.metadata) ? comment.metadata : {};
  return typeof metadata.path === 'string' ? metadata.path : undefined;
}

/** Sets a property, whatever its name: `__proto__` is data here. */
export function put(object: ResolvedObject, key: string, value: Resolved): void {
  if (value !== undefined) Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
