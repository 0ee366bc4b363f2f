import { Residency } from '../policy/residency';
import type { PossibleValues } from './possible-values';
import { base64, Choice, choice, isObject, isScalar, joinText, jsonOf, substitute, Unknown, type Resolved, type ResolvedObject } from './resolved';

type Json = Record<string, unknown>;

/** Template and surroundings that intrinsics are resolved in. */
export interface Scope {
  readonly stackName: string;
  readonly region?: string;
  readonly account?: string;
  readonly parameters: Json;
  readonly mappings: Json;
  readonly outputs: Json;
  readonly logicalIds: ReadonlySet<string>;
  /** The stack that a nested one stands in, and what it is given as parameters. */
  parent?: { readonly scope: Scope; readonly given: Json };
  /** Of a stack whose template stands in another one, the logical id of what holds it there. */
  readonly within?: string;
  /** Nested stacks by the logical id of their resource. */
  readonly nested: Map<string, Scope>;
  /** Before synth a reference to another stack is not yet an import: the stacks, by their addresses. */
  readonly elsewhere?: ReadonlyMap<string, Scope>;
  /** What all stacks of the app export, by account, region and name, and by name alone. */
  readonly exports: Map<string, { readonly scope: Scope; readonly value: unknown }>;
  /** Set in one case of several: whether a condition holds. */
  readonly holds?: (condition: string) => boolean;
  /** The same where a condition holds or does not; undefined where that cannot be. Not set in one case of several. */
  under?: (condition: string, holds: boolean) => Scope | undefined;
  /** What a parameter can be, as far as it is known from the case, or from the conditions that something stands under. */
  readonly possible?: (parameter: string) => PossibleValues | undefined;
  /** Of what stands under conditions: the scope of the template, which resources are known by. */
  readonly whole?: Scope;
}

// deeper than CloudFormation allows; what lies below is hostile or broken
const DEEPEST = 150;
// what a stack's names may stand for altogether: a template that refers to itself twice at each level would never end
const MOST_FOLLOWED = 500_000;
const PER_UNIT_OF_TEXT = 64;

/** Resolves a value of a template. Linear in its size. */
export function resolve(raw: unknown, scope: Scope, depth = 0): Resolved {
  if (depth > DEEPEST) return new Unknown('opaque', `nested deeper than ${DEEPEST} levels`);
  if (typeof raw === 'string') return raw.includes('{{resolve:') ? withDynamicReferences(raw) : raw;
  if (raw === undefined || raw === null || typeof raw === 'number' || typeof raw === 'boolean') return raw;
  if (Array.isArray(raw)) {
    return raw.map((item) => resolve(item, scope, depth + 1)).filter((item) => item !== undefined);
  }
  if (raw instanceof Unknown || raw instanceof Choice) return raw;
  if (!isObject(raw)) return new Unknown('opaque', `a ${typeof raw}`);
  const keys = Object.keys(raw);
  if (keys.length === 1) {
    const intrinsic = INTRINSICS.get(keys[0]!);
    if (intrinsic) return intrinsic(raw[keys[0]!], scope, depth + 1);
    if (isIntrinsic(keys[0]!)) return new Unknown('opaque', keys[0]!);
  }
  const expanded = keys.find(isExpanded);
  if (expanded !== undefined) return new Unknown('opaque', `what '${expanded}' makes of it`);
  const object: ResolvedObject = {};
  for (const key of keys) {
    const value = resolve(raw[key], scope, depth + 1);
    // a key such as __proto__ is data here
    if (value !== undefined) Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

/** The scope that resources of its template are known by. */
export function wholeOf(scope: Scope): Scope {
  return scope.whole ?? scope;
}

/** What an export is known by: a name is given once in an account and region. */
export function exportKey(name: string, { account, region }: Pick<Scope, 'account' | 'region'>): string {
  return [account ?? '', region ?? '', name].join('\u0000');
}

/** Whether an object with this key alone is no data, but an instruction to CloudFormation. */
export function isIntrinsic(key: string): boolean {
  return INTRINSICS.has(key) || key.startsWith('Fn::');
}

/** Whether a key asks CloudFormation to write what stands there: a macro that is called in place, which is given all that stands beside, or a loop. */
export function isExpanded(key: string): boolean {
  return key.startsWith('Fn::') && (key === 'Fn::Transform' || key.startsWith('Fn::ForEach::'));
}

const DYNAMIC_REFERENCE = 'a dynamic reference';

/** Whether a value is read from SSM or Secrets Manager when it is deployed. */
export function isDynamicReference({ reason }: Unknown): boolean {
  return reason === DYNAMIC_REFERENCE;
}

// the rest of the text is known: a definition that holds one can be read
function withDynamicReferences(text: string): Resolved {
  const literals = text.split(/\{\{resolve:[^}]*\}\}/);
  return joinText(literals.flatMap((literal, index) => (index === 0 ? [literal] : [new Unknown('opaque', DYNAMIC_REFERENCE), literal])));
}

type Intrinsic = (argument: unknown, scope: Scope, depth: number) => Resolved;

const INTRINSICS = new Map<string, Intrinsic>([
  ['Ref', (argument, scope, depth) => (typeof argument === 'string' ? ref(argument, scope, depth) : new Unknown('opaque', 'Ref'))],
  ['Fn::GetAtt', getAtt],
  ['Fn::Join', join],
  ['Fn::Sub', sub],
  ['Fn::Select', select],
  ['Fn::Split', split],
  ['Fn::FindInMap', findInMap],
  ['Fn::If', (argument, scope, depth) => {
    if (!Array.isArray(argument) || argument.length !== 3) return new Unknown('opaque', 'Fn::If');
    const condition = isScalar(argument[0]) ? String(argument[0]) : '';
    if (scope.holds) return resolve(argument[scope.holds(condition) ? 1 : 2], scope, depth);
    const [yes, no] = scope.under ? [scope.under(condition, true), scope.under(condition, false)] : [scope, scope];
    // where neither can be, nothing stands here
    return choice([...(yes ?? !no ? [resolve(argument[1], yes ?? scope, depth)] : []), ...(no ?? !yes ? [resolve(argument[2], no ?? scope, depth)] : [])]);
  }],
  ['Fn::ImportValue', (argument, scope, depth) => {
    const name = resolve(argument, scope, depth);
    const found = typeof name === 'string' ? scope.exports.get(exportKey(name, scope)) ?? scope.exports.get(name) : undefined;
    return found ? follow(found.scope, `export ${name}`, () => resolve(found.value, found.scope, depth)) : new Unknown('opaque', `import of ${typeof name === 'string' ? name : name instanceof Unknown ? `'${name.pattern}'` : 'an unknown name'}`);
  }],
  ['Fn::Base64', (argument, scope, depth) => base64(resolve(argument, scope, depth))],
  ['Fn::GetAZs', (argument, scope, depth) => {
    const region = resolve(argument, scope, depth);
    const named = region === '' ? scope.region : region;
    const zone = new Unknown('opaque', 'a zone of the region');
    return typeof named === 'string' ? new Unknown('opaque', zone.reason, undefined, [named, zone]) : zone;
  }],
  ['Fn::ToJsonString', (argument, scope, depth) => jsonOf(resolve(argument, scope, depth))],
  ['Fn::Length', (argument, scope, depth) => {
    const list = resolve(argument, scope, depth);
    return Array.isArray(list) ? list.length : new Unknown('opaque', 'Fn::Length');
  }],
]);

interface Followed { readonly values: Map<string, Resolved>; left: number }

const FOLLOWED = new WeakMap<Scope, Followed>();

/** What a name stands for elsewhere, found once; a name that stands for itself is unknown. */
export function follow(scope: Scope, name: string, find: () => Resolved): Resolved {
  const { values } = followedIn(scope);
  if (!values.has(name)) {
    values.set(name, new Unknown('opaque', 'a value that refers to itself'));
    values.set(name, find());
  }
  const value = values.get(name);
  const all = followedIn(wholeOf(scope));
  all.left -= sizeOf(value, all.left);
  return all.left < 0 ? new Unknown('opaque', 'more than can be followed') : value;
}

function followedIn(scope: Scope): Followed {
  let known = FOLLOWED.get(scope);
  if (!known) FOLLOWED.set(scope, known = { values: new Map(), left: MOST_FOLLOWED });
  return known;
}

// in units that a walk takes; beyond the limit it does not matter by how much
function sizeOf(value: Resolved, limit: number, depth = 0): number {
  if (depth > DEEPEST) return Infinity;
  if (typeof value === 'string') return 1 + value.length / PER_UNIT_OF_TEXT;
  const parts = value instanceof Choice ? value.options : value instanceof Unknown ? value.parts ?? [] : typeof value === 'object' && value !== null ? Object.values(value) : [];
  let size = 1;
  for (const part of parts) {
    size += sizeOf(part as Resolved, limit - size, depth + 1);
    if (size > limit) break;
  }
  return size;
}

/** A name of another stack, in a fragment that has not been synthesized: no logical id has such a sign. */
export function ofStack(address: string, name: string): string {
  return `${address}|${name}`;
}

function namedElsewhere(name: string, scope: Scope): { readonly name: string; readonly scope: Scope } | undefined {
  const end = scope.elsewhere ? name.indexOf('|') : -1;
  const found = end < 0 ? undefined : scope.elsewhere!.get(name.slice(0, end));
  return found && { name: name.slice(end + 1), scope: found };
}

function ref(name: string, scope: Scope, depth: number): Resolved {
  const other = namedElsewhere(name, scope);
  if (other) return ref(other.name, other.scope, depth);
  if (name.startsWith('AWS::')) return pseudo(name, scope);
  if (Object.hasOwn(scope.parameters, name)) return follow(scope, `parameter ${name}`, () => parameter(name, scope, depth));
  if (scope.logicalIds.has(name)) return new Unknown('reference', `the id of ${name}`, { scope: wholeOf(scope), logicalId: name, attribute: 'Ref' });
  return new Unknown('opaque', `${name}, which is not in the template`);
}

function pseudo(name: string, scope: Scope): Resolved {
  const partition = scope.region && Residency.isRegion(scope.region) ? Residency.partitionOf(scope.region) : undefined;
  switch (name) {
    case 'AWS::NoValue': return undefined;
    case 'AWS::Region': return scope.region ?? new Unknown('opaque', REGION_OF_STACK);
    case 'AWS::AccountId': return scope.account ?? new Unknown('execution', 'the account of a stack that names none');
    case 'AWS::StackName': return scope.stackName;
    case 'AWS::Partition': return partition ?? new Unknown('opaque', 'the partition of a stack that names no region');
    case 'AWS::URLSuffix': return partition ? SUFFIXES[partition] ?? 'amazonaws.com' : new Unknown('opaque', 'the domain of a stack that names no region');
    default: return new Unknown('execution', `${name}, which is known once the stack is made`);
  }
}

const REGION_OF_STACK = 'the region of a stack that names none';

/** Whether a value is the region of its own stack, which names none. */
export function isRegionOfStack({ reason }: Unknown): boolean {
  return reason === REGION_OF_STACK;
}

const SUFFIXES: Record<string, string> = { 'aws-cn': 'amazonaws.com.cn', 'aws-eusc': 'amazonaws.eu' };

// a default is what deploys unless somebody says otherwise, or a condition does; several allowed values are all judged
function parameter(name: string, scope: Scope, depth: number): Resolved {
  const given = scope.parent?.given[name];
  if (given !== undefined) return resolve(given, scope.parent!.scope, depth);
  const declared = scope.parameters[name];
  if (!isObject(declared)) return new Unknown('parameter', `parameter ${name}`);
  const type = typeof declared.Type === 'string' ? declared.Type : 'String';
  const list = type.startsWith('List<') || type === 'CommaDelimitedList';
  const parse = (value: unknown): Resolved => {
    if (list && typeof value === 'string') return value.split(',').map((item) => item.trim());
    return isScalar(value) ? value : new Unknown('parameter', `parameter ${name}`);
  };
  const possible = scope.possible?.(name);
  const { AllowedValues: allowed, Default: usual } = declared;
  const isRead = type.startsWith('AWS::SSM::');
  if (Array.isArray(allowed) && allowed.length > 0 && !list && !isRead) {
    const left = allowed.filter((value) => !possible || possible.admits(String(value)));
    return choice((left.length > 0 ? left : allowed).map(parse));
  }
  if (usual !== undefined && !isRead && (!possible || possible.admits(String(usual)))) return parse(usual);
  if (possible?.known?.length) return choice(possible.known.map(parse));
  const reason = `parameter ${name}, which ${isRead ? 'is read from SSM' : usual === undefined ? 'has no default' : 'is not its default here'}`;
  return new Unknown('parameter', reason, undefined, undefined, undefined, list || isRead || !isScalar(usual) || usual === '' ? undefined : String(usual));
}

function getAtt(argument: unknown, scope: Scope, depth: number): Resolved {
  const [logicalId, ...rest] = typeof argument === 'string' ? argument.split('.') : Array.isArray(argument) ? argument : [];
  const attribute = rest.join('.');
  if (typeof logicalId !== 'string') return new Unknown('opaque', 'Fn::GetAtt');
  const other = namedElsewhere(logicalId, scope);
  if (other) return getAtt([other.name, ...rest], other.scope, depth);
  const nested = scope.nested.get(logicalId);
  if (nested && attribute.startsWith('Outputs.')) {
    const output = nested.outputs[attribute.slice('Outputs.'.length)];
    if (!isObject(output)) return new Unknown('opaque', `${logicalId}.${attribute}`);
    const own = typeof output.Condition === 'string' ? nested.under?.(output.Condition, true) ?? nested : nested;
    return follow(own, `output ${attribute}`, () => resolve(output.Value, own, depth));
  }
  if (!scope.logicalIds.has(logicalId)) return new Unknown('opaque', `${logicalId}, which is not in the template`);
  return new Unknown('reference', `${attribute || 'an attribute'} of ${logicalId}`, { scope: wholeOf(scope), logicalId, attribute });
}

function join(argument: unknown, scope: Scope, depth: number): Resolved {
  if (!Array.isArray(argument) || argument.length !== 2 || typeof argument[0] !== 'string') return new Unknown('opaque', 'Fn::Join');
  const parts = resolve(argument[1], scope, depth);
  return Array.isArray(parts) ? joinText(parts, argument[0]) : new Unknown('opaque', 'Fn::Join of an unknown list');
}

function sub(argument: unknown, scope: Scope, depth: number): Resolved {
  const [text, given] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof text !== 'string') return new Unknown('opaque', 'Fn::Sub');
  return substitute(text, (name) => {
    if (isObject(given) && Object.hasOwn(given, name)) return resolve(given[name], scope, depth);
    return name.includes('.') ? getAtt(name, scope, depth) : ref(name, scope, depth);
  });
}

function select(argument: unknown, scope: Scope, depth: number): Resolved {
  if (!Array.isArray(argument) || argument.length !== 2) return new Unknown('opaque', 'Fn::Select');
  const at = resolve(argument[0], scope, depth);
  // an object can have a `toString` that is no function
  const index = isScalar(at) ? Number(at) : NaN;
  const list = resolve(argument[1], scope, depth);
  // items of one list differ; of a zone its region is known
  if (list instanceof Unknown) return list.parts ? list : new Unknown(list.kind, `${Number.isInteger(index) ? `item ${index}` : 'an item'} of ${list.reason}`, list.target);
  if (!Array.isArray(list) || !Number.isInteger(index) || index < 0 || index >= list.length) return new Unknown('opaque', 'Fn::Select');
  return list[index];
}

function split(argument: unknown, scope: Scope, depth: number): Resolved {
  if (!Array.isArray(argument) || argument.length !== 2 || typeof argument[0] !== 'string' || argument[0] === '') return new Unknown('opaque', 'Fn::Split');
  const delimiter = argument[0];
  const text = resolve(argument[1], scope, depth);
  if (typeof text === 'string') return text.split(delimiter);
  if (!(text instanceof Unknown)) return new Unknown('opaque', 'Fn::Split');
  // an id of its own may hold the delimiter: only what follows known text is in a known place
  return text.parts ? new Unknown('opaque', `part of ${text.reason}`) : text;
}

function findInMap(argument: unknown, scope: Scope, depth: number): Resolved {
  if (!Array.isArray(argument) || argument.length < 3) return new Unknown('opaque', 'Fn::FindInMap');
  const keys = argument.slice(0, 3).map((key) => resolve(key, scope, depth));
  const { found, isMissing } = inMappings(scope.mappings, keys);
  const given: unknown = argument[3];
  const fallback = isObject(given) && Object.hasOwn(given, 'DefaultValue') ? [resolve(given.DefaultValue, scope, depth)] : [];
  const values = [...found].map(([path, value]) => follow(scope, `mapping ${path}`, () => resolve(value, scope, depth)));
  if (isMissing) values.push(...fallback.length > 0 ? fallback : [new Unknown('opaque', 'Fn::FindInMap')]);
  return values.length === 1 ? values[0] : choice(values);
}

/** What stands at keys of mappings, by its path; a key that is not known may be any. */
function inMappings(mappings: Json, keys: readonly Resolved[]): { readonly found: ReadonlyMap<string, unknown>; readonly isMissing: boolean } {
  let found = new Map<string, unknown>([['', mappings]]);
  let isMissing = false;
  for (const key of keys) {
    const next = new Map<string, unknown>();
    for (const [path, value] of found) {
      const known = isObject(value) ? value : {};
      const taken = key instanceof Unknown ? Object.keys(known) : key instanceof Choice ? key.options : [key];
      for (const one of taken) {
        if (isScalar(one) && Object.hasOwn(known, String(one))) next.set(`${path}\u0000${one}`, known[String(one)]);
        else isMissing = true;
      }
    }
    found = next;
  }
  return { found, isMissing: isMissing || found.size === 0 };
}
