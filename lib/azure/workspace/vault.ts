import { DataAzurermClientConfig } from '@cdktf/provider-azurerm/lib/data-azurerm-client-config';
import { KeyVault } from '@cdktf/provider-azurerm/lib/key-vault';
import { KeyVaultManagedHardwareSecurityModuleRoleAssignment as HsmRoleAssignment } from '@cdktf/provider-azurerm/lib/key-vault-managed-hardware-security-module-role-assignment';
import { Fn, Token } from 'cdktf';
import { Construct } from 'constructs';
import { AzapiResource, type Json } from '../azapi';
import { diagnostics } from '../private/diagnostics';
import { nameOf, Names } from '../private/names';
import { noteKeyAccess } from '../private/order';
import { type EndpointPlace, privateEndpoint } from '../private/private-endpoint';
import { partsOf } from '../private/resource-id';
import { assignRole, Role } from '../private/roles';
import { tagsOf } from '../private/tags';
import type { IIdentity } from './identity';
import type { KeySource, Rotation } from './keys';

/** Keys of vaults, by the interface that they are made through. */
export const VAULT_KEY = 'Microsoft.KeyVault/vaults/keys@2023-07-01';

/** What a vault and its keys need to know of the workspace. */
export interface VaultGround extends Construct, EndpointPlace {
  readonly logAnalyticsId: string;
  readonly keyIdentity: IIdentity;
}

/** The vault that holds the secrets of Azure ML and, unless a managed HSM does, the keys: hardware-backed, private, opened by roles alone, and never purged. */
export function protectedVault(ground: VaultGround, deletable: boolean): KeyVault {
  const scope = new Construct(ground, 'Vault');
  const vault = new KeyVault(scope, 'Resource', {
    name: nameOf(ground, 'key vault', 'Vault'), location: ground.location, resourceGroupName: ground.resourceGroupName,
    tenantId: new DataAzurermClientConfig(scope, 'Client').tenantId, skuName: 'premium',
    rbacAuthorizationEnabled: true, purgeProtectionEnabled: true, softDeleteRetentionDays: 90,
    publicNetworkAccessEnabled: false, networkAcls: { defaultAction: 'Deny', bypass: 'AzureServices' },
    enabledForDeployment: false, enabledForDiskEncryption: false, enabledForTemplateDeployment: false,
    tags: tagsOf(ground), lifecycle: deletable ? undefined : { preventDestroy: true },
  });
  privateEndpoint(scope, 'Endpoint', ground, { targetId: vault.id, service: 'vault', zones: ['privatelink.vaultcore.azure.net'] });
  diagnostics(scope, vault.id, ground);
  return vault;
}

/** A key, by its names. */
export interface UsableKey {
  /** Without its version. */
  readonly keyId: string;
  /** What Azure ML is told: with the version, which it does not look for itself. */
  readonly versionedKeyId: string;
}

/** The keys of a workspace: what stores use, and what the registry and Azure ML use; one key, unless the first is in a managed HSM. */
export function keysOf(ground: VaultGround, source: KeySource, vaultId: string, deletable: boolean): { readonly stores: UsableKey; readonly services: UsableKey } {
  if (source.kind === 'given') {
    const [keyId, name] = withoutVersion(source.keyId);
    const access = assignRole(ground, { identity: ground.keyIdentity, role: Role.KEY_USER, targetId: `${vaultId}/keys/${name}` });
    noteKeyAccess(ground, access);
    const key = { keyId, versionedKeyId: source.keyId };
    return { stores: key, services: key };
  }
  const made = key(ground, 'Key', VAULT_KEY, vaultId, source, deletable);
  const access = assignRole(ground, { identity: ground.keyIdentity, role: Role.KEY_USER, targetId: made.id });
  const services = { keyId: made.output('properties.keyUri'), versionedKeyId: made.output('properties.keyUriWithVersion') };
  if (source.kind === 'vault') {
    noteKeyAccess(ground, access);
    return { stores: services, services };
  }
  const stores = keyInHsm(ground, source, deletable);
  noteKeyAccess(ground, access, stores.access);
  return { stores, services };
}

/** A key's id without its version, and its name; of a reference, expressions that Terraform works out. */
function withoutVersion(keyId: string): [id: string, name: string] {
  if (Token.isUnresolved(keyId)) return [Fn.join('/', Fn.slice(Fn.split('/', keyId), 0, 5)), Token.asString(Fn.element(Fn.split('/', keyId), 4))];
  const parts = keyId.split('/').slice(0, 5);
  return [parts.join('/'), parts[4]];
}

function keyInHsm(ground: VaultGround, source: { readonly hsmId: string } & Rotation, deletable: boolean): UsableKey & { readonly access: HsmRoleAssignment } {
  const { name } = partsOf(`the managed HSM of workspace '${ground.node.path}'`, source.hsmId, 'Microsoft.KeyVault/managedHSMs');
  const made = key(ground, 'HsmKey', 'Microsoft.KeyVault/managedHSMs/keys@2023-07-01', source.hsmId, source, deletable);
  const scope = new Construct(ground, 'HsmKeyUser');
  const access = new HsmRoleAssignment(scope, 'Resource', {
    managedHsmId: source.hsmId, scope: `/keys/${made.name}`, principalId: ground.keyIdentity.principalId,
    // a name of the form that the HSM wants, the same at each synth
    name: Names.uuid(scope.node.path),
    // Managed HSM Crypto Service Encryption User: https://learn.microsoft.com/azure/key-vault/managed-hsm/built-in-roles
    roleDefinitionId: '/Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/33413926-3206-4cdd-b39a-83574fe37a17',
  });
  const keyId = `https://${name}.managedhsm.azure.net/keys/${nameOf(ground, 'key', 'HsmKey')}`;
  return { keyId, versionedKeyId: keyId, access };
}

/** A key that is made new from time to time. */
export function key(ground: Construct, id: string, type: string, parentId: string, rotation: Rotation, deletable: boolean): AzapiResource {
  const { rotateAfter, expireAfter, firstExpires } = rotation;
  return new AzapiResource(ground, id, {
    type, name: nameOf(ground, 'key', id), parentId,
    body: {
      properties: {
        kty: 'RSA-HSM', keySize: 3072, keyOps: ['wrapKey', 'unwrapKey'],
        attributes: { enabled: true, exportable: false, exp: firstExpires },
        rotationPolicy: {
          attributes: { expiryTime: `P${expireAfter.inDays}D` },
          lifetimeActions: [
            { action: { type: 'rotate' }, trigger: { timeAfterCreate: `P${rotateAfter.inDays}D` } },
            { action: { type: 'notify' }, trigger: { timeBeforeExpiry: 'P30D' } },
          ] as Json[],
        },
      },
    },
    responseExportValues: ['properties.keyUri', 'properties.keyUriWithVersion'],
    // Azure Resource Manager makes a key once and gives back the one that is there ever after, with the end of the version that rotation made last
    lifecycle: { preventDestroy: !deletable, ignoreChanges: ['body'] },
  });
}
