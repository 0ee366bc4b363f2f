import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { AzapiResource } from '../azapi';
import { diagnostics } from '../private/diagnostics';
import { nameOf } from '../private/names';
import { openTo } from '../private/order';
import { privateEndpoint } from '../private/private-endpoint';
import { letGo, protectedAccount } from '../private/protected-account';
import { REGIONS_WITHOUT_ZONES } from '../private/regions-without-zones';
import { Replication } from '../storage/replication';
import type { IWorkspace } from '../workspace/workspace';

/** For how long what was deleted from it can be brought back: events hold names of blobs and no more. */
const RECOVERABLE_DAYS = 14;

/**
 * What events of Event Grid wait in: a queue, a queue for what nobody could deal with, and a container for what Event Grid gave up on. Event Grid comes from a
 * network of Microsoft's, so the account admits trusted services, signed in with a role; nobody else from outside of the network.
 */
export class ScanQueue extends Construct {
  public static readonly QUEUE = 'scan-results';
  public static readonly POISON = 'scan-results-poison';
  public static readonly DEAD_LETTERS = 'dead-letters';

  public readonly accountId: string;
  public readonly accountName: string;
  /** What has to be there before anything is sent. */
  public readonly parts: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, workspace: IWorkspace) {
    super(scope, id);
    const replication = REGIONS_WITHOUT_ZONES.has(workspace.location) ? Replication.LOCAL : Replication.ZONES;
    const account = protectedAccount(this, 'Resource', {
      ground: workspace, name: nameOf(this, 'storage account'), replication, isLake: false, recoverableForDays: RECOVERABLE_DAYS, admitsTrustedServices: true,
    });
    letGo(this, account, { isLake: false, recoverableForDays: RECOVERABLE_DAYS, retentionDays: workspace.profile.dataRetention?.inDays });
    this.accountId = account.id;
    this.accountName = account.name;
    const queue = (child: string, name: string) => new AzapiResource(this, child, {
      type: 'Microsoft.Storage/storageAccounts/queueServices/queues@2023-05-01', name, parentId: `${account.id}/queueServices/default`, body: { properties: { metadata: {} } },
    });
    const deadLetters = new AzapiResource(this, 'DeadLetters', {
      type: 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01', name: ScanQueue.DEAD_LETTERS, parentId: `${account.id}/blobServices/default`,
      body: { properties: { publicAccess: 'None' } }, lifecycle: { preventDestroy: true },
    });
    this.parts = [queue('Queue', ScanQueue.QUEUE), queue('Poison', ScanQueue.POISON), deadLetters];
    for (const service of ['blob', 'queue']) {
      const name = service.charAt(0).toUpperCase() + service.slice(1);
      privateEndpoint(this, `${name}Endpoint`, workspace, { targetId: account.id, service, zones: [`privatelink.${service}.core.windows.net`] });
      diagnostics(this, `${account.id}/${service}Services/default`, workspace, { id: `${name}Diagnostics` });
    }
    diagnostics(this, account.id, workspace, { logs: false });
    openTo(this, workspace, account.id, ['blob', 'queue']);
  }

  /** Id of a queue, in Azure Resource Manager. */
  public queueId(name: string): string {
    return `${this.accountId}/queueServices/default/queues/${name}`;
  }

  /** Id of the container for what Event Grid gave up on. */
  public get deadLettersId(): string {
    return `${this.accountId}/blobServices/default/containers/${ScanQueue.DEAD_LETTERS}`;
  }
}
