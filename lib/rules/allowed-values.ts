import type { Scope } from './resolve';
import { isObject, isScalar, substitute } from './resolved';

/** A parameter that a property is made of, and the values that it allows. */
interface Listed {
  readonly name: string;
  readonly values: readonly string[];
  readonly usual?: string;
  /** Set where the property is the parameter and nothing else. */
  readonly isAlone: boolean;
}

// in a text that other things make too, what is shorter stands there by chance
const SHORTEST = 3;
// as deep as intrinsics are resolved; what lies below is hostile or broken
const DEEPEST = 150;
// more than a property that somebody wrote holds
const MOST_SEEN = 1000;

/**
 * What is wrong with a value, in words that tell a value that is deployed from one that can be: which parameter of the template allows it, and what it is unless
 * somebody says otherwise. Of what is deployed by default nothing more is said.
 *
 * @param written the properties as the template has them
 * @param location of the property
 */
export function asAllowed(detail: string, written: unknown, location: string, scope: Scope): string {
  if (!listsAny(scope)) return detail;
  const [, ...keys] = location.split('.');
  const found = nodesAt(written, keys).flatMap((node) => listedIn(node, scope, true, new Set()))
    .flatMap((listed) => listed.values.filter((value) => (listed.isAlone || value.length >= SHORTEST) && isNamed(value, detail)).map((value) => ({ listed, value })))
    .sort((a, b) => b.value.length - a.value.length)[0];
  if (!found || found.value === found.listed.usual) return detail;
  const { listed: { name, usual } } = found;
  return `${detail.replace(/ is (?=\S)/, ' may be ')} (parameter ${name} allows it${usual === undefined ? '' : `, its default is '${usual}'`}; take it out of AllowedValues)`;
}

const LISTS = new WeakMap<Scope, boolean>();

// most templates have no such parameter
function listsAny(scope: Scope): boolean {
  let lists = LISTS.get(scope);
  if (lists === undefined) {
    const { parameters, parent } = scope;
    LISTS.set(scope, lists = Object.values(parameters).some((declared) => allowedBy(declared)));
    if (!lists && parent) LISTS.set(scope, lists = listsAny(parent.scope));
  }
  return lists;
}

function allowedBy(declared: unknown): string[] | undefined {
  const values: unknown = isObject(declared) ? declared.AllowedValues : undefined;
  return Array.isArray(values) && values.length > 1 && values.every(isScalar) ? values.map(String) : undefined;
}

// what may stand at a place, whichever condition holds
function nodesAt(node: unknown, keys: readonly string[], depth = 0): unknown[] {
  if (depth > DEEPEST) return [];
  const chosen: unknown = isObject(node) && Object.keys(node).length === 1 ? node['Fn::If'] : undefined;
  if (Array.isArray(chosen)) return chosen.slice(1).flatMap((option) => nodesAt(option, keys, depth + 1));
  const [key, ...rest] = keys;
  if (key === undefined) return [node];
  if (Array.isArray(node)) return nodesAt(node[Number(key)], rest, depth + 1);
  return isObject(node) && Object.hasOwn(node, key) ? nodesAt(node[key], rest, depth + 1) : [];
}

function listedIn(node: unknown, scope: Scope, isAlone: boolean, seen: Set<unknown>): Listed[] {
  // what is no JSON can hold itself, and a stack can be said to stand in itself
  if (typeof node !== 'object' || node === null || seen.has(node) || seen.size > MOST_SEEN) return [];
  seen.add(node);
  const { Ref: name, 'Fn::Sub': text } = node as Record<string, unknown>;
  if (typeof name === 'string') return parameter(name, scope, isAlone, seen);
  const names: string[] = [];
  const template: unknown = Array.isArray(text) ? text[0] : text;
  if (typeof template === 'string') {
    substitute(template, (one) => {
      names.push(one);
      return '';
    });
  }
  return [...names.flatMap((one) => parameter(one, scope, false, seen)), ...Object.values(node).flatMap((inner) => listedIn(inner, scope, false, seen))];
}

function parameter(name: string, scope: Scope, isAlone: boolean, seen: Set<unknown>): Listed[] {
  // what a nested stack is given, the stack around it decides
  if (scope.parent && Object.hasOwn(scope.parent.given, name)) return listedIn(scope.parent.given[name], scope.parent.scope, isAlone, seen);
  const declared = Object.hasOwn(scope.parameters, name) ? scope.parameters[name] : undefined;
  const values = allowedBy(declared);
  if (!values) return [];
  const usual = isObject(declared) ? declared.Default : undefined;
  return [{ name, values, ...(isScalar(usual) ? { usual: String(usual) } : {}), isAlone }];
}

function isNamed(value: string, detail: string): boolean {
  for (let at = detail.indexOf(value); at >= 0 && value !== ''; at = detail.indexOf(value, at + 1)) {
    if (!/\w/.test(`${detail[at - 1] ?? ''}${detail[at + value.length] ?? ''}`)) return true;
  }
  return false;
}
