import { Control } from '../../../policy/control';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { scalarText, type Value } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { at } from '../property';
import { meant } from '../related';
import { nameOf } from './names';
import { type Sure, type Vault, Vaults } from './vaults';

export default rule({
  name: 'AzureTokenVaultKeys',
  title: 'Only functions of a token vault unwrap with its keys',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['azurerm_role_assignment', 'Microsoft.Authorization/roleAssignments'],
  properties: ['principal_id', 'properties.principalId'],
  why: 'who unwraps data keys opens what the store holds, from a backup or an export as well, and no function of the vault is asked',
  fix: 'assign roles of cryptography on single keys, and those of a vault to its functions only',
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj', 'https://learn.microsoft.com/azure/key-vault/general/rbac-guide'],
  good: 'Key Vault Crypto Service Encryption User on a key of a vault for the identity of a function of that vault',
  bad: 'Key Vault Crypto User on the Key Vault that the keys of a vault are in, for whoever encrypts something else there',
  check: (assignment) => {
    const vaults = Vaults.of(assignment.relations);
    if (vaults.all.length === 0) return NOT_APPLICABLE;
    const role = unwraps(assignment);
    const found = role === undefined ? [] : vaults.all.flatMap((vault): [Vault, Sure][] => {
      const reached = reaches(assignment, vault);
      return reached === undefined ? [] : [[vault, role === 'surely' ? reached : 'perhaps']];
    });
    return found.length === 0 ? NOT_APPLICABLE : found.flatMap(([vault, sure]) => judged(vaults, assignment, vault, sure));
  },
});

function judged(vaults: Vaults, assignment: Resource, vault: Vault, sure: Sure): Verdict[] {
  const actors = vaults.actorsOf(vault);
  const principal = at(assignment, { azurerm: 'principal_id', arm: 'properties.principalId' })!;
  return vaults.principals(principal).map(({ who, doubt }) => {
    if (who !== undefined && actors.some((one) => one.who === who)) return COMPLIANT;
    const [open] = [doubt, ...actors.map((one) => one.doubt), sure === 'perhaps' ? 'its role or its scope is not known' : undefined].filter((one) => one !== undefined);
    return open === undefined ? nonCompliant(`'${nameOf(who!)}' may unwrap with keys of vault '${vault.name}', and is none of its functions`, principal.location)
      : unknown(`whether who may unwrap with keys of vault '${vault.name}' is one of its functions cannot be told: ${open}`, principal.location);
  });
}

/** Built-in roles that unwrap. @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security */
const UNWRAPPING: Readonly<Record<string, string>> = {
  'key vault administrator': '00482a5a-887f-4fb3-b363-3b7fe8e74483', 'key vault crypto officer': '14b46e9e-c2b7-41b4-b07b-48a6ebf60603',
  'key vault crypto user': '12338af0-0e69-4776-bea7-57ae8d297424', 'key vault crypto service encryption user': 'e147488a-f6f5-4113-8e2d-b22465e65bf6',
};

function unwraps(assignment: Resource): Sure | undefined {
  const roles = [assignment.at('role_definition_name'), at(assignment, { azurerm: 'role_definition_id', arm: 'properties.roleDefinitionId' })!].flatMap((role) => role.given.options);
  const found = roles.map((role): Sure | undefined => {
    const [one] = role.alternatives;
    const text = (one instanceof Unknown ? one.pattern : scalarText(one)).toLowerCase();
    if (Object.entries(UNWRAPPING).some(([name, id]) => text === name || text.endsWith(id))) return 'surely';
    const [definition] = meant(role, assignment.relations).filter(({ type }) => DEFINITIONS.has(type));
    return definition ? allowsUnwrap(definition) : one instanceof Unknown && !/[0-9a-f-]{36}$/.test(text) ? 'perhaps' : undefined;
  });
  return found.includes('surely') ? 'surely' : found.find((one) => one !== undefined);
}

const DEFINITIONS = new Set(['azurerm_role_definition', 'Microsoft.Authorization/roleDefinitions']);
const UNWRAP = /^(?:\*|Microsoft\.KeyVault\/(?:\*|vaults\/(?:\*|keys\/(?:\*|(?:unwrap|decrypt)(?:\/(?:\*|action))?|\*\/action))))$/i;

function allowsUnwrap(definition: Resource): Sure | undefined {
  const permissions = at(definition, { azurerm: 'permissions', arm: 'properties.permissions' })!;
  const actions = permissions.items.flatMap((one) => ['data_actions', 'dataActions'].map((name) => one.at(name)).filter((list) => !list.isAbsent)).flatMap((list) => (list.items.length > 0 ? list.items : [list]));
  if (actions.flatMap(({ texts }) => texts).some((text) => UNWRAP.test(text))) return 'surely';
  return [permissions, ...actions].some(({ unknowns }) => unknowns.length > 0) ? 'perhaps' : undefined;
}

/** Whether a role is assigned on a key of a vault, or on what holds one. */
function reaches(assignment: Resource, { keys }: Vault): Sure | undefined {
  const { relations } = assignment;
  const places = at(assignment, { azurerm: 'scope', arm: 'parent_id' })!;
  const holders = new Set([...keys, ...keys.flatMap((key) => ['parent_id', 'key_vault_id'].flatMap((name) => meant(key.at(name), relations)))].flatMap((one) => [one, ...meant(one.at('resource_group_name'), relations), ...groupsNamed(one)]));
  const found = places.options.map((place): Sure | undefined => {
    const targets = meant(place, relations);
    if (targets.length > 0) return targets.some((one) => holders.has(one)) && !isBelowAnother(place) ? 'surely' : undefined;
    const [one] = place.alternatives;
    if (one instanceof Unknown) return 'perhaps';
    return WIDE.test(scalarText(one)) || [...holders].some((holder) => inGroup(holder.at('resource_group_name'), scalarText(one))) ? 'surely' : undefined;
  });
  return found.includes('surely') ? 'surely' : found.find((one) => one !== undefined);
}

// what stands in a Key Vault and is no key of the vault, such as a secret
function isBelowAnother({ unknowns }: Value): boolean {
  return unknowns.some(({ pattern }) => /\/(?:secrets|certificates)\//.test(pattern));
}

function groupsNamed(one: Resource): readonly Resource[] {
  return one.at('resource_group_name').texts.flatMap((name) => [...one.relations.called(name, 'azurerm_resource_group', 'name')]);
}

function inGroup(group: Value, place: string): boolean {
  return group.texts.some((name) => place.toLowerCase().endsWith(`/resourcegroups/${name.toLowerCase()}`));
}

// a subscription, a management group, or all of the tenant
const WIDE = /^(\/|\/subscriptions\/[^/]+\/?|\/providers\/Microsoft\.Management\/.*)$/i;
