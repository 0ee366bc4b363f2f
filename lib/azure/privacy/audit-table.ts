import { DataAzurermMonitorDataCollectionEndpoint } from '@cdktf/provider-azurerm/lib/data-azurerm-monitor-data-collection-endpoint';
import { MonitorDataCollectionEndpoint } from '@cdktf/provider-azurerm/lib/monitor-data-collection-endpoint';
import { MonitorDataCollectionRule } from '@cdktf/provider-azurerm/lib/monitor-data-collection-rule';
import { MonitorPrivateLinkScopedService } from '@cdktf/provider-azurerm/lib/monitor-private-link-scoped-service';
import { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import { Construct } from 'constructs';
import { AzapiResource, type Json } from '../azapi';
import { nameOf, Names } from '../private/names';
import { ownGroundOf } from '../private/order';
import { partsOf } from '../private/resource-id';
import { assignRole, Role } from '../private/roles';
import { tagsOf } from '../private/tags';
import type { IIdentity } from '../workspace/identity';
import { interactiveDays, totalDays } from '../workspace/logs';
import type { IWorkspace } from '../workspace/workspace';

/** What a record has, as `lib/runtime/token-vault-azure/log-table.ts` writes it. */
const COLUMNS: readonly (readonly [name: string, type: 'datetime' | 'dynamic' | 'string'])[] = [
  ['TimeGenerated', 'datetime'], ['Action', 'string'], ['Outcome', 'string'], ['RequestId', 'string'], ['Caller', 'dynamic'], ['Purpose', 'string'], ['Refusal', 'string'],
  ['Items', 'dynamic'], ['Tokens', 'dynamic'], ['Subjects', 'dynamic'],
];

export interface AuditTableProps {
  readonly workspace: IWorkspace;
  readonly dataCollectionEndpointId?: string;
  readonly deletable: boolean;
}

/** Where every request is on record: a table of the log workspace, with the way that records take to it, and an alarm for those that were refused. */
export class AuditTable extends Construct {
  /** Name of the table. */
  public readonly tableName: string;
  private readonly endpoint: string;
  private readonly rule: MonitorDataCollectionRule;

  constructor(scope: Construct, id: string, private readonly props: AuditTableProps) {
    super(scope, id);
    const { workspace } = props;
    this.tableName = `TokenVault_${Names.hash(this.node.path)}_CL`;
    const table = this.newTable();
    const [endpointId, endpoint] = this.newEndpoint();
    this.endpoint = endpoint;
    this.rule = new MonitorDataCollectionRule(this, 'Rule', {
      name: nameOf(this, 'resource', 'Rule'), location: workspace.location, resourceGroupName: workspace.resourceGroupName, dataCollectionEndpointId: endpointId, tags: tagsOf(workspace),
      streamDeclaration: [{ streamName: this.stream, column: COLUMNS.map(([name, type]) => ({ name, type })) }],
      destinations: { logAnalytics: [{ name: 'log', workspaceResourceId: workspace.logAnalyticsId }] },
      dataFlow: [{ streams: [this.stream], destinations: ['log'], transformKql: 'source', outputStream: this.stream }],
      dependsOn: [table],
    });
    this.raiseAlarm(table);
  }

  /** Lets an identity add records, and read none. */
  public admit(identity: IIdentity): void {
    assignRole(this, { identity, role: Role.METRICS_PUBLISHER, targetId: this.rule.id });
  }

  /** What a function is told of it. */
  public route(): Readonly<Record<string, string>> {
    return { endpoint: this.endpoint, rule: this.rule.immutableId, stream: this.stream };
  }

  private get stream(): string {
    return `Custom-${this.tableName}`;
  }

  private newTable(): AzapiResource {
    const { workspace: { profile, logAnalyticsId }, deletable } = this.props;
    const days = interactiveDays(profile.auditRetention);
    return new AzapiResource(this, 'Resource', {
      type: 'Microsoft.OperationalInsights/workspaces/tables@2022-10-01', name: this.tableName, parentId: logAnalyticsId,
      body: {
        properties: {
          plan: 'Analytics', retentionInDays: days, totalRetentionInDays: totalDays(`vault '${this.node.path}'`, days, profile.auditRetention) ?? days,
          schema: { name: this.tableName, columns: COLUMNS.map(([name, type]) => ({ name, type })) as Json[] },
        },
      },
      lifecycle: deletable ? undefined : { preventDestroy: true },
    });
  }

  private newEndpoint(): [id: string, address: string] {
    const { workspace, dataCollectionEndpointId: given } = this.props;
    if (given !== undefined) {
      const { name, resourceGroupName } = partsOf(`the data collection endpoint of '${this.node.path}'`, given, 'Microsoft.Insights/dataCollectionEndpoints');
      return [given, new DataAzurermMonitorDataCollectionEndpoint(this, 'Endpoint', { name, resourceGroupName }).logsIngestionEndpoint];
    }
    const made = new MonitorDataCollectionEndpoint(this, 'Endpoint', {
      name: nameOf(this, 'resource', 'Endpoint'), location: workspace.location, resourceGroupName: workspace.resourceGroupName, publicNetworkAccessEnabled: false, tags: tagsOf(workspace),
    });
    new MonitorPrivateLinkScopedService(this, 'Link', {
      name: nameOf(this, 'resource', 'Link'), resourceGroupName: workspace.resourceGroupName, scopeName: ownGroundOf(workspace)!.monitorScopeName, linkedResourceId: made.id,
    });
    return [made.id, made.logsIngestionEndpoint];
  }

  /** Refusals of callers that are known: a budget that is used up, or a purpose that was not granted. */
  private raiseAlarm(table: AzapiResource): void {
    const { workspace } = this.props;
    new MonitorScheduledQueryRulesAlertV2(this, 'Refusals', {
      name: nameOf(this, 'resource', 'Refusals'), location: workspace.location, resourceGroupName: workspace.resourceGroupName, scopes: [workspace.logAnalyticsId], severity: 2,
      description: `Vault ${this.node.path} refused somebody: a budget is used up, or a purpose was tried that was not granted`,
      evaluationFrequency: 'PT5M', windowDuration: 'PT5M', autoMitigationEnabled: false,
      criteria: [{ query: `${this.tableName} | where Outcome == 'refused'`, timeAggregationMethod: 'Count', operator: 'GreaterThan', threshold: 0 }],
      action: { actionGroups: [workspace.alarmsId] },
      // a table has no rows, and no columns that a query is checked by, until the first record
      skipQueryValidation: true, tags: tagsOf(workspace), dependsOn: [table],
    });
  }
}
