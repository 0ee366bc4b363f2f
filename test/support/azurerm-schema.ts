import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Synthesized } from './azure';

const FILE = join(__dirname, '../../../shared/data/azurerm-schema-4.55.0.json');

interface Field {
  readonly type: string;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly elem?: unknown;
}

interface Schema {
  readonly resources: Readonly<Record<string, { readonly schema: Readonly<Record<string, Field>> }>>;
}

/** Whether the schema that the provider publishes (`.release/provider-schema.json`) lies beside the project. */
export const hasSchema = existsSync(FILE);
if (!hasSchema) process.stderr.write('attributes of azurerm are not checked: there is no ../shared/data/azurerm-schema-4.55.0.json beside the project\n');

/** What Terraform itself adds to every resource. */
const META = new Set(['depends_on', 'lifecycle', 'provider', 'count', 'for_each', 'provisioner', 'connection', 'timeouts', '//']);

let schema: Schema | undefined;

/** What the provider would not take of a stack: attributes that it does not know, and required ones that are missing. */
export function strangers(stack: Synthesized): string[] {
  schema ??= (JSON.parse(readFileSync(FILE, 'utf8')) as { providerSchema: Schema }).providerSchema;
  return Object.entries(stack.resource ?? {}).filter(([type]) => type.startsWith('azurerm_')).flatMap(([type, resources]) => {
    const known = schema!.resources[type]?.schema;
    return Object.entries(resources).flatMap(([id, resource]) => (known ? inBlock(`${type}.${id}`, resource, known) : [`${type} is no resource of azurerm`]));
  });
}

function inBlock(path: string, block: Readonly<Record<string, unknown>>, known: Readonly<Record<string, Field>>): string[] {
  const missing = Object.entries(known).filter(([name, field]) => field.required && block[name] == null).map(([name]) => `${path}.${name} is missing`);
  return [...missing, ...Object.entries(block).filter(([name]) => !META.has(name)).flatMap(([name, value]) => {
    const field = known[name];
    if (!field) return [`${path}.${name} is unknown`];
    if (!field.required && !field.optional) return [`${path}.${name} is read only`];
    const nested = (field.elem as { schema?: Readonly<Record<string, Field>> } | undefined)?.schema;
    if (!nested || value == null) return [];
    return [value].flat().flatMap((entry, index) => inBlock(`${path}.${name}[${index}]`, entry as Record<string, unknown>, nested));
  })];
}

/** Resources that wait for each other in a circle. */
export function circles(stack: Synthesized): string[][] {
  const needs = new Map<string, string[]>();
  for (const [type, resources] of Object.entries(stack.resource ?? {})) {
    for (const [id, resource] of Object.entries(resources)) {
      needs.set(`${type}.${id}`, [...JSON.stringify(resource).matchAll(/\b((?:azurerm|azapi)_[a-z0-9_]+\.[\w-]+)/g)].map(([, name]) => name));
    }
  }
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (name: string, path: string[]): void => {
    if (path.includes(name)) found.push([...path.slice(path.indexOf(name)), name]);
    if (done.has(name) || path.includes(name)) return;
    for (const next of needs.get(name) ?? []) visit(next, [...path, name]);
    done.add(name);
  };
  for (const name of needs.keys()) visit(name, []);
  return found;
}
