import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Types of Microsoft.MachineLearningServices, version 2025-12-01, in the format of bicep-types (Azure/bicep-types-az). The file is no part of the
 * repository: tests that need it are skipped where it is absent.
 *
 * @see https://github.com/Azure/bicep-types/blob/main/src/Bicep.Types/Concrete
 */
const FILE = join(__dirname, '..', '..', '..', 'shared', 'data', 'azure-ml-arm-types-2025-12-01.json');

// whether there is something to validate against
const hasArmTypes = existsSync(FILE);

/** `describe`, skipped with a clear name where the types are absent. */
export function describeWithArmTypes(title: string, tests: () => void): void {
  if (hasArmTypes) {
    describe(title, tests);
    return;
  }
  process.stderr.write(`'${title}' is skipped: there is no ../shared/data/azure-ml-arm-types-2025-12-01.json beside the project\n`);
  describe.skip(`${title} (skipped: ../shared/data/azure-ml-arm-types-2025-12-01.json is absent)`, tests);
}

interface Reference { readonly $ref: string }

interface Property { readonly type: Reference; readonly flags: number }

interface ArmType {
  readonly $type: 'ObjectType' | 'DiscriminatedObjectType' | 'ArrayType' | 'UnionType' | 'StringLiteralType' | 'StringType' | 'IntegerType' | 'BooleanType' | 'AnyType' | 'ResourceType' | 'ResourceFunctionType';
  readonly name?: string;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly additionalProperties?: Reference;
  readonly discriminator?: string;
  readonly baseProperties?: Readonly<Record<string, Property>>;
  readonly elements?: readonly Reference[] | Readonly<Record<string, Reference>>;
  readonly itemType?: Reference;
  readonly value?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minValue?: number;
  readonly maxValue?: number;
  readonly body?: Reference;
}

/** Flags of a property. */
const REQUIRED = 1;
const READ_ONLY = 2;

/** What Terraform is given for a resource of azapi. */
export interface AzapiJson {
  readonly type: string;
  readonly name: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly identity?: readonly { readonly type: string; readonly identity_ids?: readonly string[] }[];
  readonly body: Readonly<Record<string, unknown>>;
}

let loaded: readonly ArmType[] | undefined;

function types(): readonly ArmType[] {
  return loaded ??= JSON.parse(readFileSync(FILE, 'utf8')) as ArmType[];
}

function at(reference: Reference): ArmType {
  return types()[Number(reference.$ref.slice(2))];
}

/** The types of resources that there are, with their version. */
export function armTypes(): string[] {
  return types().filter(({ $type }) => $type === 'ResourceType').map(({ name }) => name!);
}

/** What the types say against a resource of azapi, as it stands in `cdk.tf.json`. Empty when it fits. */
export function armProblems(resource: AzapiJson): string[] {
  const type = types().find((candidate) => candidate.$type === 'ResourceType' && candidate.name === resource.type);
  if (!type?.body) return [`${resource.type}: no such type`];
  const [identity] = resource.identity ?? [];
  const { location, tags } = resource;
  const whole: Record<string, unknown> = {
    name: resource.name, ...(location === undefined ? {} : { location }), ...(tags === undefined ? {} : { tags }),
    ...(identity ? { identity: { type: identity.type, userAssignedIdentities: Object.fromEntries((identity.identity_ids ?? []).map((id) => [id, {}])) } } : {}),
    ...resource.body,
  };
  return judged(unescaped(whole), at(type.body), '');
}

/** What Terraform hands on: `$${` stands for `${`. References are left as they are, marked so that they pass for any text. */
function unescaped(value: unknown): unknown {
  if (typeof value === 'string') return holdsReference(value) ? new Unknown() : value.replace(/\$\$\{/g, '${');
  if (Array.isArray(value)) return value.map(unescaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, unescaped(item)]));
}

/** A value that Terraform works out. */
class Unknown {}

/** Whether Terraform would work something out in a text. */
export function holdsReference(text: string): boolean {
  return /(?<!\$)(?:\$\$)*\$\{/.test(text);
}

function judged(value: unknown, type: ArmType, path: string): string[] {
  if (value instanceof Unknown) return ['ObjectType', 'DiscriminatedObjectType', 'ArrayType'].includes(type.$type) ? [`${path}: is a reference, and has to be written out`] : [];
  switch (type.$type) {
    case 'AnyType': return [];
    case 'BooleanType': return typeof value === 'boolean' ? [] : [`${path}: ${said(value)} is no boolean`];
    // the format has no fractions, and the interface has
    case 'IntegerType': return number(value, type, path);
    case 'StringType': return text(value, type, path);
    case 'StringLiteralType': return value === type.value ? [] : [`${path}: ${said(value)} is not '${type.value}'`];
    case 'UnionType': return union(value, type, path);
    case 'ArrayType': return Array.isArray(value) ? value.flatMap((item, index) => judged(item, at(type.itemType!), `${path}[${index}]`)) : [`${path}: ${said(value)} is no list`];
    case 'ObjectType': return object(value, type.properties ?? {}, type.additionalProperties, path);
    case 'DiscriminatedObjectType': return discriminated(value, type, path);
    default: return [`${path}: type ${type.$type} is not known`];
  }
}

function object(value: unknown, properties: Readonly<Record<string, Property>>, additional: Reference | undefined, path: string): string[] {
  if (!isObject(value)) return [`${path}: ${said(value)} is no object`];
  const missing = Object.entries(properties).filter(([name, { flags }]) => (flags & REQUIRED) !== 0 && value[name] === undefined).map(([name]) => `${path}.${name}: is missing`);
  const given = Object.entries(value).filter(([, item]) => item !== undefined).flatMap(([name, item]) => {
    const at2 = `${path}.${name}`;
    const property = properties[name];
    if (!property) return additional ? judged(item, at(additional), at2) : [`${at2}: no such property (there are ${Object.keys(properties).join(', ')})`];
    if ((property.flags & READ_ONLY) !== 0 && (property.flags & REQUIRED) === 0) return [`${at2}: is read-only`];
    return judged(item, at(property.type), at2);
  });
  return [...missing, ...given];
}

function discriminated(value: unknown, type: ArmType, path: string): string[] {
  if (!isObject(value)) return [`${path}: ${said(value)} is no object`];
  const kind = value[type.discriminator!];
  const elements = type.elements as Readonly<Record<string, Reference>>;
  const chosen = typeof kind === 'string' ? elements[kind] : undefined;
  if (!chosen) return [`${path}.${type.discriminator}: ${said(kind)} is none of ${Object.keys(elements).join(', ')}`];
  const element = at(chosen);
  return object(value, { ...type.baseProperties, ...element.properties }, element.additionalProperties, path);
}

/** Enumerations are open to values of later versions (`'A' | 'B' | string`); here only the ones of this version count. */
function union(value: unknown, type: ArmType, path: string): string[] {
  const all = (type.elements as readonly Reference[]).map(at);
  const literals = all.filter(({ $type }) => $type === 'StringLiteralType');
  const candidates = literals.length > 0 ? literals : all;
  if (candidates.some((candidate) => judged(value, candidate, path).length === 0)) return [];
  return [`${path}: ${said(value)} is none of ${candidates.map((candidate) => candidate.value ?? candidate.name ?? candidate.$type).join(', ')}`];
}

function text(value: unknown, { minLength = 0, maxLength = Infinity, pattern }: ArmType, path: string): string[] {
  if (typeof value !== 'string') return [`${path}: ${said(value)} is no text`];
  if (value.length < minLength || value.length > maxLength) return [`${path}: ${said(value)} has ${value.length} characters, not ${minLength} to ${maxLength}`];
  return pattern !== undefined && !new RegExp(pattern).test(value) ? [`${path}: ${said(value)} does not match ${pattern}`] : [];
}

function number(value: unknown, { minValue = -Infinity, maxValue = Infinity }: ArmType, path: string): string[] {
  if (typeof value !== 'number' || !Number.isFinite(value)) return [`${path}: ${said(value)} is no number`];
  return value < minValue || value > maxValue ? [`${path}: ${value} is not within ${minValue} and ${maxValue}`] : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function said(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
