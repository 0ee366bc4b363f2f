import { isRecord, nearest, shown } from '../../policy/given';
import { readManifests, readTemplates } from '../../rules/aws/assembly';
import { parseDeployed } from '../../rules/deployed-json';
import { wholeOf } from '../../rules/resolve';
import { Choice, isObject, Unknown, type Resolved } from '../../rules/resolved';
import type { Resource } from '../../rules/resource';
import { STACK } from '../../rules/rule';
import { resourcesOf } from '../../rules/template';
import { definitionOf } from '../../rules/definition';
import { viewOf } from '../../rules/view';
import type { Folder } from '../input/file';
import { some } from '../words';

/** A value of a definition, all that only the deployment knows named by a stand-in. */
export type Json = undefined | null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject { [key: string]: Json }

/** A privacy budget as a store's `Custom::PrivacyBudget` states it. */
export type StatedBudget = Readonly<Record<string, string>>;

/** A pipeline as it will be deployed, before any of its variables has a value. */
export interface PipelineDefinition {
  readonly name: string;
  /** Path of its construct. */
  readonly path: string;
  readonly template: string;
  /** SHA-256 of the template. */
  readonly digest: string;
  readonly parameters: readonly JsonObject[];
  readonly steps: readonly JsonObject[];
}

/** A registry of consent of the app. */
export interface StatedRegistry {
  /** Path of the construct. */
  readonly path: string;
  /** Purposes by all the names that receipts have for them. */
  readonly purposes: Readonly<Record<string, string>>;
  /** What stands for the bucket of its store. */
  readonly bucket: string;
}

/** What a run takes from a cloud assembly. */
export interface Assembly {
  readonly pipelines: readonly PipelineDefinition[];
  readonly budgets: readonly StatedBudget[];
  /** Buckets of the app: what stands for the name, and the path of the construct. */
  readonly buckets: ReadonlyMap<string, string>;
  /** Registries of consent, by what stands for the ARN of the function that takes their snapshots. */
  readonly registries: ReadonlyMap<string, StatedRegistry>;
  /** The file of an asset by its object key. */
  asset(key: string): string | undefined;
}

const PIPELINE = 'AWS::SageMaker::Pipeline';
const BUCKET = 'AWS::S3::Bucket';
const BUDGET = 'Custom::PrivacyBudget';
const FUNCTION = 'AWS::Lambda::Function';

/**
 * Reads the pipelines of a cloud assembly. What only the deployment knows, such as the name of a bucket, is stood in for by the path of what it
 * belongs to: the same wherever it is spoken of.
 *
 * @throws an error that names the file when the assembly is not whole
 */
export function readAssembly(folder: Folder): Assembly {
  const manifests = readManifests(folder);
  const { templates } = readTemplates(folder, manifests.stacks, manifests);
  const fileOf = (key: string) => {
    const file = [...manifests.assets.values()].find((assets) => assets.has(key))?.get(key);
    return file !== undefined && folder.has(file) ? file : undefined;
  };
  const readAsset = (key: string) => {
    const file = fileOf(key);
    return file === undefined ? undefined : folder.read(file).text;
  };
  const { resources } = viewOf({ templates, readAsset });
  const contents = new Map(templates.map(({ template, content }) => [template, resourcesOf(content)]));
  const declared = new Map(resources.filter(({ type }) => type === STACK).map(({ scope, template }) => [scope, contents.get(template) ?? {}]));
  const own = resources.filter(({ within }) => within === undefined);
  const paths = new Map<object, Map<string, string>>();
  for (const { scope, logicalId, path } of own) paths.set(wholeOf(scope), (paths.get(wholeOf(scope)) ?? new Map<string, string>()).set(logicalId, path));
  const plain = plainBy((unknown) => unknown.target && paths.get(unknown.target.scope)?.get(unknown.target.logicalId));
  const digests = new Map(templates.map(({ template, digest }) => [template, digest]));
  return {
    pipelines: own.filter(({ type }) => type === PIPELINE).map((resource) => pipelineOf(resource, definitionOf(resource, 'PipelineDefinition', { readAsset, declared }).body, plain, digests)),
    budgets: own.filter(({ type }) => type === BUDGET).map(({ properties }) => plain(properties.alternatives[0])).filter(isTexts),
    buckets: new Map(own.filter(({ type }) => type === BUCKET).map(({ path }) => [standIn(path), storePath(path)])),
    registries: new Map(own.filter(({ type }) => type === FUNCTION).flatMap(({ path, properties }) => {
      const registry = registryOf(storePath(path), plain(properties.alternatives[0]));
      return registry ? [[standIn(path), registry] as const] : [];
    })),
    asset: (key) => {
      const file = fileOf(key);
      return file === undefined ? undefined : folder.inside(file);
    },
  };
}

/**
 * The pipeline that is meant.
 *
 * @param name its name, the path of its construct or the end of that; may be left out where there is only one
 */
export function choosePipeline(pipelines: readonly PipelineDefinition[], name: string | undefined, where: string): PipelineDefinition {
  const all = pipelines.map((pipeline) => `'${pipeline.path}' (${pipeline.name})`);
  if (pipelines.length === 0) throw new Error(`'${where}' holds no SageMaker pipeline: run 'cdk synth' in an app that has one, or name its assembly with --app`);
  const found = name === undefined ? pipelines : pipelines.filter((pipeline) => pipeline.name === name || pipeline.path === name || pipeline.path.endsWith(`/${name}`));
  if (found.length === 1) return found[0]!;
  if (name === undefined || found.length > 1) {
    throw new Error(`${name === undefined ? `'${where}' holds ${found.length} pipelines` : `${shown(name)} names ${found.length} pipelines`}: name one of ${all.join(', ')}`);
  }
  const [meant] = nearest(name, pipelines.flatMap((pipeline) => [pipeline.name, pipeline.path]), 1);
  throw new Error(`there is no pipeline ${shown(name)} in '${where}': ${meant ? `did you mean '${meant}'? ` : ''}there ${all.length === 1 ? 'is' : 'are'} ${some(all, 10)}`);
}

/** Whether a value of a definition is an object. */
export function isJsonObject(value: Json): value is JsonObject {
  return isRecord(value);
}

function pipelineOf(resource: Resource, body: Resolved, plain: (value: Resolved) => Json, digests: ReadonlyMap<string, string>): PipelineDefinition {
  const path = resource.path.replace(/\/Resource$/, '');
  const parsed = typeof body === 'string' || body instanceof Unknown ? parseDeployed(body) : { value: body };
  if ('reason' in parsed) throw new Error(`the definition of pipeline '${path}' cannot be read: ${parsed.reason}`);
  const definition = plain(parsed.value);
  if (!isJsonObject(definition) || !Array.isArray(definition.Steps) || !definition.Steps.every(isJsonObject)) throw new Error(`the definition of pipeline '${path}' holds no list of steps: synthesize again`);
  const name = plain(resource.at('PipelineName').alternatives[0]);
  return {
    name: typeof name === 'string' && name !== '' ? name : standIn(path), path, template: resource.template, digest: digests.get(resource.template) ?? '',
    parameters: (Array.isArray(definition.Parameters) ? definition.Parameters : []).filter(isJsonObject), steps: definition.Steps,
  };
}

// as ConsentRegistry makes it: the child that takes snapshots is told what all of its functions are
function registryOf(path: string, properties: Json): StatedRegistry | undefined {
  const [, registry] = /^(.+)\/Snapshots$/.exec(path) ?? [];
  const environment = isJsonObject(properties) && isJsonObject(properties.Environment) ? properties.Environment.Variables : undefined;
  const { PURPOSES: named, BUCKET: bucket, SUBJECT_KEY: key } = isTexts(environment) ? environment : {};
  if (registry === undefined || named === undefined || bucket === undefined || key === undefined) return undefined;
  const purposes = JSON.parse(named) as Json;
  if (!isTexts(purposes)) throw new Error(`the purposes of registry '${registry}' cannot be read: synthesize again`);
  return { path: registry, purposes, bucket };
}

// a condition of the template is decided when it is deployed
const UNDECIDED = 'undecided';

function plainBy(pathOf: (unknown: Unknown) => string | undefined): (value: Resolved) => Json {
  const text = (unknown: Unknown): string => {
    if (unknown.parts) return unknown.parts.map((part) => (typeof part === 'string' ? part : text(part))).join('');
    const path = pathOf(unknown);
    // names end in digits of the id of their stack, which it has when it is deployed
    return path === undefined && /\bAWS::StackId\b/.test(unknown.reason) ? 'local' : standIn(path ?? unknown.reason);
  };
  const plain = (value: Resolved): Json => {
    if (value instanceof Unknown) return text(value);
    if (value instanceof Choice) return UNDECIDED;
    if (Array.isArray(value)) return value.map(plain);
    if (!isObject(value)) return value;
    const object: JsonObject = {};
    for (const [key, item] of Object.entries(value)) Object.defineProperty(object, key, { value: plain(item as Resolved), enumerable: true, configurable: true, writable: true });
    return object;
  };
  return plain;
}

/** Path of the construct that a resource is the heart of: that of a store, for its bucket. */
function storePath(path: string): string {
  return path.replace(/(\/Resource)+$/, '');
}

/** A path as the name of a bucket: no `/`, which would begin the key, and no `,`, which parts data sets. */
function standIn(path: string): string {
  return storePath(path).replace(/[^A-Za-z0-9_.-]+/g, '.');
}

function isTexts(value: Json): value is Record<string, string> {
  return isJsonObject(value) && Object.values(value).every((item) => typeof item === 'string');
}
