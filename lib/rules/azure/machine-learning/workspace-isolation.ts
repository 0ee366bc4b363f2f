import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { shown } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { present } from '../property';
import { isolationsOf, workspaceOf } from '../related';

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
    const place = workspace.type.startsWith('Microsoft.') ? 'Properties.properties.managedNetwork.isolationMode' : 'Properties.managed_network.isolation_mode';
    return isolationsOf(workspace).flatMap((mode) => {
      if (mode === undefined) return unknown('how its network lets traffic out is not known', place);
      if (mode === 'AllowOnlyApprovedOutbound') return COMPLIANT;
      return mode === 'Disabled' ? withoutNetwork(workspace, place) : nonCompliant(`its network is ${shown(mode)}, which lets everything out`, place);
    });
  },
});

// what runs without a compute of its own has a subnet, or all computes have
function withoutNetwork(workspace: Resource, place: string): Verdict | Verdict[] {
  const serverless = present(workspace, { azurerm: 'serverless_compute.subnet_id', arm: 'properties.serverlessComputeSettings.serverlessComputeCustomSubnet' });
  const computes = workspace.relations.once(computesByWorkspace).get(workspace) ?? [];
  if (serverless.answer === Answer.COMPLIANT) return COMPLIANT;
  if (serverless.answer === Answer.UNKNOWN) return serverless;
  if (computes.length === 0) return nonCompliant('it has no network of its own, and no compute of it is in a subnet', place);
  return computes.map((compute) => {
    const { answer } = present(compute, SUBNET);
    if (answer === Answer.COMPLIANT) return COMPLIANT;
    return answer === Answer.NON_COMPLIANT ? nonCompliant(`it has no network of its own, and '${compute.path}' is in no subnet`, place) : unknown(`whether '${compute.path}' is in a subnet is not known`, place);
  });
}

const SUBNET = { azurerm: 'subnet_resource_id', arm: 'properties.properties.subnet' };

const COMPUTES = ['azurerm_machine_learning_compute_cluster', 'azurerm_machine_learning_compute_instance', 'Microsoft.MachineLearningServices/workspaces/computes'];

function computesByWorkspace(relations: Relations): Map<Resource, Resource[]> {
  const found = new Map<Resource, Resource[]>();
  for (const compute of COMPUTES.flatMap((type) => relations.ofType(type))) {
    const workspace = workspaceOf(compute);
    if (workspace) found.set(workspace, [...(found.get(workspace) ?? []), compute]);
  }
  return found;
}
