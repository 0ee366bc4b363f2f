import { ComputeCluster, ComputeInstance, Duration, NetworkMode } from '../../../lib/azure';
import { armProblems, AzapiJson, describeWithArmTypes } from '../../support/arm-types';
import { group, resourcesOf, workspaceStack } from '../../support/azure';
import { azapiOf } from '../../support/azure-pipeline';

const user = { objectId: '11111111-1111-1111-1111-111111111111', tenantId: '22222222-2222-2222-2222-222222222222' };
const computeSubnetId = `${group}/providers/Microsoft.Network/virtualNetworks/readmission/subnets/computes`;
const size = 'Standard_D4s_v5';

const cluster = (stack: Parameters<typeof resourcesOf>[0]) => resourcesOf(stack, 'azurerm_machine_learning_compute_cluster')[0];

describe('a cluster', () => {
  test('has no node without a job, no public address, no SSH and no local sign-in', () => {
    const { stack, workspace } = workspaceStack();
    new ComputeCluster(stack, 'Cpu', { workspace, size });
    expect(cluster(stack)).toMatchObject({
      local_auth_enabled: false, node_public_ip_enabled: false, ssh_public_access_enabled: false, vm_size: size, vm_priority: 'Dedicated', location: 'germanywestcentral',
      scale_settings: { min_node_count: 0, max_node_count: 4, scale_down_nodes_after_idle_duration: 'PT2M' }, identity: { type: 'UserAssigned', identity_ids: [expect.stringContaining('Cpu_Identity')] },
    });
  });

  test('stands in the subnet of computes where the network is the workspace\'s own, and in none where Azure ML manages it', () => {
    const own = workspaceStack({ computeSubnetId });
    new ComputeCluster(own.stack, 'Cpu', { workspace: own.workspace, size });
    expect(own.workspace.networkMode).toBe(NetworkMode.OWN);
    expect(cluster(own.stack).subnet_resource_id).toBe(computeSubnetId);
    const managed = workspaceStack();
    new ComputeCluster(managed.stack, 'Cpu', { workspace: managed.workspace, size });
    expect(cluster(managed.stack).subnet_resource_id).toBeUndefined();
  });

  test('reads no data as itself', () => {
    const { stack, workspace } = workspaceStack();
    new ComputeCluster(stack, 'Cpu', { workspace, size });
    expect(resourcesOf(stack, 'azurerm_role_assignment').map(({ role_definition_name: role }) => role)).toEqual(['AcrPull']);
  });

  test('records what it costs to be spare capacity, or to be always there', () => {
    const { stack, workspace } = workspaceStack();
    const compute = new ComputeCluster(stack, 'Cpu', { workspace, size, minNodes: 1, lowPriority: true, idleBeforeScaleDown: Duration.minutes(10) });
    const choices = compute.node.metadata.filter(({ type }) => type === 'regulated-ml:choice').map(({ data }) => (data as { choice: string }).choice);
    expect(choices).toEqual(['nodes of low priority', '1 node(s) at all times']);
    expect(cluster(stack)).toMatchObject({ vm_priority: 'LowPriority', scale_settings: { min_node_count: 1, scale_down_nodes_after_idle_duration: 'PT10M' } });
  });

  test('has a valid name from any path', () => {
    const { stack, workspace } = workspaceStack();
    for (let index = 0; index < 60; index++) {
      expect(new ComputeCluster(stack, `Cluster ${index} of the department`, { workspace, size }).computeName).toMatch(/^[a-zA-Z](?![a-zA-Z0-9-]*-\d+$)[a-zA-Z0-9-]{2,23}$/);
    }
  });

  test.each([
    ['a size that cannot be', { size: 'Standard_D4sv5' }, /cluster 'Stack\/Cpu': size is 'Standard_D4sv5': give a size of Azure \(family, vCPUs, features, version\), such as 'Standard_D4s_v5'.*'az ml compute list-sizes' has those of a region/],
    ['no workspace', { workspace: undefined }, /workspace is missing: give a Workspace/],
    ['fewer nodes at most than at least', { minNodes: 5 }, /has 5 nodes at least and 4 at most/],
    ['no nodes', { maxNodes: 0 }, /has maxNodes 0: give a whole number from 1/],
    ['half a node', { minNodes: 0.5 }, /has minNodes 0\.5: give a whole number from 0/],
    ['a name that Azure refuses', { computeName: 'cpu-1' }, /'cpu-1' is no name of a compute: give 3 to 24 letters/],
    ['an idle time that is a number', { idleBeforeScaleDown: 120 }, /idleBeforeScaleDown is 120: give a Duration/],
  ] as [string, object, RegExp][])('fails with %s', (_title, props, message) => {
    const { stack, workspace } = workspaceStack();
    expect(() => new ComputeCluster(stack, 'Cpu', { workspace, size, ...props } as never)).toThrow(message);
  });

  test('fails to be imported without its id', () => {
    const { stack } = workspaceStack();
    expect(() => ComputeCluster.fromAttributes(stack, 'Cpu', {} as never)).toThrow(/cluster 'Stack\/Cpu' is imported without computeId/);
    expect(ComputeCluster.fromAttributes(stack, 'Other', { computeId: '/x/computes/y' })).toMatchObject({ computeId: '/x/computes/y' });
  });
});

describe('an instance', () => {
  test('is shut down when idle, belongs to one person, and has no public address, no SSH and no local sign-in', () => {
    const { stack, workspace } = workspaceStack({ computeSubnetId });
    new ComputeInstance(stack, 'Notebook', { workspace, user });
    const [instance] = azapiOf(stack, 'computes') as (AzapiJson & { lifecycle: unknown })[];
    expect(instance).toMatchObject({
      lifecycle: { prevent_destroy: true }, location: 'germanywestcentral',
      body: {
        properties: {
          computeType: 'ComputeInstance', disableLocalAuth: true,
          properties: {
            idleTimeBeforeShutdown: 'PT1H', enableNodePublicIp: false, sshSettings: { sshPublicAccess: 'Disabled' }, subnet: { id: computeSubnetId }, applicationSharingPolicy: 'Personal',
            computeInstanceAuthorizationType: 'personal', personalComputeInstanceSettings: { assignedUser: user },
          },
        },
      },
    });
  });

  test.each([
    ['no person', { user: undefined }, /user is missing: give \{ objectId, tenantId \}/],
    ['a person that is a name', { user: { ...user, objectId: 'jane' } }, /objectId of the user is 'jane': give a GUID/],
    ['an idle time below 15 minutes', { idleShutdown: Duration.minutes(14) }, /is shut down after PT14M without work: Azure ML takes 15 minutes to 3 days/],
    ['an idle time above 3 days', { idleShutdown: Duration.days(4) }, /after PT96H without work/],
  ] as [string, object, RegExp][])('fails with %s', (_title, props, message) => {
    const { stack, workspace } = workspaceStack();
    expect(() => new ComputeInstance(stack, 'Notebook', { workspace, user, ...props } as never)).toThrow(message);
  });
});

describeWithArmTypes('the body of an instance', () => {
  test('fits the types of Azure Resource Manager', () => {
    const { stack, workspace } = workspaceStack({ computeSubnetId });
    new ComputeInstance(stack, 'Notebook', { workspace, user, idleShutdown: Duration.minutes(30) });
    expect(azapiOf(stack, 'computes').flatMap((body) => armProblems(body))).toEqual([]);
  });
});
