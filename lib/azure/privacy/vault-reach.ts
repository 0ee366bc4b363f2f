import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { RoleDefinition } from '@cdktf/provider-azurerm/lib/role-definition';
import { Construct } from 'constructs';
import { AzapiResource } from '../azapi';
import { Names } from '../private/names';
import { inTurn, outboundName } from '../private/order';
import type { IWorkspace } from '../workspace/workspace';

/** A function app that is to be reached. */
export interface Reached {
  readonly siteId: string;
  readonly siteName: string;
  /** Id of its resource group, where a role for it can be defined. */
  readonly groupId: string;
}

/** What approving the endpoint of a managed network at a function app takes. The built-in role for approving knows the services that Azure ML stands on, and no function app. */
const APPROVING = [
  'Microsoft.Web/sites/read', 'Microsoft.Web/sites/privateEndpointConnections/read', 'Microsoft.Web/sites/privateEndpointConnections/write',
  'Microsoft.Web/sites/privateEndpointConnectionsApproval/action',
];

/**
 * Opens the managed network of a workspace, that of Spark too, to a function app. Written with azapi, since azurerm takes rules for storage, vaults, caches and
 * workspaces alone.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/how-to-managed-network
 */
export class VaultReach extends Construct {
  constructor(scope: Construct, id: string, workspace: IWorkspace, { siteId, siteName, groupId }: Reached) {
    super(scope, id);
    // a role has its name to itself in the directory, and an app has it in the world
    const role = new RoleDefinition(this, 'Role', {
      name: `Approves private endpoints of ${siteName} (${Names.hash(this.node.path)})`, scope: groupId, assignableScopes: [groupId], permissions: [{ actions: APPROVING }],
    });
    const approval = new RoleAssignment(this, 'Approval', {
      scope: siteId, roleDefinitionId: role.roleDefinitionResourceId, principalId: workspace.identity.principalId, principalType: 'ServicePrincipal', skipServicePrincipalAadCheck: true,
    });
    inTurn(this, workspace, (before) => new AzapiResource(this, 'Resource', {
      type: 'Microsoft.MachineLearningServices/workspaces/outboundRules@2025-12-01', name: outboundName(this, 'sites'), parentId: workspace.workspaceId,
      body: { properties: { type: 'PrivateEndpoint', category: 'UserDefined', destination: { serviceResourceId: siteId, subresourceTarget: 'sites', sparkEnabled: true } } },
      dependsOn: [approval, ...before],
    }));
  }
}
