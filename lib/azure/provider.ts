import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import type { Construct } from 'constructs';

/** What tells a provider where it stands. */
export interface ProviderProps {
  /** The subscription. */
  readonly subscriptionId: string;
  /**
   * The tenant.
   *
   * @default - that of the sign-in
   */
  readonly tenantId?: string;
}

/** Providers with the settings that a private, key-less ground needs. */
export class Providers {
  /**
   * `azurerm`: signs in to storage as itself instead of with account keys, asks no storage account for what only its network is answered, and
   * purges nothing that is kept for recovery.
   */
  public static azurerm(scope: Construct, props: ProviderProps): AzurermProvider {
    return new AzurermProvider(scope, 'azurerm', {
      subscriptionId: props.subscriptionId, tenantId: props.tenantId, storageUseAzuread: true,
      features: [{
        // https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/guides/features-block
        storage: [{ dataPlaneAvailable: false }],
        keyVault: [{
          purgeSoftDeleteOnDestroy: false, purgeSoftDeletedKeysOnDestroy: false, purgeSoftDeletedSecretsOnDestroy: false, purgeSoftDeletedCertificatesOnDestroy: false,
          recoverSoftDeletedKeyVaults: true,
        }],
        logAnalyticsWorkspace: [{ permanentlyDeleteOnDestroy: false }],
        machineLearning: [{ purgeSoftDeletedWorkspaceOnDestroy: false }],
        resourceGroup: [{ preventDeletionIfContainsResources: true }],
      }],
    });
  }
}
