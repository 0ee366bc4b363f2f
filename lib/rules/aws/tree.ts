import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { CfnElement, NestedStack, Stack, Stage, Token, Validations, type CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { DataFlow } from '../../policy/flow';
import type { Acknowledged } from '../accept';
import { isByLibrary, userFrame } from '../../policy/frames';
import { digestOf, type ReadTemplate } from '../record';
import { append } from '../relations';
import { fragmentOf } from './fragment';
import { isObject } from '../resolved';
import type { Origin } from '../resource';
import { viewOf, type TemplateInput, type View } from '../view';

/** What an app holds, for the engine and for the record. */
export interface App {
  readonly view: View;
  readonly templates: readonly ReadTemplate[];
  /** The scope and everything below it. */
  readonly constructs: readonly IConstruct[];
}

/**
 * Reads an app: its templates as synth wrote them, or, before that, the fragments that its constructs resolve to.
 *
 * @param scope where to start; references are followed through all of its stage
 * @param written whether templates have been written
 */
export function readApp(scope: IConstruct, written: boolean): App {
  const root = stageOf(scope) ?? scope.node.root;
  const constructs = root.node.findAll();
  const stacks = constructs.filter((node): node is Stack => Stack.isStack(node));
  const elements = new Map<Stack, CfnElement[]>();
  for (const node of constructs) if (CfnElement.isCfnElement(node)) append(elements, node.stack, node);
  const origins = flowOriginsOf(root, constructs);
  const steps = stepsOf(root, origins);
  const templates = stacks.map((stack) => templateOf(stack, elements.get(stack) ?? [], outdirOf(scope), written, steps));
  const assets = new Map([...written ? [] : assetsIn(constructs), ...assetsOf(stacks)]);
  const view = viewOf({
    templates,
    unprepared: !written,
    flow: DataFlow.of(scope),
    flowOrigin: origins,
    readAsset: (key) => {
      const file = assets.get(key);
      return file && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    },
  });
  return { view, templates, constructs: scope === root ? constructs : scope.node.findAll() };
}

/** Directory of the assembly that the scope is written to; undefined when the tree has no app. */
export function outdirOf(scope: IConstruct): string | undefined {
  return stageOf(scope)?.outdir;
}

// `Stage.of` leaves out the construct itself
function stageOf(scope: IConstruct): Stage | undefined {
  return Stage.isStage(scope) ? scope : Stage.of(scope);
}

/**
 * All acknowledgements below and above a scope, those above because they reach down.
 *
 * @param constructs the scope and everything below it
 */
export function acknowledgementsOf(scope: IConstruct, constructs: readonly IConstruct[]): Acknowledged[] {
  const found: Acknowledged[] = [];
  for (const node of [...scope.node.scopes.slice(0, -1), ...constructs]) {
    for (const entry of node.node.metadata) {
      if (entry.type !== Validations.ACKNOWLEDGED_RULES_METADATA_KEY || !isObject(entry.data)) continue;
      for (const [id, reason] of Object.entries(entry.data)) {
        const byLibrary = isByLibrary(entry.trace);
        const source = byLibrary ? undefined : userFrame(entry.trace);
        found.push({
          id: id.replace(/^annotation::/i, ''), reason: String(reason ?? ''), at: node.node.path, ...(source ? { source } : {}), ...(byLibrary ? { byLibrary } : {}),
        });
      }
    }
  }
  return found;
}

function templateOf(stack: Stack, elements: readonly CfnElement[], directory: string | undefined, written: boolean, steps: StepOrigins): ReadTemplate {
  const file = join(Stage.of(stack)?.outdir ?? '', stack.templateFile);
  const bytes = written ? readFileSync(file, 'utf8') : JSON.stringify(fragmentOf(stack));
  const origins = new Map(elements.map((element) => [logicalIdOf(element), element]));
  return {
    stackName: Token.isUnresolved(stack.stackName) ? stack.node.id : stack.stackName,
    path: stack.node.path,
    ...(Token.isUnresolved(stack.region) ? {} : { region: stack.region }),
    ...(Token.isUnresolved(stack.account) ? {} : { account: stack.account }),
    template: directory && written ? slashed(relative(directory, file)) : stack.templateFile,
    digest: digestOf(bytes),
    content: JSON.parse(bytes) as unknown,
    ...parentOf(stack),
    origin: (logicalId) => {
      const element = origins.get(logicalId);
      return element && originOf(element);
    },
    stepPath: steps,
    ...(written ? {} : { address: stack.node.addr }),
  };
}

function parentOf(stack: Stack): Pick<TemplateInput, 'parent'> {
  if (!NestedStack.isNestedStack(stack) || !stack.nestedStackParent || !stack.nestedStackResource) return {};
  const parent = stack.nestedStackParent;
  return { parent: { path: parent.node.path, logicalId: String(parent.resolve((stack.nestedStackResource as CfnResource).logicalId)) } };
}

// what the token of a logical id stands for; to resolve tokens of thousands of elements takes longer than to judge them
function logicalIdOf(element: CfnElement): string {
  const { _synthesizeLogicalId: synthesize } = element as unknown as { _synthesizeLogicalId?(): unknown };
  const id = synthesize?.call(element) ?? element.logicalId;
  return String(Token.isUnresolved(id) ? element.stack.resolve(id) : id);
}

function originOf(element: IConstruct): Origin {
  const source = sourceOf(element);
  return { path: element.node.path, ...(source ? { source } : {}) };
}

/** Where a construct was written; undefined where the CDK kept no trace. */
export function sourceOf(element: IConstruct): string | undefined {
  return userFrame(element.node.metadata.find((entry) => entry.type === 'aws:cdk:creationStack')?.data as string[] | undefined);
}

type StepOrigins = NonNullable<TemplateInput['stepPath']>;

type FlowOrigins = (id: string) => Origin | undefined;

// a construct that declares a node is written nowhere in a template; what it made (its role) knows the line that declared it
function flowOriginsOf(root: IConstruct, all: readonly IConstruct[]): FlowOrigins {
  const constructs = new Map(DataFlow.of(root).nodes.length > 0 ? all.map((node) => [node.node.path, node]) : []);
  const known = new Map<string, Origin>();
  return (id) => {
    const construct = constructs.get(id);
    if (!construct || known.has(id)) return known.get(id);
    const source = construct.node.findAll().map(sourceOf).find((found) => found !== undefined);
    known.set(id, { path: construct.node.path, ...(source ? { source } : {}) });
    return known.get(id);
  };
}

function stepsOf(root: IConstruct, origins: FlowOrigins): StepOrigins {
  const byName = new Map<string, string[]>();
  for (const node of DataFlow.of(root).nodes) {
    if (node.kind === 'step') byName.set(node.name, [...(byName.get(node.name) ?? []), node.id]);
  }
  return (pipelinePath, step) => {
    const above = pipelinePath.slice(0, pipelinePath.lastIndexOf('/') + 1);
    // a step of the same name that belongs to another pipeline is another step
    const id = (byName.get(step) ?? []).find((path) => path.slice(0, path.lastIndexOf('/') + 1) === above);
    return id === undefined ? undefined : origins(id);
  };
}

// before synth no manifest names them; of a file its construct knows where it was copied to
function assetsIn(constructs: readonly IConstruct[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const node of constructs) {
    const { s3ObjectKey: key, assetPath: path, isFile } = node as Partial<Record<'s3ObjectKey' | 'assetPath' | 'isFile', unknown>>;
    if (isFile !== true || typeof key !== 'string' || typeof path !== 'string' || Token.isUnresolved(key)) continue;
    files.set(key, isAbsolute(path) ? path : join(Stage.of(node)?.outdir ?? '', path));
  }
  return files;
}

function assetsOf(stacks: readonly Stack[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const stack of stacks) {
    const directory = Stage.of(stack)?.outdir ?? '';
    const manifest = join(directory, `${stack.artifactId}.assets.json`);
    if (!existsSync(manifest)) continue;
    const content = JSON.parse(readFileSync(manifest, 'utf8')) as unknown;
    for (const asset of Object.values(isObject(content) && isObject(content.files) ? content.files : {})) {
      const source = isObject(asset) && isObject(asset.source) ? asset.source : {};
      if (typeof source.path !== 'string' || source.packaging !== 'file') continue;
      const file = isAbsolute(source.path) ? source.path : join(directory, source.path);
      for (const destination of Object.values(isObject(asset) && isObject(asset.destinations) ? asset.destinations : {})) {
        if (isObject(destination) && typeof destination.objectKey === 'string') files.set(destination.objectKey, file);
      }
    }
  }
  return files;
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
