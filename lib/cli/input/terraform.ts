import { isObject } from '../../rules/resolve';

/** A resource of any cloud, as Terraform names it. */
export interface TerraformResource {
  /** Such as `azurerm_storage_account`. */
  readonly type: string;
  /** Address in the configuration, such as `module.data.azurerm_storage_account.raw`. */
  readonly address: string;
  /** Construct path where CDK for Terraform left it. */
  readonly path?: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const DEEPEST = 50;

/** Whether this is a configuration (`*.tf.json`, what CDK for Terraform writes), or a plan or state as `terraform show -json` prints it. */
export function isTerraform(content: unknown): boolean {
  return isPlan(content) || isConfiguration(content);
}

/** The resources of a configuration, a plan or a state; data sources are none. */
export function resourcesOf(content: unknown): TerraformResource[] {
  if (isPlan(content)) return ofModule(moduleOf(content), 0);
  return isConfiguration(content) ? blocks(content.resource).flatMap(([type, name, body]) => {
    const path = pathOf(body);
    const { '//': _comment, ...properties } = body;
    return [{ type, address: `${type}.${name}`, ...(path ? { path } : {}), properties }];
  }) : [];
}

type Json = Record<string, unknown>;

function isPlan(content: unknown): content is Json {
  return isObject(content) && typeof content.format_version === 'string' && (isObject(content.planned_values) || isObject(content.values) || Array.isArray(content.resource_changes));
}

function isConfiguration(content: unknown): content is Json {
  const isBlock = (block: unknown) => isObject(block) || (Array.isArray(block) && block.every(isObject));
  return isObject(content) && content.Resources === undefined && [content.terraform, content.provider, content.resource].some(isBlock);
}

function moduleOf(plan: Json): unknown {
  const values = isObject(plan.planned_values) ? plan.planned_values : plan.values;
  if (isObject(values)) return values.root_module;
  const changes = (plan.resource_changes as unknown[]).filter(isObject);
  return { resources: changes.map((one) => ({ ...one, values: isObject(one.change) ? one.change.after : undefined })) };
}

function ofModule(module: unknown, depth: number): TerraformResource[] {
  if (!isObject(module) || depth > DEEPEST) return [];
  const list = (value: unknown) => (Array.isArray(value) ? value : []);
  return [
    ...list(module.resources).filter(isObject).filter(({ mode, type }) => mode !== 'data' && typeof type === 'string').map(({ type, address, name, values }) => ({
      type: String(type), address: typeof address === 'string' ? address : `${String(type)}.${String(name)}`, properties: isObject(values) ? values : {},
    })),
    ...list(module.child_modules).flatMap((inner) => ofModule(inner, depth + 1)),
  ];
}

// Terraform takes an object, or a list of objects, at each of its levels
function blocks(resources: unknown): [type: string, name: string, body: Json][] {
  const objects = (value: unknown) => (Array.isArray(value) ? value : [value]).filter(isObject);
  return objects(resources).flatMap((byType) => Object.entries(byType).flatMap(([type, named]) => (
    objects(named).flatMap((byName) => Object.entries(byName).flatMap(([name, bodies]) => (
      objects(bodies).map((body): [string, string, Json] => [type, name, body]))))))).filter(([type]) => type !== '//');
}

function pathOf(body: Json): string | undefined {
  const comment = isObject(body['//']) ? body['//'] : {};
  const metadata = isObject(comment.metadata) ? comment.metadata : {};
  return typeof metadata.path === 'string' ? metadata.path : undefined;
}
