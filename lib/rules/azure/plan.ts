import type { Scope } from '../resolve';
import { isObject, Unknown, type Resolved, type ResolvedObject } from '../resolved';
import { put, type Declared } from './configuration';

type Json = Record<string, unknown>;

const DEEPEST = 50;

/** Whether this is a plan or a state, as `terraform show -json` prints it. */
export function isPlan(content: unknown): content is Json {
  return isObject(content) && typeof content.format_version === 'string' && (isObject(content.planned_values) || isObject(content.values) || Array.isArray(content.resource_changes));
}

/** The resources of a plan or a state: what is known after apply only leads to what it comes from. */
export function planned(plan: Json, scope: Scope): Declared[] {
  const changes = new Map(list(plan.resource_changes).map((one): [string, Json] => [String(one.address), isObject(one.change) ? one.change : {}]));
  const expressions = new Map<string, unknown>();
  if (isObject(plan.configuration)) collect(plan.configuration.root_module, '', expressions, 0);
  const resources = resourcesIn(moduleOf(plan));
  const addresses = new Map(resources.map(({ address }) => [unindexed(address), address]));
  return resources.map(({ type, address, values }) => {
    const place = { scope, addresses, module: moduleAddress(address) };
    // what Terraform itself takes of a resource is in its configuration alone
    const lifecycle = new Unknown('opaque', 'what a plan does not show');
    const own = () => merged(values, changes.get(address)?.after_unknown, expressions.get(unindexed(address)), place, 0) as ResolvedObject;
    return { type, address, attributes: () => ({ ...own(), lifecycle }) };
  });
}

/** Addresses of all that a plan or a state holds. */
export function plannedAddresses(plan: Json): string[] {
  return resourcesIn(moduleOf(plan)).map(({ address }) => address);
}

function moduleOf(plan: Json): unknown {
  const values = isObject(plan.planned_values) ? plan.planned_values : plan.values;
  if (isObject(values)) return values.root_module;
  // what goes is nowhere afterwards
  const staying = list(plan.resource_changes).filter(({ change }) => !isObject(change) || change.after !== null);
  return { resources: staying.map((one) => ({ ...one, values: isObject(one.change) ? one.change.after : undefined })) };
}

interface Planned {
  readonly type: string;
  readonly address: string;
  readonly values: Json;
}

// a module too deep for a stack of calls still holds resources, and none may be left out
function resourcesIn(root: unknown): Planned[] {
  const found: Planned[] = [];
  const left = [root];
  while (left.length > 0) {
    const module = left.pop();
    if (!isObject(module)) continue;
    for (const { type, address, name, values } of list(module.resources).filter(({ mode, type }) => mode !== 'data' && typeof type === 'string')) {
      found.push({ type: String(type), address: typeof address === 'string' ? address : `${String(type)}.${String(name)}`, values: isObject(values) ? values : {} });
    }
    left.push(...list(module.child_modules).reverse());
  }
  return found;
}

// the configuration of a module that is called several times stands once
function collect(module: unknown, at: string, found: Map<string, unknown>, depth: number): void {
  if (!isObject(module) || depth > DEEPEST) return;
  for (const one of list(module.resources)) found.set(`${at}${String(one.address)}`, one.expressions);
  for (const [name, call] of Object.entries(isObject(module.module_calls) ? module.module_calls : {})) {
    if (isObject(call)) collect(call.module, `${at}module.${name}.`, found, depth + 1);
  }
}

function unindexed(address: string): string {
  return address.replace(/\[[^\]]*\]/g, '');
}

function moduleAddress(address: string): string {
  return /^((?:module\.[^.]+\.)*)/.exec(unindexed(address))![1]!;
}

interface Place {
  readonly scope: Scope;
  /** Addresses by themselves without indices. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly module: string;
  /** Inside the request of azapi, where a list is a list. */
  readonly isBody?: boolean;
}

// values, with what is unknown after apply put where it will stand
function merged(value: unknown, unknown: unknown, expression: unknown, place: Place, depth: number): Resolved {
  if (depth > DEEPEST) return new Unknown('opaque', `nested deeper than ${DEEPEST} levels`);
  if (unknown === true) return reference(expression, place);
  if (Array.isArray(value)) {
    const items = value.map((item, index) => merged(item, at(unknown, index), at(expression, index) ?? expression, place, depth + 1)).filter((item) => item !== undefined);
    if (items.length === 0) return undefined;
    return items.length === 1 && isObject(items[0]) && !place.isBody ? items[0] : items;
  }
  if (isObject(value)) {
    const object: ResolvedObject = {};
    for (const key of new Set([...Object.keys(value), ...(isObject(unknown) ? Object.keys(unknown) : [])])) {
      put(object, key, merged(value[key], at(unknown, key), at(expression, key), depth === 0 && key === 'body' ? { ...place, isBody: true } : place, depth + 1));
    }
    return object;
  }
  return value === null || value === undefined ? undefined : typeof value === 'object' ? new Unknown('opaque', 'no value') : value as Resolved;
}

function at(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] as unknown : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function reference(expression: unknown, { scope, addresses, module }: Place): Unknown {
  const references = isObject(expression) && Array.isArray(expression.references) ? expression.references.filter((one): one is string => typeof one === 'string') : [];
  for (const text of references) {
    const [, address, attribute] = /^([a-z][\w-]*\.[\w-]+)(?:\[[^\]]*\])?\.?(.*)$/.exec(text) ?? [];
    const logicalId = address && addresses.get(`${module}${address}`);
    if (logicalId) return new Unknown('reference', `${attribute || 'all'} of ${logicalId}`, { scope, logicalId, attribute: attribute ?? '' });
  }
  return new Unknown('opaque', 'known after apply');
}

function list(value: unknown): Json[] {
  return (Array.isArray(value) ? value : []).filter(isObject);
}
