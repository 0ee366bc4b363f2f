import { CosmosdbAccount } from '@cdktf/provider-azurerm/lib/cosmosdb-account';
import { CosmosdbSqlContainer, type CosmosdbSqlContainerIndexingPolicy } from '@cdktf/provider-azurerm/lib/cosmosdb-sql-container';
import { CosmosdbSqlDatabase } from '@cdktf/provider-azurerm/lib/cosmosdb-sql-database';
import { CosmosdbSqlRoleAssignment } from '@cdktf/provider-azurerm/lib/cosmosdb-sql-role-assignment';
import { CosmosdbSqlRoleDefinition } from '@cdktf/provider-azurerm/lib/cosmosdb-sql-role-definition';
import { Construct } from 'constructs';
import type { Duration } from '../duration';
import { diagnostics } from '../private/diagnostics';
import { nameOf, Names } from '../private/names';
import { keyAccessOf, noteReach } from '../private/order';
import { privateEndpoint } from '../private/private-endpoint';
import { REGIONS_WITHOUT_ZONES } from '../private/regions-without-zones';
import { tagsOf } from '../private/tags';
import type { IIdentity } from '../workspace/identity';
import type { IWorkspace } from '../workspace/workspace';
import { ACCESS, type ContainerName, CONTAINERS, type DataAction, type VaultFunction } from './vault-access';
import { tierOf } from './vault-checks';

const DATABASE = 'vault';
const ACTIONS = 'Microsoft.DocumentDB/databaseAccounts';

export interface VaultStoreProps {
  readonly workspace: IWorkspace;
  readonly recoveryPeriod: Duration;
  readonly deletable: boolean;
}

/**
 * The store of a vault: Cosmos DB for NoSQL, in one region, with strong consistency. Its containers are apart so that an identity can be given one and not
 * another.
 */
export class VaultStore extends Construct {
  /** Id of the account. */
  public readonly accountId: string;
  /** Address of the account, as its clients know it. */
  public readonly endpoint: string;
  private readonly account: CosmosdbAccount;
  private readonly definitions = new Map<string, CosmosdbSqlRoleDefinition>();

  constructor(scope: Construct, id: string, private readonly props: VaultStoreProps) {
    super(scope, id);
    this.account = this.newAccount();
    this.accountId = this.account.id;
    this.endpoint = this.account.endpoint;
    const place = { accountName: this.account.name, resourceGroupName: props.workspace.resourceGroupName };
    const lifecycle = props.deletable ? undefined : { preventDestroy: true };
    const database = new CosmosdbSqlDatabase(this, 'Database', { ...place, name: DATABASE, lifecycle });
    for (const [name, path] of Object.entries(CONTAINERS)) {
      new CosmosdbSqlContainer(this, name, {
        ...place, name, databaseName: database.name, partitionKeyPaths: [path], partitionKeyVersion: 2, indexingPolicy: indexOf(name as ContainerName),
        // what says how long it is kept is let go of then, and nothing else
        defaultTtl: name === 'budgets' ? -1 : undefined, lifecycle,
      });
    }
    const endpoint = privateEndpoint(this, 'Endpoint', props.workspace, { targetId: this.accountId, service: 'Sql', zones: ['privatelink.documents.azure.com'] });
    noteReach(this, endpoint);
    // metrics of Cosmos DB have categories of their own, and are in Azure Monitor in any case
    diagnostics(this, this.accountId, props.workspace, { metrics: false });
  }

  /** Lets the identity of a function do what it has to, container by container, and find the account. */
  public admit(name: VaultFunction, identity: IIdentity): void {
    this.assign(`${name}-metadata`, identity, [], this.accountId);
    for (const [container, actions] of Object.entries(ACCESS[name].containers)) {
      this.assign(`${name}-${container}`, identity, actions, `${this.accountId}/dbs/${DATABASE}/colls/${container}`);
    }
  }

  private newAccount(): CosmosdbAccount {
    const { workspace, recoveryPeriod, deletable } = this.props;
    const { location, resourceGroupName, keyId, keyIdentity } = workspace;
    return new CosmosdbAccount(this, 'Resource', {
      name: nameOf(this, 'Cosmos DB account'), location, resourceGroupName, offerType: 'Standard', kind: 'GlobalDocumentDB',
      // paid by request: nothing is idle, and nothing has to be sized
      capabilities: [{ name: 'EnableServerless' }],
      consistencyPolicy: { consistencyLevel: 'Strong' },
      geoLocation: [{ location, failoverPriority: 0, zoneRedundant: !REGIONS_WITHOUT_ZONES.has(location) }],
      multipleWriteLocationsEnabled: false, automaticFailoverEnabled: false, analyticalStorageEnabled: false, freeTierEnabled: false,
      publicNetworkAccessEnabled: false, isVirtualNetworkFilterEnabled: false, networkAclBypassForAzureServices: false,
      localAuthenticationDisabled: true, accessKeyMetadataWritesEnabled: false, minimalTlsVersion: 'Tls12',
      identity: { type: 'UserAssigned', identityIds: [keyIdentity.identityId] }, defaultIdentityType: `UserAssignedIdentity=${keyIdentity.identityId}`,
      ...(/\.managedhsm\./.test(keyId) ? { managedHsmKeyId: keyId } : { keyVaultKeyId: keyId }),
      backup: { type: 'Continuous', tier: tierOf(recoveryPeriod) },
      tags: tagsOf(workspace), dependsOn: keyAccessOf(workspace), lifecycle: deletable ? undefined : { preventDestroy: true },
    });
  }

  private assign(id: string, identity: IIdentity, actions: readonly DataAction[], scope: string): void {
    new CosmosdbSqlRoleAssignment(this, `${id}-access`, {
      accountName: this.account.name, resourceGroupName: this.props.workspace.resourceGroupName, scope, principalId: identity.principalId,
      name: Names.uuid(`${this.node.path}/${id}`), roleDefinitionId: this.definitionOf(actions).id,
    });
  }

  /** One role for each set of actions. What every client reads first, the account itself, is one of its own. */
  private definitionOf(actions: readonly DataAction[]): CosmosdbSqlRoleDefinition {
    const id = actions.length === 0 ? 'Metadata' : actions.map((action) => action.replace('items/', '')).join('-');
    const found = this.definitions.get(id) ?? new CosmosdbSqlRoleDefinition(this, `Role-${id}`, {
      accountName: this.account.name, resourceGroupName: this.props.workspace.resourceGroupName, roleDefinitionId: Names.uuid(`${this.node.path}/Role-${id}`),
      name: `${this.node.path}: ${id}`, type: 'CustomRole', assignableScopes: [this.accountId],
      permissions: [{ dataActions: actions.length === 0 ? [`${ACTIONS}/readMetadata`] : actions.map((action) => `${ACTIONS}/sqlDatabases/containers/${action}`) }],
    });
    this.definitions.set(id, found);
    return found;
  }
}

/** Nothing is looked for but by its id, and the rows of a subject by how their id begins: what is not indexed is cheaper to write, and is in no index. */
function indexOf(name: ContainerName): CosmosdbSqlContainerIndexingPolicy {
  return name === 'subjects'
    ? { indexingMode: 'consistent', includedPath: [{ path: '/id/?' }], excludedPath: [{ path: '/*' }] }
    : { indexingMode: 'none' };
}
