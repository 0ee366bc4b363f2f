import { append, type Relations } from '../relations';
import type { Resource } from '../resource';
import type { Value } from '../value';

/** The host of a storage account, by which data planes name it. */
const HOST = /^https?:\/\/([a-z0-9]{3,24})\.(?:blob|dfs|file)\./;

/** Resources that a value means: by reference, by the id that they have in Azure, or by the host of an account. */
export function meant(value: Value, relations: Relations): Resource[] {
  const ids = relations.once(byId);
  const named = value.texts.flatMap((text) => ids.get(text.toLowerCase()) ?? idsAbove(text).map((id) => ids.get(id)).find((found) => found) ?? []);
  const hosts = value.texts.flatMap((text) => {
    const [, account] = HOST.exec(text) ?? [];
    return account ? ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'].flatMap((type) => relations.called(account, type, 'name')) : [];
  });
  return [...new Set([...relations.targets(value), ...named, ...hosts])];
}

/** Resources that a value means whatever a condition comes to. */
export function surelyMeant(value: Value, relations: Relations): Resource[] {
  const [first, ...others] = value.options.map((option) => meant(option, relations));
  return first!.filter((resource) => others.every((other) => other.includes(resource)));
}

// what stands in a resource has an id that begins with its own
function idsAbove(text: string): string[] {
  const above: string[] = [];
  for (let id = text.toLowerCase(); id.includes('/'); id = id.slice(0, id.lastIndexOf('/'))) above.push(id);
  return above;
}

function byId({ resources }: Relations): Map<string, Resource[]> {
  const index = new Map<string, Resource[]>();
  for (const resource of resources) for (const id of idsOf(resource)) append(index, id.toLowerCase(), resource);
  return index;
}

// of a state, the id; of azapi, what its parent, its type and its name make of it
function idsOf(resource: Resource): string[] {
  const [parent] = resource.at('parent_id').texts;
  const [name] = resource.at('name').texts;
  const made = resource.within === undefined && parent !== undefined && name !== undefined ? [`${parent}/${resource.type.slice(resource.type.lastIndexOf('/') + 1)}/${name}`] : [];
  return [...resource.at('id').texts.filter((id) => id.startsWith('/')), ...made];
}

/** Who points at whom, and who points at something that is not known. */
export interface Pointing {
  readonly at: ReadonlyMap<Resource, readonly Resource[]>;
  readonly unclear: readonly Resource[];
}

/** An index of the resources of some types by what a property of theirs means. */
export function pointing(relations: Relations, properties: Readonly<Record<string, string>>): Pointing {
  const found = new Map<Resource, Resource[]>();
  const unclear: Resource[] = [];
  for (const [type, path] of Object.entries(properties)) {
    for (const resource of relations.ofType(type)) {
      const values = valueAt(resource, path);
      const targets = values.flatMap((one) => surelyMeant(one, relations));
      for (const target of targets) append(found, target, resource);
      if (targets.length === 0 && values.some((one) => one.unknowns.length > 0 || meant(one, relations).length > 0)) unclear.push(resource);
    }
  }
  return { at: found, unclear };
}

// a path through lists: `a.b` of each item
function valueAt(resource: Resource, path: string): Value[] {
  return path.split('.').reduce<Value[]>((values, key) => values.flatMap((value) => (value.items.length > 0 ? value.items.map((item) => item.at(key)) : [value.at(key)])), [resource.properties]);
}

/** Private endpoints, by what they lead to. */
export function privateEndpoints(relations: Relations): Pointing {
  return pointing(relations, {
    'azurerm_private_endpoint': 'private_service_connection.private_connection_resource_id',
    'Microsoft.Network/privateEndpoints': 'properties.privateLinkServiceConnections.properties.privateLinkServiceId',
  });
}

/** Diagnostic settings, by the resource whose logs they take. */
export function diagnosticSettings(relations: Relations): Pointing {
  return pointing(relations, { 'azurerm_monitor_diagnostic_setting': 'target_resource_id', 'Microsoft.Insights/diagnosticSettings': 'parent_id' });
}

/** Changes that azapi makes to a resource of another provider, by that resource. */
export function updates(relations: Relations): ReadonlyMap<Resource, readonly Resource[]> {
  const found = new Map<Resource, Resource[]>();
  for (const resource of relations.resources) {
    if (resource.at('azapi:update').isAbsent) continue;
    for (const target of meant(resource.at('resource_id'), relations)) append(found, target, resource);
  }
  return found;
}

/** The Azure ML workspace that a resource belongs to, if it is one of the app. */
export function workspaceOf(resource: Resource): Resource | undefined {
  const { relations } = resource.within?.resource ?? resource;
  const names = ['machine_learning_workspace_id', 'workspace_id', 'parent_id'];
  let current: Resource | undefined = resource.within?.resource ?? resource;
  for (let depth = 0; current && depth < 4; depth += 1) {
    if (WORKSPACES.has(current.type)) return current;
    const above: Resource = current;
    current = names.map((name) => above.at(name)).filter((value) => !value.isAbsent).flatMap((value) => surelyMeant(value, relations))[0];
  }
  return current && WORKSPACES.has(current.type) ? current : undefined;
}

const WORKSPACES = new Set(['azurerm_machine_learning_workspace', 'azurerm_ai_foundry', 'Microsoft.MachineLearningServices/workspaces']);

/** How a workspace's network of its own can let traffic out: `Disabled` where it has none, undefined where that is not known. */
export function isolationsOf(workspace: Resource): (string | undefined)[] {
  const value = workspace.at(workspace.type.startsWith('Microsoft.') ? 'properties.managedNetwork.isolationMode' : 'managed_network.isolation_mode');
  return value.options.map((option) => (option.unknowns.length > 0 ? undefined : option.texts[0] ?? 'Disabled'));
}
