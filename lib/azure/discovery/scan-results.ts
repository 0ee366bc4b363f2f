import { shown } from '../../policy/given';
import { Role } from '../private/roles';

/** What Event Grid calls a target of the kind, and the least role that lets it write there. */
interface Target {
  readonly kind: 'serviceBusQueue' | 'storageQueue' | 'function';
  readonly targetId: string;
  readonly queueName?: string;
  /** None for a function: Event Grid calls it with a key of the host that it fetches itself. */
  readonly role?: string;
}

/**
 * Who takes what Defender finds in a blob: a program of the user's that moves, deletes or releases it. Event Grid hands the event over as its own identity,
 * with a role on the target alone.
 */
export class ScanResultsTarget {
  /**
   * A queue of Service Bus.
   *
   * @param queueId its id, in Azure Resource Manager
   */
  public static serviceBusQueue(queueId: string): ScanResultsTarget {
    return new ScanResultsTarget({ kind: 'serviceBusQueue', targetId: checked(queueId, 'Microsoft.ServiceBus/namespaces/<name>/queues'), role: 'Azure Service Bus Data Sender' });
  }

  /**
   * A queue of a storage account, which must admit trusted services.
   *
   * @param accountId id of the storage account
   * @param queueName name of the queue
   */
  public static storageQueue(accountId: string, queueName: string): ScanResultsTarget {
    return new ScanResultsTarget({
      kind: 'storageQueue', targetId: checked(accountId, 'Microsoft.Storage/storageAccounts'), queueName, role: Role.QUEUE_SENDER,
    });
  }

  /**
   * A function with a trigger of Event Grid.
   *
   * @param functionId id of the function, which ends in `/functions/<name>`
   */
  public static function(functionId: string): ScanResultsTarget {
    return new ScanResultsTarget({ kind: 'function', targetId: checked(functionId, 'Microsoft.Web/sites/<name>/functions') });
  }

  /** What it is, for Event Grid. */
  public readonly target: Target;

  private constructor(target: Target) {
    this.target = target;
  }
}

function checked(id: string, type: string): string {
  const fine = typeof id === 'string' && (id.includes('${') || id.toLowerCase().includes(`/providers/${type.split('/').slice(0, 2).join('/').toLowerCase()}/`));
  if (!fine) throw new Error(`${shown(id)} takes no results of scans: give an id such as '/subscriptions/<id>/resourceGroups/<group>/providers/${type}/<name>'`);
  return id;
}
