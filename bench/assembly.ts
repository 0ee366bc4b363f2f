// What a cloud assembly holds, for those who write its resources again and for those who compare.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Resource { readonly Type: string; readonly Properties?: unknown; readonly DependsOn?: string[]; readonly DeletionPolicy?: string; readonly UpdateReplacePolicy?: string }
export interface Output { readonly Value: unknown; readonly Description?: string; readonly Export?: { readonly Name: string } }
interface Template { readonly Resources: Record<string, Resource>; readonly Outputs?: Record<string, Output> }
type Metadata = Record<string, { readonly type: string; readonly data: unknown }[]>;
interface Manifest { readonly files: Record<string, { readonly source: { readonly path: string } }> }

export interface Assembly {
  /** Templates by stack. */
  readonly templates: Record<string, Template>;
  /** What stacks export, by name. */
  readonly exported: Record<string, { readonly stack: string; readonly value: unknown }>;
  /** The scopes of resources by stack and logical id, without those that the CDK leaves out of ids. */
  readonly paths: Record<string, Record<string, string[]>>;
  /** Where the assets of a stack are, by stack. */
  readonly assets: Record<string, string[]>;
}

export function readAssembly(folder: string): Assembly {
  const read = <T>(file: string): T => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
  const stacks = readdirSync(folder).filter((name) => name.endsWith('.template.json')).map((name) => name.replace('.template.json', ''));
  const templates = byName(stacks, (stack) => read<Template>(`${stack}.template.json`));
  const exports = stacks.flatMap((stack) => Object.values(templates[stack].Outputs ?? {}).flatMap(({ Export, Value }) => (Export ? [[Export.Name, { stack, value: Value }] as const] : [])));
  return {
    templates,
    exported: Object.fromEntries(exports),
    paths: byName(stacks, (stack) => pathsOf(read<Metadata>(`${stack}.metadata.json`), templates[stack])),
    assets: byName(stacks, (stack) => Object.values(read<Manifest>(`${stack}.assets.json`).files).map(({ source }) => source.path).filter((path) => !path.endsWith('.template.json')).map((path) => join(folder, path))),
  };
}

/** Fails when two assemblies do not have the same resources, whatever these are called. */
export function checkSame(expected: Assembly, found: Assembly): void {
  const [ours, theirs] = [contentOf(expected), contentOf(found)];
  const different = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].filter((path) => ours[path] !== theirs[path]);
  if (different.length > 0) throw new Error(`the app of L1s does not have the resources of the library: ${different.slice(0, 3).map((path) => `${path}: ${ours[path]} became ${theirs[path]}`).join('; ')}`);
}

/** Resources by path, in JSON, with paths instead of logical ids and the exported value instead of an import. */
function contentOf({ templates, exported, paths }: Assembly): Record<string, string> {
  const written = (stack: string, value: unknown): unknown => {
    if (typeof value === 'string') return paths[stack][value]?.join('/') ?? value;
    if (Array.isArray(value)) return value.map((item) => written(stack, item));
    if (typeof value !== 'object' || value === null) return value;
    if ('Fn::ImportValue' in value) return ((from) => [from.stack, written(from.stack, from.value)])(exported[value['Fn::ImportValue'] as string]);
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, key === 'DependsOn' ? (written(stack, item) as string[]).sort() : written(stack, item)]));
  };
  return Object.fromEntries(Object.entries(templates).flatMap(([stack, { Resources }]) => Object.entries(Resources).map(([id, resource]) => [[stack, ...paths[stack][id]].join('/'), JSON.stringify(written(stack, resource))])));
}

function pathsOf(metadata: Metadata, { Resources }: Template): Record<string, string[]> {
  const hidden = new Set(['Resource', 'Default']);
  return Object.fromEntries(Object.entries(metadata).flatMap(([path, entries]) => entries
    .filter(({ type, data }) => type === 'aws:cdk:logicalId' && (data as string) in Resources)
    .map(({ data }) => [data as string, path.split('/').slice(2).filter((part) => !hidden.has(part))])));
}

function byName<T>(names: string[], value: (name: string) => T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}
