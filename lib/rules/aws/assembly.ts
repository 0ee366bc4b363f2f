import { appFolder, filesIn, isByLibrary, userFrame } from '../../policy/frames';
import type { Acknowledged } from '../accept';
import type { ReadTemplate } from '../record';
import { isObject } from '../resolved';
import type { Origin } from '../resource';
import { declaredIn, type Declared, type Note } from '../declared';

/** The files of a cloud assembly, by their path in it, with `/`. Both throw when a path leaves the folder, or its file cannot be read. */
export interface AssemblyFiles {
  /** The app, where the assembly lies in its folder. */
  readonly beside?: {
    readonly folder: string;
    /** Whether there is such a file, anywhere. */
    readonly exists: (file: string) => boolean;
  };
  /** Whether there is such a file. */
  has(path: string): boolean;
  /** Its text, and the SHA-256 of its bytes. */
  read(path: string): { readonly text: string; readonly digest: string };
}

/** A stack as a manifest names it. */
export interface ManifestStack {
  /** Path of its template in the assembly. */
  readonly template: string;
  readonly name: string;
  /** Construct path as far as the manifest tells it. */
  readonly path: string;
  readonly region?: string;
  readonly account?: string;
  /** Folder of its manifest; empty for that of the assembly. */
  readonly folder: string;
  readonly metadata: unknown;
  /** Where the CDK keeps metadata that it leaves out of the manifest. */
  readonly metadataFile?: string;
}

/** What the manifests of an assembly name, those of its stages included. */
export interface Manifests {
  /** Major version of the schema, 0 where it is not told. */
  readonly version: number;
  readonly stacks: readonly ManifestStack[];
  /** Folders that hold a manifest; empty for that of the assembly. */
  readonly folders: readonly string[];
  /** Files of assets that are one file, by the folder of their manifest and their object key: two stages may have one of the same content. */
  readonly assets: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Folder that the app had at synth, which lines of code are told from; undefined where no line is known. */
  readonly app?: string;
}

/** What the files of an assembly hold for the engine. */
export interface AssemblyTemplates {
  readonly templates: readonly ReadTemplate[];
  readonly acknowledgements: readonly Acknowledged[];
  /** What constructs say of themselves. */
  readonly declared: Declared;
  /** Paths of stacks whose constructs the assembly tells something of: it can be written without. */
  readonly described: readonly string[];
  /** For each template that of the stack in the manifest that it is, or is nested in. */
  readonly roots: ReadonlyMap<string, ManifestStack>;
}

const TREE = 'tree.json';
const DEEPEST = 8;

/**
 * Reads the manifests of an assembly.
 *
 * @throws an error that names the file when one is cut off or no manifest
 */
export function readManifests(files: AssemblyFiles): Manifests {
  const stacks: ManifestStack[] = [];
  const folders: string[] = [];
  const assets = new Map<string, Map<string, string>>();
  let version = 0;
  const visit = (folder: string, depth: number) => {
    const file = inFolder(folder, 'manifest.json');
    const manifest = parse(files, file);
    if (!isObject(manifest) || !isObject(manifest.artifacts)) throw new Error(`'${file}' names no artifacts: it was cut off, or it is no manifest of a cloud assembly; synthesize again`);
    if (folder === '') version = Number.parseInt(String(manifest.version), 10) || 0;
    folders.push(folder);
    const own = new Map<string, string>();
    assets.set(folder, own);
    for (const [id, artifact] of Object.entries(manifest.artifacts)) {
      if (!isObject(artifact)) throw new Error(`'${file}' holds the artifact '${id}' without content: it was edited, synthesize again`);
      const properties = isObject(artifact.properties) ? artifact.properties : {};
      if (artifact.type === 'aws:cloudformation:stack') stacks.push(stackOf(id, artifact, properties, folder, file));
      else if (artifact.type === 'cdk:asset-manifest' && typeof properties.file === 'string') readAssets(files, folder, properties.file, own);
      else if (artifact.type === 'cdk:cloud-assembly' && typeof properties.directoryName === 'string') {
        const inner = inFolder(folder, properties.directoryName);
        if (depth >= DEEPEST || folders.includes(inner)) throw new Error(`'${file}' nests assemblies without end: synthesize again`);
        visit(inner, depth + 1);
      }
    }
  };
  visit('', 0);
  const { beside } = files;
  const app = beside && appFolder(filesOf(files, stacks), beside.folder, beside.exists);
  return { version, stacks, folders, assets, ...(app === undefined ? {} : { app }) };
}

function* filesOf(files: AssemblyFiles, stacks: readonly ManifestStack[]): Generator<string> {
  for (const stack of stacks) {
    // that a file is missing is said where it is read
    if (stack.metadataFile !== undefined && !files.has(stack.metadataFile)) continue;
    for (const [, entries] of metadataOf(files, stack)) {
      for (const { type, data, trace } of entries) {
        for (const frames of [trace, type === 'aws:cdk:creationStack' ? data : undefined]) yield* filesIn(framesOf(frames) ?? []);
      }
    }
  }
}

/**
 * Reads templates of an assembly, with those nested in them, and what the CDK keeps beside them: construct paths, the lines that made them,
 * acknowledgements. No construct tree is needed.
 *
 * @param stacks those of the manifests that are wanted
 * @throws an error that names the file when one is missing or cut off, or nests itself
 */
export function readTemplates(files: AssemblyFiles, stacks: readonly ManifestStack[], { assets, app }: Pick<Manifests, 'assets' | 'app'>): AssemblyTemplates {
  const templates: ReadTemplate[] = [];
  const acknowledgements: Acknowledged[] = [];
  const notes: Note[] = [];
  const described: string[] = [];
  const roots = new Map<string, ManifestStack>();
  for (const stack of stacks) {
    const metadata = metadataOf(files, stack);
    const root = [...metadata].find(([, entries]) => entries.some(({ type, data }) => type === 'aws:cdk:templateFile' && typeof data === 'string' && inFolder(stack.folder, data) === stack.template));
    const known = placesOf(metadata, app);
    const placed = known.size > 0 ? known : placesInTree(files);
    const constructs = constructsIn(metadata, app);
    const first = templates.length;
    const add = (template: string, path: string, chain: readonly string[], parent?: ReadTemplate['parent']) => {
      if (chain.includes(template)) throw new Error(`the template '${template}' nests itself: synthesize again`);
      if (chain.length > DEEPEST * 2) throw new Error(`the template '${template}' is nested deeper than ${DEEPEST * 2} levels: synthesize again`);
      if (!files.has(template)) throw new Error(`'${template}', which the manifest names, is missing: the assembly is not whole, synthesize again`);
      const { text, digest } = files.read(template);
      const content = fromText(text, template);
      if (!isObject(content)) throw new Error(`'${template}' is no template: it holds no object; synthesize again`);
      const { name: stackName, region, account } = stack;
      roots.set(template, stack);
      templates.push({
        stackName: parent ? path.split('/').at(-1)! : stackName, path, ...(region ? { region } : {}), ...(account ? { account } : {}),
        template, digest, content, ...(parent ? { parent } : {}), origin: originsIn(content, path, placed), stepPath: stepsIn(constructs),
      });
      for (const [logicalId, resource] of Object.entries(isObject(content.Resources) ? content.Resources : {})) {
        if (!isObject(resource) || resource.Type !== 'AWS::CloudFormation::Stack') continue;
        const inner = nestedFile(resource, stack.folder, assets.get(stack.folder));
        // a rule tells of one that lies elsewhere
        if (inner === undefined) continue;
        add(inner, nestedPath(placed.get(placeKey(path, logicalId))?.path ?? pathIn(resource) ?? '', path, logicalId), [...chain, template], { path, logicalId });
      }
    };
    add(stack.template, root?.[0] ?? stack.path, []);
    if (metadata.size > 0) described.push(root?.[0] ?? stack.path);
    notes.push(...notesIn(metadata, constructs));
    acknowledgements.push(...acknowledgedIn(metadata, app), ...templates.slice(first).flatMap(({ content, path, origin }) => suppressedIn(content, path, origin!)));
  }
  return { templates, acknowledgements: distinct(acknowledgements), declared: declaredIn(notes), described, roots };
}

/** Acknowledgements that cdk-nag wrote into a template: on the stack, and on resources. */
export function suppressedIn(content: unknown, path: string, origin: (logicalId: string) => Origin | undefined): Acknowledged[] {
  if (!isObject(content)) return [];
  const rules = (metadata: unknown, at: string): Acknowledged[] => {
    const nag = isObject(metadata) ? metadata.cdk_nag : undefined;
    const list = isObject(nag) && Array.isArray(nag.rules_to_suppress) ? nag.rules_to_suppress : [];
    return list.filter(isObject).filter(({ id }) => typeof id === 'string').flatMap((rule) => idsOf(rule).map((id) => ({ id, reason: reasonOf(rule), at })));
  };
  return [
    ...rules(content.Metadata, path),
    ...Object.entries(isObject(content.Resources) ? content.Resources : {}).flatMap(([logicalId, resource]) => (
      isObject(resource) ? rules(resource.Metadata, origin(logicalId)?.path ?? logicalId) : [])),
  ];
}

/** Construct path that the CDK wrote into a resource. */
export function pathIn(resource: unknown): string | undefined {
  const metadata = isObject(resource) && isObject(resource.Metadata) ? resource.Metadata : {};
  return typeof metadata['aws:cdk:path'] === 'string' ? metadata['aws:cdk:path'] : undefined;
}

// version 2 keeps the findings of a rule apart from its id
function idsOf({ id, applies_to: findings }: Record<string, unknown>): string[] {
  const names = Array.isArray(findings) ? findings.filter((finding): finding is string => typeof finding === 'string') : [];
  return names.length === 0 ? [String(id)] : names.map((finding) => `${String(id)}[${finding}]`);
}

// version 2 encodes a reason that is not plain ASCII
function reasonOf({ reason, is_reason_encoded: encoded }: Record<string, unknown>): string {
  if (typeof reason !== 'string') return '';
  return encoded === true ? Buffer.from(reason, 'base64').toString('utf8') : reason;
}

function stackOf(id: string, artifact: Record<string, unknown>, properties: Record<string, unknown>, folder: string, file: string): ManifestStack {
  if (typeof properties.templateFile !== 'string') throw new Error(`'${file}' names no template of the stack '${id}': it was edited, synthesize again`);
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(String(artifact.environment)) ?? [];
  const shown = typeof artifact.displayName === 'string' ? artifact.displayName.replace(/ \([^()]*\)$/, '') : id;
  return {
    template: inFolder(folder, properties.templateFile),
    name: typeof properties.stackName === 'string' ? properties.stackName : id,
    path: shown,
    ...(region && region !== 'unknown-region' ? { region } : {}),
    ...(account && account !== 'unknown-account' ? { account } : {}),
    folder,
    metadata: artifact.metadata,
    ...(typeof artifact.additionalMetadataFile === 'string' ? { metadataFile: inFolder(folder, artifact.additionalMetadataFile) } : {}),
  };
}

function readAssets(files: AssemblyFiles, folder: string, name: string, assets: Map<string, string>): void {
  const content = parse(files, inFolder(folder, name));
  for (const asset of Object.values(isObject(content) && isObject(content.files) ? content.files : {})) {
    const source = isObject(asset) && isObject(asset.source) ? asset.source : {};
    if (typeof source.path !== 'string' || source.packaging !== 'file') continue;
    for (const destination of Object.values(isObject(asset) && isObject(asset.destinations) ? asset.destinations : {})) {
      if (isObject(destination) && typeof destination.objectKey === 'string') assets.set(destination.objectKey, inFolder(folder, source.path));
    }
  }
}

interface Entry { readonly type?: unknown; readonly data?: unknown; readonly trace?: unknown }
type Metadata = ReadonlyMap<string, readonly Entry[]>;

function metadataOf(files: AssemblyFiles, stack: ManifestStack): Metadata {
  const apart = stack.metadataFile === undefined ? undefined : parse(files, stack.metadataFile);
  const found = new Map<string, Entry[]>();
  for (const part of [stack.metadata, apart]) {
    for (const [path, entries] of Object.entries(isObject(part) ? part : {})) {
      const key = path.replace(/^\//, '');
      if (Array.isArray(entries)) found.set(key, [...found.get(key) ?? [], ...entries.filter(isObject)]);
    }
  }
  return found;
}

// a nested stack has logical ids of its own: an element belongs to the nearest stack above it
function placesOf(metadata: Metadata, app: string | undefined): Map<string, Origin> {
  const stacks = new Set([...metadata].filter(([, entries]) => entries.some(({ type }) => type === 'aws:cdk:templateFile')).map(([path]) => path));
  const places = new Map<string, Origin>();
  for (const [path, entries] of metadata) {
    const id = entries.find(({ type }) => type === 'aws:cdk:logicalId');
    if (typeof id?.data !== 'string') continue;
    const source = userFrame(framesOf(entries.find(({ type }) => type === 'aws:cdk:creationStack')?.data) ?? framesOf(id.trace), app);
    const origin = { path, ...(source ? { source } : {}) };
    places.set(placeKey(nearestStack(path, stacks), id.data), origin);
  }
  return places;
}

interface TreeNode { readonly path: string; readonly node: Record<string, unknown> }

// what synth leaves when it was told to write no metadata
function placesInTree(files: AssemblyFiles): Map<string, Origin> {
  const places = new Map<string, Origin>();
  if (!files.has(TREE)) return places;
  const content = parse(files, TREE);
  const stacks = new Set<string>();
  const elements: { path: string; logicalId: string }[] = [];
  const queue: TreeNode[] = isObject(content) && isObject(content.tree) ? [{ path: '', node: content.tree }] : [];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { path, node } = next;
    const info = isObject(node.constructInfo) ? node.constructInfo : {};
    if (/\.(Nested)?Stack$/.test(String(info.fqn))) stacks.add(path);
    const logicalId = isObject(node.attributes) ? node.attributes['aws:cdk:cloudformation:logicalId'] : undefined;
    if (typeof logicalId === 'string') elements.push({ path, logicalId });
    for (const [id, child] of Object.entries(isObject(node.children) ? node.children : {})) {
      if (isObject(child)) queue.push({ path: path === '' ? id : `${path}/${id}`, node: child });
    }
  }
  for (const { path, logicalId } of elements) places.set(placeKey(nearestStack(path, stacks), logicalId), { path });
  return places;
}

function nearestStack(path: string, stacks: ReadonlySet<string>): string {
  for (let above = path; above.includes('/');) {
    above = above.slice(0, above.lastIndexOf('/'));
    if (stacks.has(above)) return above;
  }
  return '';
}

function originsIn(content: Record<string, unknown>, path: string, places: ReadonlyMap<string, Origin>): (logicalId: string) => Origin | undefined {
  const resources = isObject(content.Resources) ? content.Resources : {};
  return (logicalId) => {
    const place = places.get(placeKey(path, logicalId));
    if (place) return place;
    const written = pathIn(Object.hasOwn(resources, logicalId) ? resources[logicalId] : undefined);
    // older versions do not tell which stack an element is of, and a nested stack may have the same id
    const loose = places.get(placeKey('', logicalId));
    return loose && (written === undefined || written === loose.path) ? loose : { path: written ?? `${path}/${logicalId}` };
  };
}

// every construct that something is known of, itself or below, with the first line of the app that made any of it
function constructsIn(metadata: Metadata, app: string | undefined): Map<string, Origin> {
  const constructs = new Map<string, Origin>();
  for (const [path, entries] of metadata) {
    const source = userFrame(framesOf(entries.find(({ type }) => type === 'aws:cdk:creationStack')?.data), app);
    for (let above = path; above !== ''; above = above.slice(0, Math.max(0, above.lastIndexOf('/')))) {
      const known = constructs.get(above);
      if (known?.source || (known && !source)) break;
      constructs.set(above, { path: above, ...(source ? { source } : {}) });
    }
  }
  return constructs;
}

// a step is a construct beside the resource of its pipeline, of the step's name
function stepsIn(constructs: ReadonlyMap<string, Origin>): NonNullable<ReadTemplate['stepPath']> {
  return (pipelinePath, step) => constructs.get(`${pipelinePath.slice(0, pipelinePath.lastIndexOf('/') + 1)}${step}`);
}

function placeKey(stack: string, logicalId: string): string {
  return JSON.stringify([stack, logicalId]);
}

function nestedFile(resource: Record<string, unknown>, folder: string, assets: ReadonlyMap<string, string> | undefined): string | undefined {
  const metadata = isObject(resource.Metadata) ? resource.Metadata : {};
  if (typeof metadata['aws:asset:path'] === 'string' && metadata['aws:asset:property'] === 'TemplateURL') return inFolder(folder, metadata['aws:asset:path']);
  const properties = isObject(resource.Properties) ? resource.Properties : {};
  const last = lastText(properties.TemplateURL);
  return last === undefined ? undefined : assets?.get(last.slice(last.lastIndexOf('/') + 1));
}

// the address is a text, or ends in one: `Fn::Join` or `Fn::Sub`
function lastText(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return value;
  if (depth > 4) return undefined;
  if (Array.isArray(value)) return lastText(value.at(-1), depth + 1);
  return isObject(value) ? lastText(value['Fn::Join'] ?? value['Fn::Sub'], depth + 1) : undefined;
}

// of the construct that a nested stack is, not of the resource that stands for it: Parent/Inner.NestedStack/Inner.NestedStackResource
function nestedPath(resourcePath: string, parent: string, logicalId: string): string {
  const match = /^(.*)\.NestedStack\/[^/]*\.NestedStackResource$/.exec(resourcePath);
  return match?.[1] ?? (resourcePath || `${parent}/${logicalId}`);
}

function acknowledgedIn(metadata: Metadata, app: string | undefined): Acknowledged[] {
  const found: Acknowledged[] = [];
  for (const [at, entries] of metadata) {
    for (const { type, data, trace } of entries) {
      if (type !== 'aws:cdk:acknowledged-rules' || !isObject(data)) continue;
      const byLibrary = isByLibrary(framesOf(trace));
      const source = byLibrary ? undefined : userFrame(framesOf(trace), app);
      for (const [id, reason] of Object.entries(data)) {
        found.push({ id: id.replace(/^annotation::/i, ''), reason: typeof reason === 'string' ? reason : '', at, ...(source ? { source } : {}), ...(byLibrary ? { byLibrary } : {}) });
      }
    }
  }
  return found;
}

function notesIn(metadata: Metadata, constructs: ReadonlyMap<string, Origin>): Note[] {
  return [...metadata].flatMap(([path, entries]) => entries.filter(({ type }) => typeof type === 'string' && type.startsWith('regulated-ml:'))
    .map(({ type, data }) => ({ path, type, data, source: () => constructs.get(path)?.source })));
}

function framesOf(trace: unknown): string[] | undefined {
  return Array.isArray(trace) ? trace.filter((frame): frame is string => typeof frame === 'string') : undefined;
}

// what metadata says with its source, a template may say again without
function distinct(acknowledgements: readonly Acknowledged[]): Acknowledged[] {
  const found = new Map<string, Acknowledged>();
  for (const one of acknowledgements) {
    const key = JSON.stringify([one.id, one.at]);
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()];
}

function parse(files: AssemblyFiles, path: string): unknown {
  if (!files.has(path)) throw new Error(`'${path}' is missing: the assembly is not whole, synthesize again`);
  return fromText(files.read(path).text, path);
}

function fromText(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`'${path}' is no JSON, it may have been cut off: synthesize again (${error instanceof Error ? error.message : String(error)})`, { cause: error });
  }
}

function inFolder(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}
