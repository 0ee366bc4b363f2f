import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { shown, type Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
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
    const names = assignment.at('role_definition_name');
    const ids = at(assignment, { azurerm: 'role_definition_id', arm: 'properties.roleDefinitionId' })!;
    const role = names.texts.find((name) => name in BROAD) ?? Object.keys(BROAD).find((name) => ids.texts.some((id) => id.toLowerCase().includes(BROAD[name]!)));
    if (!role) return names.texts.length + ids.texts.length > 0 || names.unknowns.length + ids.unknowns.length === 0 ? COMPLIANT : undecided(ids, names);
    if (role !== 'Contributor') return nonCompliant(`it gives the role ${role}`);
    const scope = at(assignment, { azurerm: 'scope', arm: 'parent_id' })!;
    // a resource of the app is less than its subscription
    return assignment.relations.targets(scope).length > 0 ? COMPLIANT : scope.judge((place) => (WIDE.test(String(typeof place === 'object' ? '' : place)) ? nonCompliant(`it gives the role ${role} on ${shown(place)}`) : COMPLIANT));
  },
});

/** @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const BROAD: Readonly<Record<string, string>> = {
  'Owner': '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'Contributor': 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  'User Access Administrator': '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', 'Role Based Access Control Administrator': 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
};
// a subscription, a management group, or all of the tenant
const WIDE = /^(\/|\/subscriptions\/[^/]+\/?|\/providers\/Microsoft\.Management\/.*)$/i;

// a role of the app is judged where it is defined
function undecided(ids: Value, names: Value): Verdict {
  const leaves = ids.unknowns.flatMap((one) => one.leaves);
  if (leaves.some(({ kind }) => kind === 'reference')) return COMPLIANT;
  return ids.unknowns.length > 0 ? unknown(`role_definition_id is ${ids.unknowns[0]!.reason}`, ids.location) : unknown(`role_definition_name is ${names.unknowns[0]!.reason}`, names.location);
}
