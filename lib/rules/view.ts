import type { DataFlow } from '../policy/flow';
import { Cases, conditionOf } from './cases';
import { Library } from './contents';
import type { Turnout } from './decisions';
import type { Declared, Reading } from './definition';
import { insideOf, MACHINE, PIPELINE, stepsOf } from './inside';
import { PipelineStarts } from './pipeline-starts';
import { append, Relations } from './relations';
import { exportKey, resolve, wholeOf, type Scope } from './resolve';
import { isObject, type Resolved } from './resolved';
import { Resource, type Origin } from './resource';
import { FLOW_NODE, STACK, UNSEEN } from './rule';
import { isCaller } from './sdk-call';
import { Standing } from './standing';
import { NESTED, nestedStack, pathWithin, STACK_MAKERS, STACK_SET, stackOfRequest, stacksOfSet, type Holder } from './stacks-within';
import { givenTo, resourcesOf, type Parent } from './template';
import { unseenIn, type Unseen } from './unseen';

/** A template and what is known about where it goes. */
export interface TemplateInput {
  /** Name of the stack. */
  readonly stackName: string;
  /** Construct path of the stack. */
  readonly path: string;
  readonly region?: string;
  readonly account?: string;
  /** Path of the template in the assembly, relative and with `/`. */
  readonly template: string;
  readonly content: unknown;
  /** Set for a nested stack, and for one whose template stands in another one. */
  readonly parent?: Parent;
  /** Set where the template stands in another one: the logical id of what holds it. */
  readonly within?: string;
  /** Where a resource was written. */
  readonly origin?: (logicalId: string) => Origin | undefined;
  /** Before synth, the name by which fragments of other stacks refer to this one's. */
  readonly address?: string;
  /** Construct path of a pipeline's step, if the tree has a construct for it. */
  readonly stepPath?: (pipelinePath: string, step: string) => Origin | undefined;
}

/** What the view is made from. */
export interface ViewInput {
  readonly templates: readonly TemplateInput[];
  readonly flow?: DataFlow;
  /** Where a node of the flow was written. */
  readonly flowOrigin?: (id: string) => Origin | undefined;
  /** Text of an asset of this app by its object key. */
  readonly readAsset?: (objectKey: string) => string | undefined;
  /** Set for fragments of a tree that has not been synthesized. */
  readonly unprepared?: boolean;
}

/** The resolved resources of an app and their relations. */
export interface View {
  /** In the order of their places: by template, then by logical id, what stands inside a resource behind it. */
  readonly resources: readonly Resource[];
  readonly relations: Relations;
  /** The same as it is in each case that its conditions can make; made anew each time it is asked for, since together they take as often as much memory. */
  readonly cases?: () => Iterable<View>;
}

/** Resolves templates into resources. Linear in their size. */
export function viewOf(given: ViewInput): View {
  const app = new WrittenApp({ ...given, templates: [...given.templates, ...stacksWithin(given)] });
  const { scopes, standings } = scopesOf(app);
  const { places, ...view } = viewIn(app, { scopes, standings });
  const cases = app.conditions.all();
  if (cases.length === 0) return view;
  return { ...view, cases: function* () { for (const turnout of cases) yield viewIn(app, scopesOf(app, { turnout, wholes: scopes }), places); } };
}

/** A template as it is in every case. */
interface WrittenTemplate {
  readonly template: TemplateInput;
  /** What nobody can see of the template itself. */
  readonly unseen: Resolved;
  readonly resources: readonly WrittenResource[];
}

interface WrittenResource {
  readonly logicalId: string;
  readonly origin: Origin;
  /** Undefined where it is no resource. */
  readonly type: string | undefined;
  readonly properties: unknown;
  readonly condition: string | undefined;
  /** What nobody can see of it. */
  readonly unseen: Resolved;
}

/** What is the same in every case of an app, and is read once. */
class WrittenApp {
  public readonly conditions: Cases<TemplateInput>;
  public readonly templates: readonly WrittenTemplate[];
  // fragments of a tree can hold what is no JSON
  public readonly library: Library | undefined;
  /** What is worked out of resources by themselves. */
  public readonly worked = new Map<unknown, unknown>();

  constructor(public readonly input: ViewInput) {
    this.conditions = new Cases(input.templates);
    this.library = input.unprepared ? undefined : new Library();
    const nested = new Set(input.templates.map(({ parent }) => parent && `${parent.path}\u0000${parent.logicalId}`));
    this.templates = inOrder(input.templates).map((template) => writtenOf(template, (logicalId) => nested.has(`${template.path}\u0000${logicalId}`)));
  }
}

function writtenOf(template: TemplateInput, isNested: (logicalId: string) => boolean): WrittenTemplate {
  const places = new Map<string | undefined, Unseen[]>();
  for (const one of unseenIn(template.content, isNested)) append(places, one.logicalId, one);
  const unseenOf = (logicalId?: string) => places.get(logicalId)?.map(({ location, what }) => ({ Location: location, What: what }));
  const written = resourcesOf(template.content);
  return {
    template, unseen: unseenOf(),
    resources: Object.keys(written).sort().map((logicalId) => {
      const own = written[logicalId];
      const { Type: type, Properties: properties, 'Fn::Transform': macro } = isObject(own) ? own : {};
      return {
        logicalId, origin: template.origin?.(logicalId) ?? { path: logicalId }, type: typeof type === 'string' ? type : undefined, condition: conditionOf(own), unseen: unseenOf(logicalId),
        // a macro beside the type is given the type and the properties
        properties: macro === undefined ? properties : { 'Fn::Transform': macro },
      };
    }),
  };
}

type InCase = (template: TemplateInput) => Turnout;
type ScopeOf = ReadonlyMap<TemplateInput, Scope>;

type Places = ReadonlyMap<WrittenResource, Resource>;

/** @param standing in a case, the same without cases */
function viewIn({ input, library, templates, worked }: WrittenApp, { scopes, standings }: Scopes, standing?: Places): View & { readonly places: Places } {
  const relations = new Relations(input.flow, worked);
  const places = new Map<WrittenResource, Resource>();
  const all = input.templates.map((template) => [template, scopes.get(template)!] as const);
  const reading: Reading = {
    ...input, scopes: new Map(all.map(([, scope]) => [wholeOf(scope), scope])), declared: new Map(all.map(([{ content }, scope]) => [wholeOf(scope), resourcesOf(content)])),
  };
  const resources: Resource[] = [];
  const add = (resource: Resource) => {
    resources.push(resource);
    relations.add(resource);
  };
  const known = new Set(input.templates.map(({ path }) => path));
  const found: (readonly [Resource, TemplateInput])[] = [];
  for (const { template: file, unseen, resources: written } of templates) {
    const scope = scopes.get(file)!;
    const { template } = file;
    const isDeployed = isThere(file, input.templates, scopes);
    const addMade = (type: string, logicalId: string, origin: Origin, properties: Resolved) => {
      if (isDeployed) found.push([new Resource({ type, logicalId, scope, relations, template, origin, properties }), file]);
    };
    addMade(STACK, '', { path: file.path }, { Region: scope.region, Account: scope.account });
    if (unseen) addMade(UNSEEN, '', { path: file.path }, { Places: unseen });
    for (const one of written) {
      const { type, logicalId, origin, properties, condition } = one;
      if (one.unseen) addMade(UNSEEN, logicalId, origin, { Places: one.unseen });
      if (type === undefined) continue;
      const own = standings.get(file)?.on(condition) ?? scope;
      const resource = new Resource({ type, logicalId, scope: own, relations, library, template, origin, properties, standing: standing?.get(one) });
      if (!standing) places.set(one, resource);
      if (!isDeployed || !holdsOf(condition, scope)) {
        relations.addAbsent(resource);
        continue;
      }
      found.push([resource, file]);
      for (const inner of insideOf(resource, reading)) {
        found.push([inner, file]);
        const stack = unseenStackOf(inner, file, known);
        if (stack) found.push([stack, file]);
      }
    }
  }
  // what starts a pipeline, and with which values, can stand anywhere
  const starts = new PipelineStarts(found.map(([resource]) => resource));
  for (const [resource, template] of found) {
    add(resource);
    if (resource.type === PIPELINE) for (const step of stepsOf(resource, template, reading, starts)) add(step);
  }
  for (const node of input.flow?.nodes ?? []) {
    const first = input.templates.find((template) => node.id.startsWith(`${template.path}/`)) ?? input.templates[0];
    if (!first) break;
    add(new Resource({
      type: FLOW_NODE, logicalId: '', scope: scopes.get(first)!, relations, template: first.template, origin: input.flowOrigin?.(node.id) ?? { path: node.id },
      properties: { Id: node.id, Kind: node.kind, Name: node.name, Detail: node.detail, Region: node.region },
    }));
  }
  return { resources, relations, places };
}

/** A set of stacks can make another one. */
const MOST_WITHIN = 3;
const MOST_STACKS = 1000;

/** Stacks whose templates stand in others: those of stack sets, those that requests make, and nested ones that no construct stands for. */
function stacksWithin(input: ViewInput): readonly TemplateInput[] {
  const found: TemplateInput[] = [];
  let around = input.templates;
  for (let depth = 0; depth < MOST_WITHIN; depth++) {
    const makers = around.flatMap((template) => (
      Object.entries(resourcesOf(template.content)).flatMap(([logicalId, own]) => (makesStacks(own) ? [{ template, logicalId, own }] : []))));
    if (makers.length === 0) break;
    const all = [...input.templates, ...found];
    const { scopes } = scopesOf({ input: { ...input, templates: all }, conditions: new Cases(all) });
    const declared: Declared = new Map(all.map((template) => [scopes.get(template)!, resourcesOf(template.content)]));
    around = makers.flatMap(({ template, logicalId, own }) => {
      const holder = { template, scope: scopes.get(template)!, logicalId, origin: placeIn(template, logicalId), readAsset: input.readAsset };
      if (own.Type === NESTED) return nestedStack(holder, own.Properties);
      return own.Type === STACK_SET ? stacksOfSet(holder, own.Properties) : stacksAskedBy(holder, own, { ...input, declared });
    });
    if (found.length + around.length > MOST_STACKS) break;
    found.push(...around);
  }
  return found;
}

interface Maker { readonly Type: string; readonly Properties?: unknown }

// of all that send requests few make stacks, and the others are not resolved for that
function makesStacks(own: unknown): own is Maker {
  if (!isObject(own) || typeof own.Type !== 'string' || !isObject(own.Properties)) return false;
  return own.Type === STACK_SET || own.Type === NESTED || ((own.Type === MACHINE || isCaller(own.Type)) && namesTemplate(own.Properties));
}

function namesTemplate(properties: unknown): boolean {
  try {
    return /Template(?:Body|URL)/.test(JSON.stringify(properties));
  } catch {
    // nested deeper than can be written it is not resolved either
    return false;
  }
}

function stacksAskedBy(holder: Holder, { Type: type, Properties: properties }: Maker, reading: Reading): TemplateInput[] {
  const { template: { template }, scope, logicalId, origin } = holder;
  const caller = new Resource({ type, logicalId, scope, relations: new Relations(undefined), template, origin, properties });
  return insideOf(caller, reading).flatMap(({ within, properties: { alternatives: [request] } }) => (
    STACK_MAKERS.has(within!.kind) && isObject(request) ? stackOfRequest(holder, within!.name, within!.kind, request) : []));
}

// the template of a stack that a request makes, where nobody can see it
function unseenStackOf(request: Resource, template: TemplateInput, known: ReadonlySet<string>): Resource | undefined {
  const { scope, relations, logicalId, path, source } = request;
  const { name, kind, location } = request.within!;
  if (!STACK_MAKERS.has(kind) || known.has(pathWithin(placeIn(template, logicalId).path, name)) || request.at('UsePreviousTemplate').texts.includes('true')) return undefined;
  return new Resource({
    type: UNSEEN, logicalId, scope, relations, template: request.template, origin: { path, ...(source ? { source } : {}) },
    properties: { Places: [{ Location: location, What: `a stack that '${name}' makes, whose template is no JSON or lies elsewhere` }] },
  });
}

function placeIn(template: TemplateInput, logicalId: string): Origin {
  return template.origin?.(logicalId) ?? { path: `${template.path}/${logicalId}` };
}

function holdsOf(condition: string | undefined, scope: Scope): boolean {
  return condition === undefined || (scope.holds?.(condition) ?? true);
}

// a nested stack is there where its resource is, and the stack of that
function isThere(template: TemplateInput, templates: readonly TemplateInput[], scopes: ScopeOf, depth = 0): boolean {
  const parent = template.parent && scopes.get(template)!.holds ? templates.find(({ path }) => path === template.parent!.path) : undefined;
  if (!parent || parent === template || depth > templates.length) return true;
  return holdsOf(conditionOf(resourcesOf(parent.content)[template.parent!.logicalId]), scopes.get(parent)!) && isThere(parent, templates, scopes, depth + 1);
}

interface Scopes {
  readonly scopes: ScopeOf;
  /** Those of what stands under conditions, where they are not decided. */
  readonly standings: ReadonlyMap<TemplateInput, Standing>;
}

/** @param inCase how things turn out, and the scopes that resources are known by in every case */
function scopesOf({ input: { templates, unprepared }, conditions }: Pick<WrittenApp, 'input' | 'conditions'>, inCase?: { readonly turnout: InCase; readonly wholes: ScopeOf }): Scopes {
  const elsewhere = new Map<string, Scope>();
  const exports: Scope['exports'] = new Map();
  const scopes = new Map<TemplateInput, Scope>();
  const standings = new Map<TemplateInput, Standing>();
  const byPath = new Map<string, TemplateInput>();
  for (const template of templates) {
    const content = isObject(template.content) ? template.content : {};
    const section = (name: string) => (isObject(content[name]) ? (content[name] as Record<string, unknown>) : {});
    const scope: Scope = {
      stackName: template.stackName,
      ...(template.region ? { region: template.region } : {}),
      ...(template.account ? { account: template.account } : {}),
      parameters: section('Parameters'),
      mappings: section('Mappings'),
      outputs: section('Outputs'),
      logicalIds: new Set(Object.keys(resourcesOf(content))),
      nested: new Map(),
      exports,
      ...(template.within === undefined ? {} : { within: template.within }),
      ...(unprepared ? { elsewhere } : {}),
      ...(inCase ? { ...inCase.turnout(template), whole: inCase.wholes.get(template)! } : {}),
    };
    if (!inCase) standings.set(template, new Standing(scope, conditions.of(template)));
    if (template.address !== undefined) elsewhere.set(template.address, scope);
    scopes.set(template, scope);
    byPath.set(template.path, template);
  }
  const placed = new Set<TemplateInput>();
  const place = (template: TemplateInput) => {
    const owner = template.parent && byPath.get(template.parent.path);
    if (!owner || !template.parent || placed.has(template)) return;
    placed.add(template);
    // what stands under conditions of the stack around it takes that as it is
    place(owner);
    const scope = scopes.get(template)!;
    const given = givenTo(template.parent, owner.content);
    scope.parent = { scope: standings.get(template)?.within(standings.get(owner)!) ?? scopes.get(owner)!, given };
    scopes.get(owner)!.nested.set(template.parent.logicalId, scope);
  };
  for (const template of templates) place(template);
  for (const template of inOrder([...scopes.keys()])) {
    const scope = scopes.get(template)!;
    for (const output of Object.values(scope.outputs)) {
      if (!isObject(output) || !isObject(output.Export)) continue;
      const name = resolve(output.Export.Name, scope);
      if (typeof name !== 'string' || !holdsOf(conditionOf(output), scope)) continue;
      const exported = { scope: standings.get(template)?.on(conditionOf(output)) ?? scope, value: output.Value };
      exports.set(exportKey(name, scope), exported);
      // where it is not known where an import stands, any of that name is better than none
      if (!exports.has(name)) exports.set(name, exported);
    }
  }
  return { scopes, standings };
}

/** Files in the order in which a record tells of them. */
export function inOrder<T extends { readonly template: string }>(files: readonly T[]): T[] {
  return [...files].sort(({ template: a }, { template: b }) => (a < b ? -1 : a > b ? 1 : 0));
}
