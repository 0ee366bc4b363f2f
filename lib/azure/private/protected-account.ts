import { StorageAccount, type StorageAccountBlobProperties } from '@cdktf/provider-azurerm/lib/storage-account';
import { StorageManagementPolicy } from '@cdktf/provider-azurerm/lib/storage-management-policy';
import type { Construct } from 'constructs';
import type { Replication } from '../storage/replication';
import type { IIdentity } from '../workspace/identity';
import { keyAccessOf } from './order';
import type { EndpointPlace } from './private-endpoint';
import { tagsOf } from './tags';

/** The ground that a storage account stands on. */
export interface AccountGround extends Construct, EndpointPlace {
  readonly keyId: string;
  readonly keyIdentity: IIdentity;
}

export interface ProtectedAccountProps {
  readonly ground: AccountGround;
  readonly name: string;
  readonly replication: Replication;
  /** Whether it is a data lake: folders that are folders, and no versions. */
  readonly isLake: boolean;
  /** Days for which what was deleted can be brought back. */
  readonly recoverableForDays: number;
  /** Services of Azure that come from their own networks, signed in with a role. */
  readonly admitsTrustedServices?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
  readonly deletable?: boolean;
}

/** A storage account with what all of ours have in common: private, without keys to steal, encrypted twice, with our key, and recoverable. */
export function protectedAccount(scope: Construct, id: string, props: ProtectedAccountProps): StorageAccount {
  const { ground } = props;
  const inHsm = /\.managedhsm\./.test(ground.keyId);
  return new StorageAccount(scope, id, {
    name: props.name, location: ground.location, resourceGroupName: ground.resourceGroupName,
    accountKind: 'StorageV2', accountTier: 'Standard', accountReplicationType: props.replication, isHnsEnabled: props.isLake,
    publicNetworkAccessEnabled: false, allowNestedItemsToBePublic: false, sharedAccessKeyEnabled: false, localUserEnabled: false, defaultToOauthAuthentication: true,
    minTlsVersion: 'TLS1_2', httpsTrafficOnlyEnabled: true, crossTenantReplicationEnabled: false, allowedCopyScope: 'PrivateLink',
    sftpEnabled: false, nfsv3Enabled: false, infrastructureEncryptionEnabled: true,
    // otherwise the key of the account covers blobs and files only
    queueEncryptionKeyType: 'Account', tableEncryptionKeyType: 'Account',
    // a link that is handed out is signed by a person's or program's sign-in, since there is no key, and ends within the hour
    sasPolicy: { expirationPeriod: '00.01:00:00', expirationAction: 'Block' },
    networkRules: { defaultAction: 'Deny', bypass: [props.admitsTrustedServices ? 'AzureServices' : 'None'] },
    identity: { type: 'UserAssigned', identityIds: [ground.keyIdentity.identityId] },
    customerManagedKey: { userAssignedIdentityId: ground.keyIdentity.identityId, ...(inHsm ? { managedHsmKeyId: ground.keyId } : { keyVaultKeyId: ground.keyId }) },
    blobProperties: blobProperties(props),
    tags: tagsOf(scope, props.tags),
    dependsOn: keyAccessOf(ground),
    lifecycle: props.deletable ? undefined : { preventDestroy: true },
  });
}

/** What an account lets go of, and when. */
export interface LettingGo {
  readonly isLake: boolean;
  /** Days for which what is no longer data can be brought back. */
  readonly recoverableForDays: number;
  /** Days after which data is deleted; none keeps it. */
  readonly retentionDays?: number;
  /** Beginning of the names that `retentionDays` is for, the container first; all, when it is left out. */
  readonly retentionPrefix?: string;
}

/**
 * Lets go of what is old in an account: of data when its time is over, of what is no longer data (versions, snapshots) when it can no longer be
 * brought back.
 */
export function letGo(scope: Construct, account: StorageAccount, props: LettingGo): void {
  const { isLake, recoverableForDays, retentionDays, retentionPrefix } = props;
  const old = {
    name: 'no-longer-data', enabled: true, filters: { blobTypes: ['blockBlob'] },
    actions: {
      snapshot: { deleteAfterDaysSinceCreationGreaterThan: recoverableForDays },
      ...(isLake ? {} : { version: { deleteAfterDaysSinceCreation: recoverableForDays } }),
    },
  };
  const retention = retentionDays === undefined ? [] : [{
    name: 'retention', enabled: true, filters: { blobTypes: ['blockBlob', 'appendBlob'], ...(retentionPrefix === undefined ? {} : { prefixMatch: [retentionPrefix] }) },
    actions: { baseBlob: { deleteAfterDaysSinceModificationGreaterThan: retentionDays } },
  }];
  new StorageManagementPolicy(scope, 'Lifecycle', { storageAccountId: account.id, rule: [old, ...retention] });
}

function blobProperties(props: ProtectedAccountProps): StorageAccountBlobProperties {
  const days = props.recoverableForDays;
  return {
    deleteRetentionPolicy: { days, permanentDeleteEnabled: false },
    containerDeleteRetentionPolicy: { days },
    // https://learn.microsoft.com/azure/storage/blobs/storage-feature-support-in-storage-accounts: a data lake has neither
    ...(props.isLake ? {} : { versioningEnabled: true, changeFeedEnabled: true, changeFeedRetentionInDays: Math.max(days, 7) }),
  };
}
