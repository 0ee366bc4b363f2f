import { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting';
import type { Construct } from 'constructs';

/** What of a resource is written down. */
export interface DiagnosticsOptions {
  /**
   * Id of the construct, where a resource has several settings.
   *
   * @default 'Diagnostics'
   */
  readonly id?: string;
  /**
   * Whether it has logs. A storage account itself has none; its services have.
   *
   * @default true
   */
  readonly logs?: boolean;
  /**
   * Whether it has metrics.
   *
   * @default true
   */
  readonly metrics?: boolean;
}

/** Sends all logs and metrics of a resource to the log workspace. */
export function diagnostics(
  scope: Construct, targetId: string, workspace: { readonly logAnalyticsId: string }, options: DiagnosticsOptions = {},
): MonitorDiagnosticSetting {
  return new MonitorDiagnosticSetting(scope, options.id ?? 'Diagnostics', {
    name: 'regulated-ml', targetResourceId: targetId, logAnalyticsWorkspaceId: workspace.logAnalyticsId,
    enabledLog: options.logs === false ? undefined : [{ categoryGroup: 'allLogs' }],
    enabledMetric: options.metrics === false ? undefined : [{ category: 'AllMetrics' }],
  });
}
