import type { DataFlow } from '../../policy/flow';
import { combinations } from '../combinations';
import { Relations } from '../relations';
import type { Scope } from '../resolve';
import { Choice, isObject, Unknown, type Resolved, type ResolvedObject } from '../resolved';
import { Resource, type Origin } from '../resource';
import { FLOW_NODE } from '../rule';
import { inOrder, type View } from '../view';
import { addressesIn, configured, put, type Configuration, type Declared, type Elsewhere } from './configuration';
import { AZURE_FACETS } from './coverage/facets';
import { ALIASES, DEFAULTS } from './defaults';
import { parsed } from './expression';
import { jobsIn } from './jobs';
import { isPlan, planned, plannedAddresses } from './plan';

/** A file of Terraform's JSON, and what is known about it. */
export interface TerraformFile {
  /** Name of the stack. */
  readonly stackName: string;
  /** Construct path of the stack, or the name of the file. */
  readonly path: string;
  /** Path of the file in its folder, relative and with `/`. */
  readonly template: string;
  /** A configuration, a plan or a state. */
  readonly content: unknown;
  /** Where a resource was written, by its construct path. */
  readonly origin?: (path: string) => Origin | undefined;
  /** Construct path of a pipeline's job, if the tree has a construct for it. */
  readonly stepPath?: (pipelinePath: string, step: string) => Origin | undefined;
}

/** What the view is made from. */
export interface AzureViewInput {
  readonly files: readonly TerraformFile[];
  readonly flow?: DataFlow;
  /** Where a node of the flow was written. */
  readonly flowOrigin?: (id: string) => Origin | undefined;
}

/** Resources of azapi, which say in their type what they are. */
const AZAPI = new Set(['azapi_resource', 'azapi_update_resource', 'azapi_data_plane_resource']);

/** Set on what only changes a resource that something else has made: what it does not name is judged there. */
export const UPDATE = 'azapi:update';

/**
 * Resolves files into resources: references lead to what they mean, or to the literal that it was given; blocks are the same however they
 * were written; what is absent is its provider's default. Those of azapi have the type that they name, and the request as properties.
 * Linear in the size of the files.
 */
export function azureViewOf(input: AzureViewInput): View {
  const { view, conditions } = viewIn(input);
  const cases = combinations(conditions.map(() => BOTH));
  if (cases.length === 0) return view;
  return {
    ...view,
    cases: function* () {
      for (const row of cases) yield viewIn(input, (condition) => row[conditions.indexOf(condition)] === 0).view;
    },
  };
}

// a condition holds or does not
const BOTH = 2;

/** How it is where conditions turn out in one way, and the conditions that can turn out in two. */
function viewIn(input: AzureViewInput, holds?: Scope['holds']): { readonly view: View; readonly conditions: readonly string[] } {
  const relations = new Relations(input.flow);
  const resources: Resource[] = [];
  const add = (resource: Resource) => {
    resources.push(resource);
    relations.add(resource);
  };
  const scopes = new Map(input.files.map((file) => [file, { ...scopeOf(file), ...(holds ? { holds } : {}) }]));
  const byName = new Map(input.files.map((file) => [file.stackName, file]));
  const configurations = new Map<TerraformFile, Configuration>();
  // how CDK for Terraform hands something from a stack to another: as an output, read from the state
  const elsewhere: Elsewhere = (stack, output) => {
    // named by its path, of which files know the end only
    const file = byName.get(stack) ?? input.files.find(({ stackName }) => stack.endsWith(`--${stackName}`));
    return file && configurations.get(file)?.output(output);
  };
  for (const file of input.files) if (isObject(file.content) && !isPlan(file.content)) configurations.set(file, configured(file.content, scopes.get(file)!, elsewhere));
  for (const file of inOrder(input.files)) {
    const scope = scopes.get(file)!;
    const declared = isPlan(file.content) ? planned(file.content, scope) : configurations.get(file)?.resources() ?? [];
    for (const one of [...declared].sort(byAddress)) {
      const resource = resourceOf(one, file, scope, relations);
      if (one.isAbsent) {
        if (holds) relations.addAbsent(resource);
        continue;
      }
      add(resource);
      for (const job of jobsIn(resource, file.stepPath)) add(job);
    }
  }
  for (const node of input.flow?.nodes ?? []) {
    const first = input.files.find((file) => node.id.startsWith(`${file.path}/`)) ?? input.files[0];
    if (!first) break;
    add(new Resource({
      type: FLOW_NODE, logicalId: '', scope: scopes.get(first)!, relations, template: first.template, origin: input.flowOrigin?.(node.id) ?? { path: node.id },
      properties: { Id: node.id, Kind: node.kind, Name: node.name, Detail: node.detail, Region: node.region },
    }));
  }
  const conditions = holds ? [] : [...configurations.values()].flatMap((configuration) => [...configuration.conditions()]);
  // in whatever order they were written, they turn out alike
  return { view: { resources, relations }, conditions: [...new Set(conditions)].sort() };
}

function byAddress({ address: a }: Declared, { address: b }: Declared): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function scopeOf({ stackName, content }: TerraformFile): Scope {
  const addresses = isPlan(content) ? plannedAddresses(content) : isObject(content) ? addressesIn(content) : [];
  return { stackName, parameters: {}, mappings: {}, outputs: {}, logicalIds: new Set(addresses), nested: new Map(), exports: new Map() };
}

function resourceOf(declared: Declared, file: TerraformFile, scope: Scope, relations: Relations): Resource {
  const path = declared.path ?? (file.path === '' ? declared.address : `${file.path}/${declared.address}`);
  const origin = file.origin?.(path) ?? { path };
  const made = { logicalId: declared.address, scope, relations, template: file.template, origin, properties: undefined };
  if (!AZAPI.has(declared.type)) return new Resource({ ...made, type: declared.type, resolved: () => withDefaults(declared.type, declared.attributes()) });
  const attributes = declared.attributes();
  const type = typeof attributes.type === 'string' ? canonical(attributes.type.split('@')[0]!) : declared.type;
  const isUpdate = declared.type === 'azapi_update_resource';
  return new Resource({ ...made, type, resolved: () => (isUpdate ? { ...requestOf(attributes), [UPDATE]: true } : withDefaults(type, requestOf(attributes))) });
}

// what azapi takes beside the request, and the request itself
function requestOf({ body, sensitive_body: secret, ...attributes }: ResolvedObject): ResolvedObject {
  const request = secret === undefined ? bodyOf(body) : patched(bodyOf(body), bodyOf(secret));
  const object: ResolvedObject = {};
  for (const key of ['name', 'parent_id', 'resource_id', 'location', 'tags', 'identity', 'lifecycle']) put(object, key, attributes[key]);
  if (isObject(request)) for (const [key, value] of Object.entries(request)) put(object, key, value as Resolved);
  else if (request instanceof Unknown) for (const key of ['properties', 'sku', 'kind']) put(object, key, request);
  else if (request instanceof Choice) {
    const keys = new Set(['properties', ...request.options.flatMap((option) => (isObject(option) ? Object.keys(option) : []))]);
    for (const key of keys) put(object, key, new Choice(request.options.map((option) => (isObject(option) ? option[key] as Resolved : option))));
  }
  return object;
}

function bodyOf(body: Resolved): Resolved {
  return typeof body === 'string' ? parsed(body) : body;
}

// azapi sends what it keeps out of the state with the rest, and over it
function patched(under: Resolved, over: Resolved): Resolved {
  if (under instanceof Choice) return new Choice(under.options.map((option) => patched(option, over)));
  if (over instanceof Choice) return new Choice(over.options.map((option) => patched(under, option)));
  if (over === undefined || !isObject(under) || !isObject(over)) return over ?? under;
  const object = { ...under } as ResolvedObject;
  for (const [key, value] of Object.entries(over)) put(object, key, patched(under[key] as Resolved, value as Resolved));
  return object;
}

/** Attributes with the provider's defaults for those that are absent; of a block that is absent the provider takes none. */
export function withDefaults(type: string, attributes: ResolvedObject): ResolvedObject {
  const aliases = Object.hasOwn(ALIASES, type) ? ALIASES[type]! : {};
  const object: ResolvedObject = {};
  for (const [key, value] of Object.entries(attributes)) {
    const name = Object.hasOwn(aliases, key) ? aliases[key]! : key;
    if (name === key || attributes[name] === undefined) put(object, name, value);
  }
  for (const [path, value] of Object.entries(Object.hasOwn(DEFAULTS, type) ? DEFAULTS[type]! : {})) give(object, path.split('.'), value);
  return object;
}

function give(object: ResolvedObject, [key, ...rest]: string[], value: Resolved): void {
  const own = Object.hasOwn(object, key!) ? object[key!] : undefined;
  put(object, key!, given(own, key!, rest, value));
}

// each side of a condition has its own defaults
function given(own: Resolved, key: string, rest: string[], value: Resolved): Resolved {
  if (own instanceof Choice) return new Choice(own.options.map((option) => given(option, key, rest, value)));
  if (rest.length === 0) return own ?? value;
  // a request has its `properties` whether or not they are written
  const inner = own === undefined && key === 'properties' ? {} : own;
  if (!isObject(inner)) return inner;
  const copy = { ...inner } as ResolvedObject;
  give(copy, rest, value);
  return copy;
}

// Azure takes its types in any case
const KNOWN = new Map(Object.keys(AZURE_FACETS).filter((type) => type.startsWith('Microsoft.')).map((type) => [type.toLowerCase(), type]));

function canonical(type: string): string {
  return KNOWN.get(type.toLowerCase()) ?? type;
}
