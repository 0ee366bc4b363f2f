import { Control } from '../../../policy/control';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { shown, type Value } from '../../value';
import { all, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { at } from '../property';

export default rule({
  name: 'AzureRoleAssignment',
  title: 'Nobody is given everything',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['azurerm_role_assignment', 'Microsoft.Authorization/roleAssignments'],
  properties: ['role_definition_name', 'role_definition_id', 'scope', 'properties.roleDefinitionId'],
  why: 'whoever owns a subscription reads its data by giving themselves a role, and whoever contributes changes what protects it',
  fix: 'assign a role of the service on the resource itself',
  sources: ['https://learn.microsoft.com/azure/role-based-access-control/best-practices'],
  good: { role_definition_name: 'Storage Blob Data Reader', scope: '${azurerm_storage_account.a.id}' },
  bad: { role_definition_name: 'Owner', scope: '/subscriptions/00000000-0000-0000-0000-000000000000' },
  check: (assignment) => {
    const roles = [assignment.at('role_definition_name'), at(assignment, { azurerm: 'role_definition_id', arm: 'properties.roleDefinitionId' })!];
    return all(COMPLIANT, ...roles.flatMap((role) => role.given.options).map((role) => roleVerdict(assignment, role)));
  },
});

function roleVerdict(assignment: Resource, role: Value): Verdict {
  const [given] = role.alternatives;
  // an id that begins with something that is not known yet ends in the role all the same
  const text = (given instanceof Unknown ? given.pattern : role.texts[0] ?? '').toLowerCase();
  const broad = Object.keys(BROAD).find((name) => text === name.toLowerCase() || text.includes(BROAD[name]!));
  if (broad === undefined) return given instanceof Unknown && !ENDED.test(text) && !isOfApp(assignment, role) ? unknown(`${role.name} is ${given.reason}`, role.location) : COMPLIANT;
  return broad === 'Contributor' ? all(...at(assignment, { azurerm: 'scope', arm: 'parent_id' })!.options.map((scope) => scopeVerdict(assignment, scope))) : nonCompliant(`it gives the role ${broad}`, role.location);
}

// judged where it is defined
function isOfApp({ relations }: Resource, role: Value): boolean {
  return relations.targets(role).some(({ type }) => type === 'azurerm_role_definition' || type === 'Microsoft.Authorization/roleDefinitions');
}

// a resource of the app is less than its subscription, unless it is one, or holds several
function scopeVerdict({ relations }: Resource, scope: Value): Verdict {
  const above = relations.targets(scope).find(({ type }) => HOLDS_SUBSCRIPTIONS.has(type));
  if (above) return nonCompliant(`it gives the role Contributor on '${above.path}'`, scope.location);
  if (relations.targets(scope).length > 0) return COMPLIANT;
  return scope.judge((place) => (WIDE.test(String(typeof place === 'object' ? '' : place)) ? nonCompliant(`it gives the role Contributor on ${shown(place)}`) : COMPLIANT));
}

/** @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const BROAD: Readonly<Record<string, string>> = {
  'Owner': '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'Contributor': 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  'User Access Administrator': '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', 'Role Based Access Control Administrator': 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
};
const HOLDS_SUBSCRIPTIONS = new Set(['azurerm_management_group', 'Microsoft.Management/managementGroups', 'azurerm_subscription', 'Microsoft.Subscription/aliases']);
// the id of a role that is written out
const ENDED = /\/roledefinitions\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
// a subscription, a management group, or all of the tenant
const WIDE = /^(\/|\/subscriptions\/[^/]+\/?|\/providers\/Microsoft\.Management\/.*)$/i;
