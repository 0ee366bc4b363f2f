import { type ITerraformDependable, Lazy } from 'cdktf';
import type { Construct } from 'constructs';
import { AzapiResource } from '../azapi';
import { attachedTo } from '../private/attached-identities';
import { tagsOf } from '../private/tags';
import type { IIdentity } from './identity';
import { NetworkMode } from './network-mode';

export interface MlWorkspaceProps {
  readonly name: string;
  readonly location: string;
  readonly resourceGroupId: string;
  readonly identity: IIdentity;
  readonly keyIdentity: IIdentity;
  readonly keyVaultId: string;
  readonly keyInVaultId: string;
  readonly versionedKeyId: string;
  readonly storageId: string;
  readonly registryId: string;
  readonly insightsId: string;
  readonly networkMode: NetworkMode;
  readonly computeSubnetId?: string;
  /** Roles that have to be there before Azure ML looks. */
  readonly after: ITerraformDependable[];
  readonly deletable: boolean;
}

/**
 * The Azure ML workspace. Not `azurerm_machine_learning_workspace`: that cannot say, at 4.55, that Azure ML is to reach its own storage by sign-in, and
 * one that is made without saying so is refused by storage that takes no keys.
 *
 * @see https://github.com/hashicorp/terraform-provider-azurerm/issues/22150
 */
export function mlWorkspace(scope: Construct, id: string, props: MlWorkspaceProps): AzapiResource {
  const managed = props.networkMode === NetworkMode.MANAGED;
  return new AzapiResource(scope, id, {
    type: 'Microsoft.MachineLearningServices/workspaces@2025-12-01', name: props.name, parentId: props.resourceGroupId, location: props.location, tags: tagsOf(scope),
    identity: { type: 'UserAssigned', identityIds: Lazy.listValue({ produce: () => [...new Set([props.identity.identityId, props.keyIdentity.identityId, ...attachedTo(scope)])] }) },
    body: {
      kind: 'Default', sku: { name: 'Basic', tier: 'Basic' },
      properties: {
        friendlyName: props.name,
        primaryUserAssignedIdentity: props.identity.identityId,
        storageAccount: props.storageId, systemDatastoresAuthMode: 'Identity',
        keyVault: props.keyVaultId, containerRegistry: props.registryId, applicationInsights: props.insightsId,
        publicNetworkAccess: 'Disabled', allowPublicAccessWhenBehindVnet: false, v1LegacyMode: false,
        // less of what runs is told to Microsoft for diagnosis, and disks of computes are encrypted that would not be
        hbiWorkspace: true,
        // metadata stays with Microsoft, under our key: a Cosmos DB, a search service and a storage account of the user's own, which no policy reaches, are not made
        enableServiceSideCMKEncryption: true,
        encryption: {
          status: 'Enabled', identity: { userAssignedIdentity: props.keyIdentity.identityId },
          keyVaultProperties: { keyVaultArmId: props.keyInVaultId, keyIdentifier: props.versionedKeyId, identityClientId: props.keyIdentity.clientId },
        },
        ...(managed
          ? { managedNetwork: { isolationMode: 'AllowOnlyApprovedOutbound', firewallSku: 'Standard' }, provisionNetworkNow: true }
          : {
            managedNetwork: { isolationMode: 'Disabled' },
            serverlessComputeSettings: { serverlessComputeCustomSubnet: props.computeSubnetId, serverlessComputeNoPublicIP: true },
          }),
      },
    },
    dependsOn: props.after, lifecycle: props.deletable ? undefined : { preventDestroy: true },
  });
}
