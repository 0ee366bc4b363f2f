import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { declareChoice } from '../../policy/choice';
import { Classification } from '../../policy/classification';
import { DataFlow } from '../../policy/flow';
import { having, requireProps } from '../../policy/required';
import { Duration } from '../duration';
import { Code } from '../pipeline/code';
import { ComputeCluster, type ICompute } from '../pipeline/compute-cluster';
import type { Environment } from '../pipeline/environment';
import { Output } from '../pipeline/output';
import { MLPipeline } from '../pipeline/pipeline';
import { blobSuffix } from '../pipeline/private/cloud';
import { Schedule } from '../pipeline/schedule';
import { nameOf, Names } from '../private/names';
import { assignRole, Role } from '../private/roles';
import { tagsOf } from '../private/tags';
import { DataStore, type IDataStore } from '../storage/data-store';
import { Hierarchy } from '../storage/store-props';
import { Zone } from '../storage/zone';
import { Identity, type IIdentity } from '../workspace/identity';
import type { IWorkspace } from '../workspace/workspace';
import { ScanQueue } from './scan-queue';

const BUILT = join(__dirname, '..', '..', '..', 'build', 'runtime', 'quarantine-blob');

/** How what Defender calls malicious is held back. */
export interface QuarantineOptions {
  /** Where the job runs: any image with Python 3.9 or later. It needs no packages. */
  readonly environment: Environment;
  /**
   * The job's code.
   *
   * @default - that of this library, uploaded as `Code.fromFolder` does it: whoever applies has to reach the store `Code` of the workspace. For an image that
   * holds `build/runtime/quarantine-blob`, give `Code.inImage`
   */
  readonly code?: Code;
  /**
   * When the job runs. Until it has, a blob that is malicious can be read.
   *
   * @default - every hour
   */
  readonly schedule?: Schedule;
  /**
   * The machines that it runs on. What else runs on them can act as the identity of the job, which deletes.
   *
   * @default - a cluster of its own, of one node of `size`, that goes down to none
   */
  readonly compute?: ICompute;
  /**
   * Size of the node of its own cluster.
   *
   * @default 'Standard_DS2_v2'
   */
  readonly size?: string;
}

export interface QuarantineProps extends QuarantineOptions {
  readonly workspace: IWorkspace;
  readonly stores: readonly IDataStore[];
}

/**
 * Holds back blobs that Defender calls malicious: Event Grid puts its results into a queue, and a job copies each blob with all versions of the same content
 * to a store of its own, deletes them where they lie, and writes down what it did. All of it stays in the network of the workspace.
 */
export class Quarantine extends Construct {
  /** What is held back, and the records of what was done. */
  public readonly store: IDataStore;
  /** What Event Grid hands results to. */
  public readonly queue: ScanQueue;
  /** The only identity of the app that reads what is held back, and deletes it where it lay. */
  public readonly identity: IIdentity;

  constructor(scope: Construct, id: string, private readonly props: QuarantineProps) {
    super(scope, id);
    const owner = `quarantine '${this.node.path}'`;
    requireProps(owner, props, {
      environment: { is: having('_bind', '_grantPull'), give: 'an Environment with Python, such as Environment.image(\'<registry>/<name>@sha256:<digest>\')' },
      code: { is: having('program', '_bind'), give: 'Code', optional: true },
      schedule: { is: having('_trigger'), give: 'a Schedule, such as Schedule.cron(\'*/15 * * * *\')', optional: true },
      compute: { is: having('computeId', 'admit'), give: 'a ComputeCluster', optional: true },
    });
    const { workspace, stores } = props;
    if (props.compute && props.size !== undefined) throw new Error(`${owner} is given compute, and a size for a cluster of its own: give one of them`);
    // what the network of the workspace is opened to stands in its stack
    const home = TerraformStack.of(this) === TerraformStack.of(workspace) ? this : new Construct(workspace, `Quarantine-${Names.hash(this.node.path)}`);
    this.store = new DataStore(home, 'Store', {
      workspace, zone: Zone.QUARANTINE, hierarchy: Hierarchy.FLAT,
      classification: Classification.highest(workspace.outputs.classification, ...stores.map(({ classification }) => classification)),
    });
    for (const store of stores) DataFlow.of(this).connect(store.node.path, this.store.node.path, 'quarantine');
    this.queue = new ScanQueue(home, 'Events', workspace);
    this.identity = new Identity(this, 'Identity', { workspace });
    this.allow(stores);
    this.newJob(props);
    declareChoice(this, {
      dimension: 'privacy', choice: 'malicious blobs are held back by a job that runs from time to time',
      gives: 'neither events nor blobs leave the network, and no function has to be deployed by hand', costs: 'a blob can be read until the next run, within the hour by default; a node for some minutes in each run',
    });
  }

  /** Raises an alarm when Event Grid gives up on a result. */
  public watch(topicId: string): void {
    const { workspace } = this.props;
    for (const [id, metricName] of [['DeadLettered', 'DeadLetteredCount'], ['Dropped', 'DroppedEventCount']] as const) {
      new MonitorMetricAlert(this, id, {
        name: nameOf(this, 'resource', id), resourceGroupName: workspace.resourceGroupName, scopes: [topicId], description: 'A result of a malware scan did not reach the queue of the quarantine',
        severity: 1, frequency: 'PT5M', windowSize: 'PT5M', action: [{ actionGroupId: workspace.alarmsId }], tags: tagsOf(workspace),
        criteria: [{ metricNamespace: 'Microsoft.EventGrid/topics', metricName, aggregation: 'Total', operator: 'GreaterThan', threshold: 0 }],
      });
    }
  }

  /** What the job may do, each on the narrowest that there is. */
  private allow(stores: readonly IDataStore[]): void {
    const { identity, queue } = this;
    const may = (role: Role, targetId: string) => assignRole(this, { identity, role, targetId });
    this.store.grantReadWrite(identity);
    for (const store of stores) {
      // deleting a version, and asking for marks, is no part of what contributors may
      if (isVersioned(store)) may(Role.BLOB_OWNER, `${store.accountId}/blobServices/default/containers/${store.containerName}`);
      else store.grantReadWrite(identity);
    }
    may(Role.QUEUE_PROCESSOR, queue.queueId(ScanQueue.QUEUE));
    may(Role.QUEUE_SENDER, queue.queueId(ScanQueue.POISON));
    may(Role.BLOB_CONTRIBUTOR, queue.deadLettersId);
  }

  private newJob(props: QuarantineProps): void {
    const { workspace } = props;
    const compute = props.compute ?? new ComputeCluster(this, 'Nodes', { workspace, size: props.size ?? 'Standard_DS2_v2', maxNodes: 1 });
    // a run that fails raises the alarm of the pipeline
    const pipeline = new MLPipeline(this, 'Pipeline', { workspace, compute, description: 'Holds back blobs that Defender calls malicious' });
    pipeline.addCommand('HoldBack', {
      environment: props.environment, code: props.code ?? builtCode(), identity: this.identity, outputs: Output.named('report'), timeout: Duration.hours(1),
      variables: { QUARANTINE_SETTINGS: this.settings(props.stores) },
    });
    pipeline.runOnSchedule('Regularly', props.schedule ?? Schedule.cron('7 * * * *'));
  }

  /** What the job is told, as lib/runtime/quarantine-blob/quarantine_blob/settings.py reads it. */
  private settings(stores: readonly IDataStore[]): string {
    const { queue, store: held, identity } = this;
    const at = (accountName: string, service: 'blob' | 'queue') => `https://${accountName}.${service}.${blobSuffix(this.props.workspace.location)}`;
    return JSON.stringify({
      stores: stores.map((store) => ({ endpoint: at(store.accountName, 'blob'), container: store.containerName, versioned: isVersioned(store) })),
      quarantine: { endpoint: at(held.accountName, 'blob'), container: held.containerName },
      deadLetters: { endpoint: at(queue.accountName, 'blob'), container: ScanQueue.DEAD_LETTERS },
      queue: { endpoint: at(queue.accountName, 'queue'), name: ScanQueue.QUEUE, poison: ScanQueue.POISON },
      clientId: identity.clientId,
    });
  }
}

/** A data lake keeps no versions; a store of ours without folders does. */
function isVersioned(store: IDataStore): boolean {
  return store.hierarchy === Hierarchy.FLAT;
}

function builtCode(): Code {
  if (!existsSync(BUILT)) throw new Error(`the code of 'quarantine-blob' is not built (${BUILT}): run npm run bundle`);
  return Code.fromFolder(BUILT);
}
