import { Residency } from '../../../lib/policy';
import { Workspace, NetworkMode } from '../../../lib/azure';
import { azureStack, group, importedWorkspace, resourcesOf, workspaceStack } from '../../support/azure';

describe('a workspace that exists', () => {
  test('tells its names from its ids and makes no resource', () => {
    const { stack, workspace } = workspaceStack();
    expect(workspace.workspaceName).toBe('readmission');
    expect(workspace.resourceGroupId).toBe(group);
    expect(workspace.registryServer).toBe('readmissionacr.azurecr.io');
    expect(workspace.networkMode).toBe(NetworkMode.MANAGED);
    expect(workspace.dnsZoneId('privatelink.blob.core.windows.net')).toBe(`${group}/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net`);
    expect(resourcesOf(stack, 'azurerm_resource_group')).toEqual([]);
  });

  test('has a network of its own when it names a subnet of computes', () => {
    const { workspace } = workspaceStack({ computeSubnetId: `${group}/providers/Microsoft.Network/virtualNetworks/readmission/subnets/computes` });
    expect(workspace.networkMode).toBe(NetworkMode.OWN);
  });

  test('a store lets an identity read on the container and nothing more, once', () => {
    const { stack, workspace } = workspaceStack();
    workspace.outputs.grantRead(workspace.identity);
    workspace.outputs.input('admissions/').grantRead(workspace.identity);
    expect(resourcesOf(stack, 'azurerm_role_assignment')).toEqual([expect.objectContaining({
      role_definition_name: 'Storage Blob Data Reader', principal_id: workspace.identity.principalId,
      scope: `${group}/providers/Microsoft.Storage/storageAccounts/readmissionoutputs/blobServices/default/containers/outputs`,
    })]);
  });

  test.each([
    ['a region outside the residency', { location: 'eastus' }, /region 'eastus', outside the residency \(EU\): move it to one of .*germanywestcentral/],
    ['a region of AWS', { location: 'eu-central-1' }, /a region of AWS: give one of .*germanywestcentral/],
    ['a workspace that is none', { workspaceId: `${group}/providers/Microsoft.Storage/storageAccounts/x` }, /workspaceId of workspace 'Stack\/Workspace' is .*: give an id such as/],
    ['a key with its version', { keyId: 'https://v.vault.azure.net/keys/k/0123' }, /give the key without its version/],
    ['no log workspace', { logAnalyticsId: undefined }, /imported without logAnalyticsId/],
  ] as [string, object, RegExp][])('fails for %s', (_, attrs, message) => {
    expect(() => workspaceStack(attrs)).toThrow(message);
  });

  test('fails without a profile', () => {
    const { stack } = azureStack();
    expect(() => Workspace.fromAttributes(stack, 'W', {} as never)).toThrow(/workspace 'Stack\/W' has no profile/);
    expect(Residency.isRegion(importedWorkspace(stack).location)).toBe(true);
  });
});
