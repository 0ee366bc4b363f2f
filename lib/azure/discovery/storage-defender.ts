import { EventgridEventSubscription, type EventgridEventSubscriptionConfig } from '@cdktf/provider-azurerm/lib/eventgrid-event-subscription';
import { EventgridTopic } from '@cdktf/provider-azurerm/lib/eventgrid-topic';
import { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting';
import { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import { SecurityCenterStorageDefender } from '@cdktf/provider-azurerm/lib/security-center-storage-defender';
import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { declareChoice } from '../../policy/choice';
import { diagnostics } from '../private/diagnostics';
import { nameOf, Names } from '../private/names';
import { assignRole, Role } from '../private/roles';
import { tagsOf } from '../private/tags';
import { waive } from '../private/waivers';
import type { IDataStore } from '../storage/data-store';
import type { IWorkspace } from '../workspace/workspace';
import type { Quarantine } from './quarantine';
import { ScanQueue } from './scan-queue';
import type { ScanResultsTarget } from './scan-results';

export interface StorageDefenderProps {
  readonly workspace: IWorkspace;
  readonly stores: readonly IDataStore[];
  readonly monthlyGigabytes: number;
  /** Who takes what is malicious: a program of the user's, or the quarantine. */
  readonly target?: ScanResultsTarget;
  readonly quarantine?: Quarantine;
}

/** Defender for Storage on stores: finds which hold sensitive data, scans for malware what is written, tells people, and hands results on. */
export class StorageDefender extends Construct {
  constructor(scope: Construct, id: string, props: StorageDefenderProps) {
    super(scope, id);
    const { workspace, target, quarantine } = props;
    const topic = target || quarantine ? this.newTopic(workspace) : undefined;
    if (topic && target) this.handOver(topic, target);
    if (topic && quarantine) this.holdBack(topic, quarantine);
    for (const store of props.stores) {
      const name = `Store-${Names.hash(store.node.path)}`;
      const defender = new SecurityCenterStorageDefender(this, name, {
        storageAccountId: store.accountId, overrideSubscriptionSettingsEnabled: true, sensitiveDataDiscoveryEnabled: true,
        malwareScanningOnUploadEnabled: true, malwareScanningOnUploadCapGbPerMonth: props.monthlyGigabytes, scanResultsEventGridTopicId: topic?.id,
      });
      // https://learn.microsoft.com/azure/defender-for-cloud/advanced-configurations-for-malware-scanning: into the table StorageMalwareScanningResults
      new MonitorDiagnosticSetting(this, `Results-${Names.hash(store.node.path)}`, {
        name: 'regulated-ml', targetResourceId: `${store.accountId}/providers/Microsoft.Security/defenderForStorageSettings/current`,
        logAnalyticsWorkspaceId: workspace.logAnalyticsId, enabledLog: [{ category: 'ScanResults' }], dependsOn: [defender],
      });
    }
    this.addAlert(workspace);
  }

  private addAlert(workspace: IWorkspace): void {
    new MonitorScheduledQueryRulesAlertV2(this, 'Alert', {
      name: nameOf(this, 'resource', 'Alert'), location: workspace.location, resourceGroupName: workspace.resourceGroupName, scopes: [workspace.logAnalyticsId],
      displayName: 'Malware in a store', severity: 1, evaluationFrequency: 'PT5M', windowDuration: 'PT5M', autoMitigationEnabled: false,
      // the table comes with the first result
      skipQueryValidation: true,
      criteria: [{ query: 'StorageMalwareScanningResults | where ScanResultType == "Malicious"', timeAggregationMethod: 'Count', operator: 'GreaterThan', threshold: 0 }],
      action: { actionGroups: [workspace.alarmsId] }, tags: tagsOf(this),
    });
  }

  private newTopic(workspace: IWorkspace): EventgridTopic {
    const topic = new EventgridTopic(this, 'Topic', {
      name: nameOf(this, 'resource', 'Topic'), location: workspace.location, resourceGroupName: workspace.resourceGroupName, localAuthEnabled: false,
      publicNetworkAccessEnabled: true, identity: { type: 'SystemAssigned' }, tags: tagsOf(this),
    });
    waive(topic, 'AzureEventGridPublicAccess', 'Defender sends from a network of Microsoft\'s, which no private endpoint reaches: the topic takes sign-ins with a role alone and no keys, and events name a blob and hold nothing of it');
    diagnostics(this, topic.id, workspace, { id: 'TopicDiagnostics' });
    declareChoice(this, {
      dimension: 'privacy', choice: 'the topic for results of malware scans is reachable from outside of the network',
      gives: 'Defender, which sends from Microsoft’s own network, can hand results on', costs: 'names of blobs pass an endpoint that only a sign-in with a role protects; it takes no keys',
    });
    return topic;
  }

  private handOver(topic: EventgridTopic, { target }: ScanResultsTarget): void {
    const role = target.role && this.let(topic, target.role, target.targetId);
    this.subscribe(topic, {
      deliveryIdentity: target.role ? { type: 'SystemAssigned' } : undefined,
      serviceBusQueueEndpointId: target.kind === 'serviceBusQueue' ? target.targetId : undefined,
      storageQueueEndpoint: target.kind === 'storageQueue' ? { storageAccountId: target.targetId, queueName: target.queueName! } : undefined,
      azureFunctionEndpoint: target.kind === 'function' ? { functionId: target.targetId, maxEventsPerBatch: 1 } : undefined,
      dependsOn: role ? [role] : undefined,
    });
  }

  private holdBack(topic: EventgridTopic, quarantine: Quarantine): void {
    const { queue } = quarantine;
    const roles = [this.let(topic, Role.QUEUE_SENDER, queue.queueId(ScanQueue.QUEUE)), this.let(topic, Role.BLOB_CONTRIBUTOR, queue.deadLettersId)];
    const isHere = TerraformStack.of(queue) === TerraformStack.of(this);
    this.subscribe(topic, {
      deliveryIdentity: { type: 'SystemAssigned' }, deadLetterIdentity: { type: 'SystemAssigned' },
      // until it is dealt with
      storageQueueEndpoint: { storageAccountId: queue.accountId, queueName: ScanQueue.QUEUE, queueMessageTimeToLiveInSeconds: -1 },
      storageBlobDeadLetterDestination: { storageAccountId: queue.accountId, storageBlobContainerName: ScanQueue.DEAD_LETTERS },
      dependsOn: [...roles, ...(isHere ? queue.parts : [])],
    });
    quarantine.watch(topic.id);
  }

  private let(topic: EventgridTopic, role: string, targetId: string): RoleAssignment {
    return assignRole(this, { identity: { principalId: topic.identity.principalId, node: this.node }, role, targetId });
  }

  private subscribe(topic: EventgridTopic, to: Partial<EventgridEventSubscriptionConfig>): void {
    new EventgridEventSubscription(this, 'Subscription', {
      name: 'malicious', scope: topic.id, includedEventTypes: ['Microsoft.Security.MalwareScanningResult'],
      advancedFilter: { stringIn: [{ key: 'data.scanResultType', values: ['Malicious'] }] }, retryPolicy: { eventTimeToLive: 1440, maxDeliveryAttempts: 30 }, ...to,
    });
  }
}
