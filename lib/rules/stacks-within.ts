import { parseDeployed } from './deployed-json';
import { isIntrinsic, resolve, type Scope } from './resolve';
import { isObject, Unknown, type Resolved } from './resolved';
import type { Origin } from './resource';
import type { TemplateInput } from './view';

type Json = Record<string, unknown>;

/** Where a template stands that another one holds. */
export interface Holder {
  readonly template: TemplateInput;
  readonly scope: Scope;
  readonly logicalId: string;
  readonly origin: Origin;
  readonly readAsset?: ((objectKey: string) => string | undefined) | undefined;
}

/** Type of a set of stacks, which are the same in other accounts and regions. */
export const STACK_SET = 'AWS::CloudFormation::StackSet';

/** Type of a nested stack. */
export const NESTED = 'AWS::CloudFormation::Stack';

/** Actions of CloudFormation that are given a template. */
export const STACK_MAKERS: ReadonlySet<string> = new Set(['createStack', 'updateStack', 'createChangeSet', 'createStackSet', 'updateStackSet']);

/**
 * The stacks of a stack set, as templates of their own: one for each region of its instances. What its template takes from the one around it is a parameter
 * that it is given.
 *
 * @returns none where its template is no JSON, or lies elsewhere
 */
export function stacksOfSet(holder: Holder, properties: unknown): TemplateInput[] {
  if (!isObject(properties)) return [];
  const { scope } = holder;
  const text = textOf(properties.TemplateBody);
  const object = isObject(properties.TemplateBody) ? properties.TemplateBody['Fn::ToJsonString'] : undefined;
  const body = isObject(object) ? bodyOfObject(object) : text ? bodyOf(text) : assetAt(resolve(properties.TemplateURL, scope), holder);
  if (!body) return [];
  const name = resolve(properties.StackSetName, scope);
  const given = parametersIn(properties.Parameters);
  const groups: unknown[] = Array.isArray(properties.StackInstancesGroup) ? properties.StackInstancesGroup : [{}];
  return namedApart(groups.filter(isObject).flatMap((group) => {
    const regions = resolve(group.Regions, scope);
    const accounts = isObject(group.DeploymentTargets) ? resolve(group.DeploymentTargets.Accounts, scope) : undefined;
    const account = Array.isArray(accounts) && accounts.length === 1 && typeof accounts[0] === 'string' ? accounts[0] : undefined;
    return (Array.isArray(regions) && regions.length > 0 ? regions : [undefined]).map((region) => templateOf(holder, body, {
      path: holder.origin.path, stackName: `StackSet-${typeof name === 'string' ? name : holder.logicalId}`, given: { ...given, ...parametersIn(group.ParameterOverrides) },
      ...(typeof region === 'string' ? { region } : {}), ...(account === undefined ? {} : { account }),
    }));
  }));
}

/** A nested stack of a template's own, where its template is an asset of this app. */
export function nestedStack(holder: Holder, properties: unknown): TemplateInput[] {
  const { scope, origin: { path }, logicalId: stackName } = holder;
  const body = isObject(properties) && !scope.nested.has(stackName) ? assetAt(resolve(properties.TemplateURL, scope), holder) : undefined;
  const { region, account } = scope;
  const given = isObject(properties) && isObject(properties.Parameters) ? properties.Parameters : {};
  return body ? [templateOf(holder, body, { path, stackName, given, ...(region === undefined ? {} : { region }), ...(account === undefined ? {} : { account }) })] : [];
}

/** The stack that a request to CloudFormation makes or changes, where its template stands in the request or is an asset of this app. */
export function stackOfRequest(holder: Holder, name: string, action: string, request: Json): TemplateInput[] {
  const given = request.TemplateBody;
  const body = typeof given === 'string' || given instanceof Unknown ? bodyOf(new Map(partsOf(given))) : assetAt(request.TemplateURL as Resolved, holder);
  // the instances of a set are another request
  const { region, account } = action.endsWith('Set') && action !== 'createChangeSet' ? {} : holder.scope;
  return body ? [templateOf(holder, body, {
    path: pathWithin(holder.origin.path, name), stackName: typeof request.StackName === 'string' ? request.StackName : name, given: parametersIn(request.Parameters),
    ...(region === undefined ? {} : { region }), ...(account === undefined ? {} : { account }),
  })] : [];
}

/** Path of the stack that a request makes. */
export function pathWithin(path: string, name: string): string {
  return `${path}/${name}`;
}

interface Stack extends Pick<TemplateInput, 'path' | 'stackName' | 'region' | 'account'> {
  readonly given: Json;
}

function templateOf({ template, logicalId, origin }: Holder, { content, gaps }: Body, { given, ...stack }: Stack): TemplateInput {
  const declared = isObject(content.Parameters) ? content.Parameters : {};
  return {
    ...stack, template: template.template,
    content: Object.keys(gaps).length === 0 ? content : { ...content, Parameters: { ...declared, ...Object.fromEntries(Object.keys(gaps).map((name) => [name, { Type: 'String' }])) } },
    parent: { path: template.path, logicalId, given: { ...given, ...gaps } },
    within: template.within === undefined ? logicalId : `${template.within}.${logicalId}`,
    origin: (inner) => ({ path: `${stack.path}/${inner}`, ...(origin.source ? { source: origin.source } : {}) }),
  };
}

// one place in the app is several stacks
function namedApart(stacks: readonly TemplateInput[]): TemplateInput[] {
  if (stacks.length < 2) return [...stacks];
  const known = new Set<string>();
  return stacks.map((stack) => {
    const named = `${stack.path}/${stack.region ?? '?'}`;
    let path = named;
    for (let count = 2; known.has(path); count++) path = `${named}/${count}`;
    known.add(path);
    return { ...stack, path, origin: (inner) => ({ ...stack.origin!(inner), path: `${path}/${inner}` }) };
  });
}

/** A template, and what the one around it fills in. */
interface Body {
  readonly content: Json;
  /** By the name of a parameter that stands for it. */
  readonly gaps: Json;
}

// parts of a text, and what each gap is in the template around it
type Text = ReadonlyMap<string | Unknown, unknown>;

function bodyOf(text: Text): Body | undefined {
  const parts = [...text].map(([part, raw]) => (part instanceof Unknown ? part : String(raw)));
  const read = parseDeployed(parts.length === 1 && typeof parts[0] === 'string' ? parts[0] : new Unknown('opaque', 'a template', undefined, parts));
  if ('reason' in read || !isObject(read.value)) return undefined;
  const names = new Map<Unknown, string>();
  const nameOf = (gap: Unknown) => {
    if (!names.has(gap)) names.set(gap, gapName(names.size));
    return names.get(gap)!;
  };
  const content = written(read.value, nameOf) as Json;
  return { content, gaps: Object.fromEntries([...names].map(([gap, name]) => [name, text.has(gap) ? text.get(gap) : gap])) };
}

// deeper than CloudFormation allows: what lies below is resolved as far as it can be
const DEEPEST = 150;

// what stands in an object that becomes JSON is of the template around
function bodyOfObject(object: Json): Body {
  const gaps: Json = {};
  const content = (raw: unknown, depth: number): unknown => {
    if (typeof raw !== 'object' || raw === null) return raw;
    if (Array.isArray(raw) && depth < DEEPEST) return raw.map((item) => content(item, depth + 1));
    const entries = Object.entries(raw);
    const isData = entries.length !== 1 || !isIntrinsic(entries[0]![0]);
    if (isData && depth < DEEPEST) return Object.fromEntries(entries.map(([key, item]) => [key, content(item, depth + 1)]));
    const name = gapName(Object.keys(gaps).length);
    gaps[name] = raw;
    return { Ref: name };
  };
  return { content: content(object, 0) as Json, gaps };
}

// no parameter of a template has a name like that
function gapName(number: number): string {
  return `Gap ${number}`;
}

/** A value as a template writes it. */
function written(value: Resolved, nameOf: (gap: Unknown) => string): unknown {
  if (value instanceof Unknown) return value.parts ? { 'Fn::Join': ['', value.parts.map((part) => (typeof part === 'string' ? part : written(part, nameOf)))] } : { Ref: nameOf(value) };
  if (Array.isArray(value)) return value.map((item) => written(item, nameOf));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, written(item as Resolved, nameOf)])) : value;
}

/** The text of a property as a template writes it, before anything is resolved; undefined where it is more than a text with gaps. */
function textOf(raw: unknown): Text | undefined {
  if (typeof raw === 'string') return new Map([[raw, raw]]);
  if (!isObject(raw) || Object.keys(raw).length !== 1) return undefined;
  const { 'Fn::Join': join, 'Fn::Sub': sub } = raw;
  if (Array.isArray(join) && typeof join[0] === 'string' && Array.isArray(join[1])) {
    return textWith(join[1].flatMap((item: unknown, index) => (index > 0 && join[0] !== '' ? [join[0] as string, item] : [item])));
  }
  const [text, variables] = Array.isArray(sub) ? sub as unknown[] : [sub, {}];
  if (typeof text !== 'string') return undefined;
  return textWith(text.split(/(\$\{[^${}]+\})/).map((part, index) => {
    if (index % 2 === 0) return part;
    return part.startsWith('${!') ? `\${${part.slice(3)}` : { 'Fn::Sub': [part, variables] };
  }));
}

function textWith(parts: readonly unknown[]): Text {
  // the same text can stand twice, and is no key then
  return new Map(parts.map((part, index) => [typeof part === 'string' ? `${index}` : new Unknown('opaque', 'filled in by the template around it'), part]));
}

function partsOf(text: string | Unknown): (readonly [string | Unknown, unknown])[] {
  const parts = text instanceof Unknown ? text.parts ?? [text] : [text];
  // what it refers to is told of another reading of the app
  return parts.map((part, index) => (typeof part === 'string' ? [`${index}`, part] : [part, new Unknown('opaque', part.reason)]));
}

function assetAt(place: Resolved, { readAsset }: Holder): Body | undefined {
  const text = place instanceof Unknown ? place.pattern : place;
  if (typeof text !== 'string' || !readAsset) return undefined;
  for (let at = text.indexOf('/'); at >= 0; at = text.indexOf('/', at + 1)) {
    const found = readAsset(text.slice(at + 1));
    if (found !== undefined) return bodyOf(new Map([[found, found]]));
  }
  return undefined;
}

// `ParameterKey` and `ParameterValue`, or an object as a document of SSM has it
function parametersIn(list: unknown): Json {
  const listed = Array.isArray(list) ? list.filter(isObject).filter(({ ParameterKey: key }) => typeof key === 'string') : [];
  return Object.fromEntries(listed.map(({ ParameterKey: key, ParameterValue: value }) => [key, value ?? new Unknown('parameter', `parameter ${String(key)}, which keeps its value`)]));
}
