import { parseDeployed } from '../../deployed-json';
import { append, type Relations } from '../../relations';
import { isObject, Unknown, type Resolved } from '../../resolved';
import type { Resource } from '../../resource';
import { scalarText, Value, type Alternative } from '../../value';
import { SITES } from '../functions/sites';
import { meant, pointing } from '../related';
import { at } from '../property';
import { Principals, type Principal } from './principals';

/** Whether something is so, or may be: what cannot be told is no pass. */
export type Sure = 'surely' | 'perhaps';

/** A vault, as the settings of its functions have it. */
export interface Vault {
  readonly name: string;
  readonly sites: readonly Resource[];
  /** Cosmos DB accounts of this app that hold its keys, subjects and tokens. */
  readonly accounts: readonly Resource[];
  /** Keys of Key Vault that its data keys are wrapped by. */
  readonly keys: readonly Resource[];
}

/** Somebody whom a function lets in, or why it cannot be told who it is. */
export interface Grant {
  readonly who?: Principal;
  readonly doubt?: string;
}

const SETTINGS = ['ACCESS', 'COSMOS_ENDPOINT', 'WRAPPING_KEYS'];
export const ACCOUNTS = ['azurerm_cosmosdb_account', 'Microsoft.DocumentDB/databaseAccounts'];
export const ASSIGNMENTS = ['azurerm_cosmosdb_sql_role_assignment', 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments'];
const DEFINITIONS = new Set(['azurerm_cosmosdb_sql_role_definition', 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions']);
const CONFIGS = ['Microsoft.Web/sites/config', 'Microsoft.Web/sites/slots/config'];

/**
 * The vaults of an app: function apps whose settings name callers, an account of Cosmos DB and keys, without which the code of a vault does not start.
 * What each of them is, the role of its identity in Cosmos DB says, and no name.
 */
export class Vaults {
  public static of(relations: Relations): Vaults {
    return relations.once(build);
  }

  public readonly all: readonly Vault[];
  private readonly settings = new Map<Resource, Map<string, Value>>();
  private readonly bySite = new Map<Resource, Vault>();
  private readonly byAccount = new Map<Resource, Vault>();
  private readonly grants = new Map<Resource, readonly Grant[]>();
  private readonly assigned = new Map<Resource, Resource[]>();
  private readonly known: Principals;

  constructor(private readonly relations: Relations) {
    this.known = new Principals(relations);
    const changes = settingsBySite(relations);
    const sites = SITES.flatMap((type) => relations.ofType(type)).filter((site) => {
      const settings = settingsOf(site, changes.get(site) ?? []);
      if (!SETTINGS.every((name) => settings.has(name))) return false;
      this.settings.set(site, settings);
      return true;
    });
    const byStore = new Map<unknown, Resource[]>();
    for (const site of sites) append(byStore, this.accountsOf(site)[0] ?? textOf(this.at(site, 'COSMOS_ENDPOINT')), site);
    this.all = [...byStore.values()].map((own): Vault => ({
      name: own[0]!.path.split('/').slice(0, -2).join('/') || own[0]!.path, sites: own,
      accounts: [...new Set(own.flatMap((site) => this.accountsOf(site)))], keys: [...new Set(own.flatMap((site) => this.keysOf(site)))],
    }));
    for (const vault of this.all) {
      for (const site of vault.sites) this.bySite.set(site, vault);
      for (const account of vault.accounts) this.byAccount.set(account, vault);
    }
    const assignments = this.all.length > 0 ? ASSIGNMENTS.flatMap((type) => relations.ofType(type)) : [];
    for (const assignment of assignments) for (const account of this.accountsNamed(assignment)) append(this.assigned, account, assignment);
  }

  /** The vault that a function app is one of. */
  public vaultOf(site: Resource): Vault | undefined {
    return this.bySite.get(site);
  }

  /** The vault on whose account a role of Cosmos DB is assigned. */
  public vaultAt(assignment: Resource): Vault | undefined {
    return this.accountsNamed(assignment).map((account) => this.byAccount.get(account)).find((vault) => vault !== undefined);
  }

  /** Who a value is, by an id of the principal, the client or the resource. */
  public principals(value: Value): Grant[] {
    return value.alternatives.map((one) => this.known.of(one));
  }

  /** Whom a function lets in, by what it is told. */
  public grantsOf(site: Resource): readonly Grant[] {
    let known = this.grants.get(site);
    if (!known) this.grants.set(site, known = this.grantsIn(site));
    return known;
  }

  /** Whom functions of a vault act as. */
  public actorsOf({ sites }: Vault): Grant[] {
    return sites.flatMap((site) => this.actorsAt(site));
  }

  /** Whom a resource acts as. */
  public actorsAt(resource: Resource): Grant[] {
    return this.known.actors(resource);
  }

  /** Whether a function may add to the container of tokens, or read it: who adds gives tokens, who reads turns them back. Perhaps both, where nothing of it is assigned here. */
  public does(site: Resource, action: 'create' | 'read'): Sure | undefined {
    const actors = this.known.actors(site);
    const own = this.accountsOf(site).flatMap((account) => this.assigned.get(account) ?? []).filter((assignment) => {
      const [grant] = this.principals(at(assignment, { azurerm: 'principal_id', arm: 'properties.principalId' })!);
      return actors.some(({ who }) => who !== undefined && who === grant?.who);
    });
    if (own.length === 0) return 'perhaps';
    const found = own.map((assignment) => allows(assignment, action));
    return found.includes('surely') ? 'surely' : found.find((one) => one !== undefined);
  }

  private grantsIn(site: Resource): Grant[] {
    return this.at(site, 'ACCESS').alternatives.flatMap((one): Grant[] => {
      const access = readJson(one);
      if (access === undefined) return [];
      if (!isObject(access)) return [{ doubt: `whom '${site.path}' lets in is ${access instanceof Unknown ? access.reason : 'in no form that can be read'}` }];
      return Value.of(access.grants as Resolved, 'ACCESS.grants').items.flatMap((grant) => (grant.alternatives.some((given) => given instanceof Unknown)
        ? [{ doubt: `whom '${site.path}' lets in is ${grant.unknowns[0]!.reason}` }] : this.principals(grant.at('principal'))));
    });
  }

  private at(site: Resource, name: string): Value {
    return this.settings.get(site)!.get(name)!;
  }

  private accountsOf(site: Resource): Resource[] {
    const endpoint = this.at(site, 'COSMOS_ENDPOINT');
    const called = endpoint.texts.flatMap((text) => ACCOUNTS.flatMap((type) => [...this.relations.called(/^https:\/\/([a-z0-9-]+)\.documents\./.exec(text)?.[1] ?? '', type, 'name')]));
    return [...meant(endpoint, this.relations), ...called].filter(({ type }) => ACCOUNTS.includes(type));
  }

  private keysOf(site: Resource): Resource[] {
    const named = this.at(site, 'WRAPPING_KEYS').alternatives.flatMap((one) => Value.of(readJson(one), 'WRAPPING_KEYS').entries).map(([, key]) => key);
    return named.flatMap((key) => meant(key, this.relations)).filter(({ type }) => KEYS.has(type));
  }

  private accountsNamed(assignment: Resource): Resource[] {
    const names = assignment.type.startsWith('Microsoft.') ? ['parent_id', 'properties.scope'] : ['scope', 'account_name'];
    const found = names.map((name) => assignment.at(name)).flatMap((value) => [...meant(value, this.relations), ...value.texts.flatMap((text) => ACCOUNTS.flatMap((type) => [...this.relations.called(text, type, 'name')]))]);
    return [...new Set(found.filter(({ type }) => ACCOUNTS.includes(type)))];
  }
}

const KEYS = new Set(['azurerm_key_vault_key', 'Microsoft.KeyVault/vaults/keys', 'azurerm_key_vault_managed_hardware_security_module_key', 'Microsoft.KeyVault/managedHSMs/keys']);

function build(relations: Relations): Vaults {
  return new Vaults(relations);
}

type Settings = Unknown | Readonly<Record<string, Resolved>>;

// each side of a condition has settings of its own, and what one of them lacks is absent there
function settingsOf(site: Resource, changes: readonly Resource[]): Map<string, Value> {
  const list = at(site, { azurerm: 'app_settings', arm: 'properties.siteConfig.appSettings' })!;
  const sides = [...list.alternatives, ...changes.flatMap((change) => change.at('properties').alternatives)].map(sideOf);
  const names = new Set(sides.flatMap((side) => (side instanceof Unknown ? [] : Object.keys(side))));
  const valueIn = (side: Settings, name: string) => Value.of(side instanceof Unknown ? side : Object.hasOwn(side, name) ? side[name] : undefined, name).alternatives;
  return new Map([...names].map((name) => [name, new Value(sides.flatMap((side) => valueIn(side, name)), `${list.location}.${name}`)]));
}

/** Settings by name: azurerm has them as an object, the interface as a list of pairs. */
function sideOf(side: Alternative): Settings {
  if (side instanceof Unknown) return side;
  if (!Array.isArray(side)) return isObject(side) && !('name' in side && 'value' in side) ? side as Record<string, Resolved> : sideOf([side]);
  const pairs = (side as readonly unknown[]).filter(isObject).filter(({ name }) => typeof name === 'string');
  return Object.fromEntries(pairs.map(({ name, value }) => [name as string, value as Resolved]));
}

function settingsBySite(relations: Relations): ReadonlyMap<Resource, readonly Resource[]> {
  const found = new Map<Resource, Resource[]>();
  for (const path of ['resource_id', 'parent_id']) {
    for (const [site, configs] of pointing(relations, Object.fromEntries(CONFIGS.map((type) => [type, path]))).at) {
      for (const config of configs) if (isOfSettings(config)) append(found, site, config);
    }
  }
  return found;
}

function isOfSettings(config: Resource): boolean {
  const ids = [config.at('name'), config.at('resource_id')].flatMap(({ texts, unknowns }) => [...texts, ...unknowns.map(({ pattern }) => pattern)]);
  return ids.some((id) => /(?:^|\/)appsettings$/i.test(id));
}

/** JSON that a setting holds, with gaps where something is known only when it is deployed. */
function readJson(one: Alternative): Resolved {
  if (typeof one !== 'string' && !(one instanceof Unknown)) return one as Resolved;
  const read = parseDeployed(one);
  return 'value' in read ? read.value : new Unknown('opaque', one instanceof Unknown && !one.parts ? one.reason : read.reason);
}

function textOf({ alternatives }: Value): string {
  return alternatives.map((one) => (one instanceof Unknown ? `${one.pattern} ${one.reason}` : scalarText(one))).join('|');
}

const ACTIONS = { create: ['items/create', 'items/upsert', 'items/replace'], read: ['items/read', 'executeQuery', 'readChangeFeed'] };

/** Whether a role of Cosmos DB that is assigned on the container of tokens, or on more, allows an action. */
function allows(assignment: Resource, action: keyof typeof ACTIONS): Sure | undefined {
  const { relations } = assignment;
  const scopes = at(assignment, { azurerm: 'scope', arm: 'properties.scope' })!;
  const places = [...scopes.texts, ...scopes.unknowns.map(({ pattern }) => pattern)];
  if (places.length > 0 && places.every((place) => /\/colls\/(?!tokens$|\?$)/.test(place))) return undefined;
  const role = at(assignment, { azurerm: 'role_definition_id', arm: 'properties.roleDefinitionId' })!;
  const [definition] = meant(role, relations).filter(({ type }) => DEFINITIONS.has(type));
  if (!definition) {
    const [text = ''] = [...role.texts, ...role.unknowns.map(({ pattern }) => pattern)];
    const [, builtIn] = /\b0{8}-(?:0{4}-){3}0{11}([12])$/.exec(text) ?? [];
    return builtIn === undefined ? 'perhaps' : builtIn === '2' || action === 'read' ? 'surely' : undefined;
  }
  const permissions = at(definition, { azurerm: 'permissions', arm: 'properties.permissions' })!.items.map((one) => one.at(definition.type.startsWith('Microsoft.') ? 'dataActions' : 'data_actions'));
  const written = permissions.flatMap((list) => (list.items.length > 0 ? list.items : [list]));
  if (written.flatMap(({ texts }) => texts).some((text) => ACTIONS[action].some((one) => admits(text, `Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/${one}`)))) return 'surely';
  return written.some(({ unknowns }) => unknowns.length > 0) ? 'perhaps' : undefined;
}

function admits(written: string, action: string): boolean {
  return new RegExp(`^${written.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*')}$`, 'i').test(action);
}
