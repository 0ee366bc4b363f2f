import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { shown, type Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown } from '../../verdict';
import { isolationOf, workspaceOf } from '../related';

export default rule({
  name: 'AzureMLWorkspaceIsolation',
  title: 'Workspaces let out approved traffic only, or keep their computes in a subnet',
  severity: 'error',
  control: Control.NETWORK_ISOLATION,
  resources: ['azurerm_machine_learning_workspace', 'Microsoft.MachineLearningServices/workspaces', 'azurerm_ai_foundry'],
  properties: ['managed_network.isolation_mode', 'properties.managedNetwork.isolationMode', 'serverless_compute.subnet_id'],
  why: 'a job that reaches the internet can copy out what it was trained on',
  fix: 'set managed_network.isolation_mode to AllowOnlyApprovedOutbound, or give every compute a subnet of your network',
  sources: ['Azure Policy 6ddb1705-c8cf-450e-aa4b-19ad6703c440'],
  good: { managed_network: { isolation_mode: 'AllowOnlyApprovedOutbound' } },
  bad: { managed_network: { isolation_mode: 'AllowInternetOutbound' } },
  check: (workspace) => {
    const mode = isolationOf(workspace);
    const place = workspace.type.startsWith('Microsoft.') ? 'Properties.properties.managedNetwork.isolationMode' : 'Properties.managed_network.isolation_mode';
    if (mode === undefined) return unknown('how its network lets traffic out is not known', place);
    if (mode === 'AllowOnlyApprovedOutbound') return COMPLIANT;
    if (mode !== 'Disabled') return nonCompliant(`its network is ${shown(mode)}, which lets everything out`, place);
    if (!workspace.at('serverless_compute.subnet_id').isAbsent || !workspace.at('properties.serverlessComputeSettings.serverlessComputeCustomSubnet').isAbsent) return COMPLIANT;
    const computes = workspace.relations.once(computesByWorkspace).get(workspace) ?? [];
    if (computes.length === 0) return nonCompliant('it has no network of its own, and no compute of it is in a subnet', place);
    const outside = computes.find((compute) => subnetOf(compute).isAbsent);
    return outside ? nonCompliant(`it has no network of its own, and '${outside.path}' is in no subnet`, place) : COMPLIANT;
  },
});

const COMPUTES = ['azurerm_machine_learning_compute_cluster', 'azurerm_machine_learning_compute_instance', 'Microsoft.MachineLearningServices/workspaces/computes'];

function computesByWorkspace(relations: Relations): Map<Resource, Resource[]> {
  const found = new Map<Resource, Resource[]>();
  for (const compute of COMPUTES.flatMap((type) => relations.ofType(type))) {
    const workspace = workspaceOf(compute);
    if (workspace) found.set(workspace, [...(found.get(workspace) ?? []), compute]);
  }
  return found;
}

function subnetOf(compute: Resource): Value {
  return compute.at(compute.type.startsWith('Microsoft.') ? 'properties.properties.subnet' : 'subnet_resource_id');
}
