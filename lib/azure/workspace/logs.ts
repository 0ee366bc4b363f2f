import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights';
import { LogAnalyticsLinkedService } from '@cdktf/provider-azurerm/lib/log-analytics-linked-service';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { LogAnalyticsWorkspaceTable } from '@cdktf/provider-azurerm/lib/log-analytics-workspace-table';
import { MonitorPrivateLinkScope } from '@cdktf/provider-azurerm/lib/monitor-private-link-scope';
import { MonitorPrivateLinkScopedService } from '@cdktf/provider-azurerm/lib/monitor-private-link-scoped-service';
import { Construct } from 'constructs';
import type { ComplianceProfile } from '../../policy/profile';
import type { Retention } from '../../policy/retention';
import { diagnostics } from '../private/diagnostics';
import { nameOf } from '../private/names';
import { type EndpointPlace, privateEndpoint } from '../private/private-endpoint';
import { tagsOf } from '../private/tags';

/** What logs need to know of the workspace. */
export interface LogsGround extends Construct, EndpointPlace {
  readonly profile: ComplianceProfile;
}

/** Tables that hold who read, changed or deployed what: kept for as long as audit records are. */
const AUDIT_TABLES = [
  'AzureDiagnostics', 'StorageBlobLogs', 'StorageFileLogs', 'StorageQueueLogs', 'StorageTableLogs', 'ContainerRegistryLoginEvents', 'ContainerRegistryRepositoryEvents',
  'AmlDataStoreEvent', 'AmlDataSetEvent', 'AmlDataLabelEvent', 'AmlComputeJobEvent', 'AmlRunStatusChangedEvent', 'AmlModelsEvent', 'AmlDeploymentEvent', 'AmlEnvironmentEvent',
  'AmlPipelineEvent', 'AmlRunEvent', 'AmlOnlineEndpointTrafficLog',
];

/**
 * Total retention beyond two years that Azure takes, in days.
 *
 * @see https://learn.microsoft.com/rest/api/loganalytics/tables/create-or-update
 */
const TOTALS = [1095, 1460, 1826, 2191, 2556, 2922, 3288, 3653, 4018, 4383];

/** For how many days logs can be asked: 30 to 730. */
export function interactiveDays(retention: Retention): number {
  return Math.min(Math.max(retention.inDays, 30), 730);
}

/**
 * For how many days audit tables are kept, when that is longer than they can be asked.
 *
 * @throws an error when Azure keeps nothing for so long
 */
export function totalDays(owner: string, interactive: number, kept: Retention): number | undefined {
  if (kept.inDays <= interactive) return undefined;
  if (kept.inDays <= 730) return kept.inDays;
  const total = TOTALS.find((days) => days >= kept.inDays);
  if (total === undefined) {
    throw new Error(`${owner}: logs and audit records are kept for ${kept}, and Log Analytics keeps nothing beyond ${TOTALS[TOTALS.length - 1]} days: give logAnalyticsId of a workspace that exports to a store, or shorten retention.logs and retention.audit of the profile`);
  }
  return total;
}

/** The log workspace: reached through the network and by sign-in only, kept for as long as the profile says. */
export class Logs extends Construct {
  public readonly workspaceId: string;

  constructor(ground: LogsGround, id: string, props: { readonly clusterId?: string; readonly deletable: boolean }) {
    super(ground, id);
    const { profile } = ground;
    const days = interactiveDays(profile.logRetention);
    const longest = profile.auditRetention.isLongerThan(profile.logRetention) ? profile.auditRetention : profile.logRetention;
    const total = totalDays(`workspace '${ground.node.path}'`, days, longest);
    const lifecycle = props.deletable ? undefined : { preventDestroy: true };
    const workspace = new LogAnalyticsWorkspace(this, 'Resource', {
      name: nameOf(this, 'log workspace'), location: ground.location, resourceGroupName: ground.resourceGroupName, sku: 'PerGB2018', retentionInDays: days,
      localAuthenticationEnabled: false, internetIngestionEnabled: false, internetQueryEnabled: false, allowResourceOnlyPermissions: true,
      // queries that are kept would otherwise be where the key does not reach
      cmkForQueryForced: props.clusterId !== undefined, tags: tagsOf(this), lifecycle,
    });
    this.workspaceId = workspace.id;
    if (total !== undefined) {
      for (const name of AUDIT_TABLES) {
        new LogAnalyticsWorkspaceTable(this, name, { workspaceId: workspace.id, name, retentionInDays: days, totalRetentionInDays: total });
      }
    }
    if (props.clusterId !== undefined) {
      new LogAnalyticsLinkedService(this, 'Cluster', { resourceGroupName: ground.resourceGroupName, workspaceId: workspace.id, writeAccessId: props.clusterId });
    }
    diagnostics(this, workspace.id, { logAnalyticsId: workspace.id });
  }
}

/** What Azure ML writes its metrics to, in the log workspace. */
export function insightsOf(ground: LogsGround, logAnalyticsId: string, deletable: boolean): ApplicationInsights {
  return new ApplicationInsights(ground, 'Insights', {
    name: nameOf(ground, 'resource', 'Insights'), location: ground.location, resourceGroupName: ground.resourceGroupName, applicationType: 'web', workspaceId: logAnalyticsId,
    localAuthenticationDisabled: true, internetIngestionEnabled: false, internetQueryEnabled: false, disableIpMasking: false,
    // the log workspace decides; Azure takes certain numbers here only
    retentionInDays: 730, tags: tagsOf(ground), lifecycle: deletable ? undefined : { preventDestroy: true },
  });
}

/** The way from the network to logs and metrics: one scope of private links, which lets nothing else through. */
export function monitorLink(ground: LogsGround, resources: Readonly<Record<string, string>>): MonitorPrivateLinkScope {
  const scope = new Construct(ground, 'Monitor');
  const link = new MonitorPrivateLinkScope(scope, 'Resource', {
    name: nameOf(scope, 'resource'), resourceGroupName: ground.resourceGroupName, ingestionAccessMode: 'PrivateOnly', queryAccessMode: 'PrivateOnly', tags: tagsOf(ground),
  });
  const linked = Object.entries(resources).map(([id, linkedResourceId]) => new MonitorPrivateLinkScopedService(scope, id, {
    name: id.toLowerCase(), resourceGroupName: ground.resourceGroupName, scopeName: link.name, linkedResourceId,
  }));
  privateEndpoint(scope, 'Endpoint', ground, {
    targetId: link.id, service: 'azuremonitor', after: linked,
    zones: [
      'privatelink.monitor.azure.com', 'privatelink.oms.opinsights.azure.com', 'privatelink.ods.opinsights.azure.com', 'privatelink.agentsvc.azure-automation.net',
      'privatelink.blob.core.windows.net',
    ],
  });
  return link;
}
