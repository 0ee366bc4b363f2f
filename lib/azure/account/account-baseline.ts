import { ConsumptionBudgetSubscription } from '@cdktf/provider-azurerm/lib/consumption-budget-subscription';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { LogAnalyticsWorkspaceTable } from '@cdktf/provider-azurerm/lib/log-analytics-workspace-table';
import { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group';
import { MonitorActivityLogAlert } from '@cdktf/provider-azurerm/lib/monitor-activity-log-alert';
import { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { SecurityCenterContact } from '@cdktf/provider-azurerm/lib/security-center-contact';
import { SecurityCenterSubscriptionPricing } from '@cdktf/provider-azurerm/lib/security-center-subscription-pricing';
import { Token } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { Control } from '../../policy/control';
import { shown } from '../../policy/given';
import type { ComplianceProfile } from '../../policy/profile';
import { requireProfile } from '../../policy/required';
import { Residency } from '../../policy/residency';
import { diagnostics } from '../private/diagnostics';
import { nameOf } from '../private/names';
import { interactiveDays, totalDays } from '../workspace/logs';
import { DefenderPlan } from './defender-plan';
import { PolicyAssignments } from './policy-assignments';

/** What a subscription may cost in a month. It stops nothing: people are told. */
export interface Budget {
  /** In the currency of the subscription. */
  readonly amount: number;
  /** First day of the month that it counts from, as `2026-11-01`. Azure takes none of a month that has passed when the budget is made. */
  readonly from: string;
}

/** What the baseline of a subscription is made from. */
export interface AccountBaselineProps {
  /** Frameworks, residency and retention. */
  readonly profile: ComplianceProfile;
  /** The subscription, by its id without `/subscriptions/`. */
  readonly subscriptionId: string;
  /** The region that logs stand in, by name. */
  readonly location: string;
  /** Who is told of what administrators should not do, and of the budget; at least one address. Defender writes to the first. */
  readonly emails: readonly string[];
  /**
   * Id of a log workspace that exists.
   *
   * @default - a new one, which keeps the activity log for as long as the profile says
   */
  readonly logAnalyticsId?: string;
  /**
   * Id of a storage account that exists, and is to have the activity log as well: of another subscription, say, where its administrators do not reach
   * it. It must admit trusted services. How long it keeps is its own lifecycle's to say.
   *
   * @default - none
   */
  readonly archiveAccountId?: string;
  /**
   * Plans of Microsoft Defender for Cloud that are switched on.
   *
   * @default - all
   */
  readonly defenderPlans?: readonly DefenderPlan[];
  /**
   * What the subscription may cost in a month.
   *
   * @default - none
   */
  readonly budget?: Budget;
  /**
   * Controls whose policies only report, although they could deny.
   *
   * @default - none: each policy denies where it can without being in the way
   */
  readonly audited?: readonly Control[];
  /**
   * Whether the sets of policies that Microsoft has made of the profile's frameworks are assigned as well. They only report.
   *
   * @default true
   */
  readonly initiatives?: boolean;
}

/** Baselines of an app by subscription, to refuse a second one. */
const BASELINES = new WeakMap<IConstruct, Map<string, string>>();

/** What weakens everything else: whoever does it, people are told. */
const WATCHED: Readonly<Record<string, string>> = {
  PolicyGone: 'Microsoft.Authorization/policyAssignments/delete',
  PolicyExempted: 'Microsoft.Authorization/policyExemptions/write',
  LogsGone: 'Microsoft.Insights/diagnosticSettings/delete',
  VaultGone: 'Microsoft.KeyVault/vaults/delete',
  LockGone: 'Microsoft.Authorization/locks/delete',
};

/** Categories of the activity log: https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema */
const CATEGORIES = ['Administrative', 'Security', 'ServiceHealth', 'Alert', 'Recommendation', 'Policy', 'Autoscale', 'ResourceHealth'];

/**
 * What exists once per subscription: the activity log kept for as long as the profile says, policies that deny what the constructs would not make, Defender, a
 * budget. Workspaces refer to its log workspace.
 *
 * Whoever applies it must be Owner of the subscription, or have roles to assign policies, set security and write diagnostic settings.
 */
export class AccountBaseline extends Construct {
  /** The region that logs stand in, by name. */
  public readonly location: string;
  /** Id of the log workspace. */
  public readonly logAnalyticsId: string;
  /** Id of the action group that tells people. */
  public readonly alarmsId: string;
  /** The regions of Azure that policies allow, by name. */
  public readonly allowedRegions: readonly string[];

  private readonly profile: ComplianceProfile;
  private readonly subscriptionId: string;

  constructor(scope: Construct, id: string, props: AccountBaselineProps) {
    super(scope, id);
    this.profile = requireProfile(this, 'baseline', props);
    this.allowedRegions = this.regionsOf(props.location);
    this.check(props);
    this.location = props.location;
    this.subscriptionId = props.subscriptionId;
    this.refuseSecond();

    const group = new ResourceGroup(this, 'Group', { name: nameOf(this, 'resource group', 'Group'), location: this.location, lifecycle: { preventDestroy: true } });
    this.logAnalyticsId = props.logAnalyticsId ?? this.newLogs(group);
    this.alarmsId = this.newAlarms(group, props.emails);
    this.keepActivityLog(props.archiveAccountId);
    this.watchActivityLog(group);
    this.switchDefenderOn(props);
    if (props.budget) this.addBudget(props.budget);
    new PolicyAssignments(this, 'Policies', {
      profile: this.profile, subscriptionId: this.subscriptionId, location: this.location, regions: this.allowedRegions,
      audited: props.audited ?? [], initiatives: props.initiatives ?? true,
    });
  }

  private regionsOf(location: string): string[] {
    const owner = `baseline '${this.node.path}'`;
    const { residency } = this.profile;
    if (!residency.allowedRegions.some((region) => Residency.partitionOf(region).startsWith('azure'))) {
      throw new Error(`the residency of ${owner} (${residency.describe()}) has no region of Azure, so its policies would allow nothing: name a jurisdiction or regions of Azure`);
    }
    if (typeof location !== 'string' || Token.isUnresolved(location)) throw new Error(`the location of ${owner} is ${shown(location)}: write the name of a region, such as 'germanywestcentral'`);
    residency.check(location, owner);
    const partition = Residency.partitionOf(location);
    if (!partition.startsWith('azure')) throw new Error(`the location of ${owner} is ${shown(location)}, a region of AWS: give one of Azure, such as 'germanywestcentral'`);
    return residency.allowedRegions.filter((region) => Residency.partitionOf(region) === partition);
  }

  private check(props: AccountBaselineProps): void {
    const owner = `baseline '${this.node.path}'`;
    const { subscriptionId, emails, budget, audited } = props;
    if (typeof subscriptionId !== 'string' || (!Token.isUnresolved(subscriptionId) && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(subscriptionId))) {
      throw new Error(`the subscription of ${owner} is ${shown(subscriptionId)}: give its id, such as '00000000-0000-0000-0000-000000000000'`);
    }
    const wrong = Array.isArray(emails) ? emails.find((address) => !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address)) : emails;
    if (!Array.isArray(emails) || emails.length === 0 || wrong !== undefined) {
      throw new Error(`the emails of ${owner} are ${Array.isArray(emails) && wrong !== undefined ? `a list with ${shown(wrong)}` : shown(emails)}: give at least one address, such as 'security@example.org'`);
    }
    if (budget && !(budget.amount > 0 && Number.isFinite(budget.amount))) throw new Error(`the budget of ${owner} is ${shown(budget.amount)}: give an amount above 0`);
    if (budget && !/^20\d{2}-(0[1-9]|1[0-2])-01$/.test(budget.from)) throw new Error(`the budget of ${owner} counts from ${shown(budget.from)}: give the first day of a month, such as '2026-11-01'`);
    if (audited?.includes(Control.DATA_RESIDENCY)) {
      throw new Error(`${owner} is only to report what leaves the residency: widen the profile's residency, or leave Control.DATA_RESIDENCY out of audited`);
    }
  }

  private refuseSecond(): void {
    if (Token.isUnresolved(this.subscriptionId)) return;
    const known = BASELINES.get(this.node.root) ?? new Map<string, string>();
    BASELINES.set(this.node.root, known);
    const first = known.get(this.subscriptionId);
    if (first) throw new Error(`subscription ${this.subscriptionId} has a baseline already, '${first}': it has one, refer to it instead of making '${this.node.path}'`);
    known.set(this.subscriptionId, this.node.path);
  }

  private newLogs(group: ResourceGroup): string {
    const days = interactiveDays(this.profile.auditRetention);
    const total = totalDays(`baseline '${this.node.path}'`, days, this.profile.auditRetention);
    const workspace = new LogAnalyticsWorkspace(this, 'Logs', {
      name: nameOf(this, 'log workspace', 'Logs'), location: this.location, resourceGroupName: group.name, sku: 'PerGB2018', retentionInDays: days,
      localAuthenticationEnabled: false, internetIngestionEnabled: false, internetQueryEnabled: false, allowResourceOnlyPermissions: true, lifecycle: { preventDestroy: true },
    });
    diagnostics(this, workspace.id, { logAnalyticsId: workspace.id });
    if (total !== undefined) new LogAnalyticsWorkspaceTable(this, 'AzureActivity', { workspaceId: workspace.id, name: 'AzureActivity', retentionInDays: days, totalRetentionInDays: total });
    return workspace.id;
  }

  private newAlarms(group: ResourceGroup, emails: readonly string[]): string {
    new SecurityCenterContact(this, 'Contact', { name: 'default', email: emails[0], alertNotifications: true, alertsToAdmins: true });
    return new MonitorActionGroup(this, 'Alarms', {
      name: nameOf(this, 'resource', 'Alarms'), resourceGroupName: group.name, shortName: 'ml-baseline', location: 'global',
      emailReceiver: emails.map((emailAddress, index) => ({ name: `email-${index + 1}`, emailAddress, useCommonAlertSchema: true })),
    }).id;
  }

  private keepActivityLog(archiveAccountId: string | undefined): void {
    new MonitorDiagnosticSetting(this, 'ActivityLog', {
      name: 'regulated-ml', targetResourceId: `/subscriptions/${this.subscriptionId}`, logAnalyticsWorkspaceId: this.logAnalyticsId, storageAccountId: archiveAccountId,
      enabledLog: CATEGORIES.map((category) => ({ category })),
    });
  }

  private watchActivityLog(group: ResourceGroup): void {
    for (const [id, operationName] of Object.entries(WATCHED)) {
      new MonitorActivityLogAlert(this, id, {
        name: nameOf(this, 'resource', id), resourceGroupName: group.name, location: 'global', scopes: [`/subscriptions/${this.subscriptionId}`],
        description: `Somebody did ${operationName}`, criteria: { category: 'Administrative', operationName, statuses: ['Succeeded'] }, action: [{ actionGroupId: this.alarmsId }],
      });
    }
  }

  private switchDefenderOn(props: AccountBaselineProps): void {
    for (const plan of props.defenderPlans ?? Object.values(DefenderPlan)) {
      if (!Object.values(DefenderPlan).includes(plan)) throw new Error(`baseline '${this.node.path}' has no Defender plan ${shown(plan)}: give some of ${Object.keys(DefenderPlan).map((name) => `DefenderPlan.${name}`).join(', ')}`);
      new SecurityCenterSubscriptionPricing(this, `Defender-${plan}`, { tier: 'Standard', resourceType: plan, subplan: SUBPLANS[plan], extension: EXTENSIONS[plan]?.map((name) => ({ name })) });
    }
  }

  private addBudget(budget: Budget): void {
    const tell = (threshold: number, thresholdType: string) => ({ enabled: true, threshold, thresholdType, operator: 'GreaterThan', contactGroups: [this.alarmsId] });
    new ConsumptionBudgetSubscription(this, 'Budget', {
      name: 'regulated-ml', subscriptionId: `/subscriptions/${this.subscriptionId}`, amount: budget.amount, timeGrain: 'Monthly', timePeriod: { startDate: `${budget.from}T00:00:00Z` },
      notification: [tell(80, 'Actual'), tell(100, 'Actual'), tell(100, 'Forecasted')],
    });
  }
}

/** @see https://learn.microsoft.com/rest/api/defenderforcloud/pricings */
const SUBPLANS: Readonly<Partial<Record<DefenderPlan, string>>> = {
  [DefenderPlan.STORAGE]: 'DefenderForStorageV2', [DefenderPlan.KEY_VAULTS]: 'PerKeyVault', [DefenderPlan.RESOURCE_MANAGER]: 'PerSubscription',
};

const EXTENSIONS: Readonly<Partial<Record<DefenderPlan, readonly string[]>>> = {
  [DefenderPlan.STORAGE]: ['SensitiveDataDiscovery'], [DefenderPlan.POSTURE]: ['SensitiveDataDiscovery'], [DefenderPlan.CONTAINERS]: ['ContainerRegistriesVulnerabilityAssessments'],
};
