import { AccountBaseline, type AccountBaselineProps, DefenderPlan } from '../../../lib/azure';
import { INITIATIVES, LOCATION_POLICIES, POLICIES } from '../../../lib/azure/account/data/policies';
import { ComplianceProfile, Control, Framework, Jurisdiction, Residency, Retention } from '../../../lib/policy';
import { azureStack, group, location, profile, resourcesOf, subscription } from '../../support/azure';
import { describeWithTerraform, validateStack } from '../../support/terraform/validate';

const subscriptionId = subscription.split('/')[2];
const given: AccountBaselineProps = { profile, subscriptionId, location, emails: ['security@example.org'] };

function baseline(props: Partial<AccountBaselineProps> = {}) {
  const { stack } = azureStack();
  return { stack, baseline: new AccountBaseline(stack, 'Baseline', { ...given, ...props }) };
}

const assignments = (stack: Parameters<typeof resourcesOf>[0]) => new Map(resourcesOf(stack, 'azurerm_subscription_policy_assignment')
  .map((assignment) => [String(assignment.policy_definition_id).split('/').pop()!, assignment]));
const parametersOf = (assignment: Readonly<Record<string, unknown>>) => JSON.parse(String(assignment.parameters)) as Record<string, { value: unknown }>;

describe('a baseline', () => {
  test('keeps the activity log of the subscription for as long as audit records are', () => {
    const { stack } = baseline();
    const settings = resourcesOf(stack, 'azurerm_monitor_diagnostic_setting').find((setting) => setting.target_resource_id === subscription)!;
    expect(settings.enabled_log).toHaveLength(8);
    expect(settings.enabled_log).toContainEqual({ category: 'Administrative' });
    expect(resourcesOf(stack, 'azurerm_log_analytics_workspace')).toEqual([expect.objectContaining({
      retention_in_days: 730, local_authentication_enabled: false, internet_query_enabled: false, lifecycle: { prevent_destroy: true },
    })]);
    // HIPAA: six years
    expect(resourcesOf(stack, 'azurerm_log_analytics_workspace_table')).toEqual([expect.objectContaining({ name: 'AzureActivity', total_retention_in_days: 2556 })]);
  });

  test('writes into a log workspace and an archive that exist', () => {
    const logAnalyticsId = `${group}/providers/Microsoft.OperationalInsights/workspaces/logs`;
    const archiveAccountId = `${group}/providers/Microsoft.Storage/storageAccounts/archive`;
    const { stack } = baseline({ logAnalyticsId, archiveAccountId });
    expect(resourcesOf(stack, 'azurerm_log_analytics_workspace')).toEqual([]);
    expect(resourcesOf(stack, 'azurerm_monitor_diagnostic_setting')).toEqual([expect.objectContaining({ log_analytics_workspace_id: logAnalyticsId, storage_account_id: archiveAccountId })]);
  });

  test('tells people when somebody takes controls away', () => {
    const { stack } = baseline({ emails: ['a@example.org', 'b@example.org'] });
    expect(resourcesOf(stack, 'azurerm_monitor_activity_log_alert').map((alert) => (alert.criteria as { operation_name: string }).operation_name).sort()).toEqual([
      'Microsoft.Authorization/locks/delete', 'Microsoft.Authorization/policyAssignments/delete', 'Microsoft.Authorization/policyExemptions/write',
      'Microsoft.Insights/diagnosticSettings/delete', 'Microsoft.KeyVault/vaults/delete',
    ]);
    expect((resourcesOf(stack, 'azurerm_monitor_action_group')[0].email_receiver as unknown[])).toHaveLength(2);
    expect(resourcesOf(stack, 'azurerm_security_center_contact')).toEqual([expect.objectContaining({ email: 'a@example.org', alert_notifications: true })]);
  });

  test('allows the regions of the residency, and denies the others', () => {
    const { stack } = baseline();
    for (const { id } of LOCATION_POLICIES) {
      const parameters = parametersOf(assignments(stack).get(id)!);
      expect(parameters.effect.value).toBe('Deny');
      expect(parameters.listOfAllowedLocations.value).toEqual(expect.arrayContaining(['germanywestcentral', 'westeurope']));
      expect(parameters.listOfAllowedLocations.value).not.toContain('eastus');
      expect(parameters.listOfAllowedLocations.value).not.toContain('eu-central-1');
    }
  });

  test('assigns each policy with its effect, and says whose article it is', () => {
    const { stack } = baseline();
    const found = assignments(stack);
    for (const policy of POLICIES) expect(parametersOf(found.get(policy.id)!)).toEqual({ [policy.effectParameter ?? 'effect']: { value: policy.effect } });
    expect(found.get('8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54')).toMatchObject({
      name: 'regulated-ml-8c6a50c6', non_compliance_message: [{ content: expect.stringMatching(/^Storage accounts take no shared keys \(45 CFR 164\.308.+GDPR Art\. 32.+\)$/) }],
    });
    expect(POLICIES.filter(({ effect }) => effect === 'Deny')).toHaveLength(19);
  });

  test('only reports what it is told to', () => {
    const { stack } = baseline({ audited: [Control.AUTHENTICATION] });
    const found = assignments(stack);
    for (const policy of POLICIES) expect(parametersOf(found.get(policy.id)!)[policy.effectParameter ?? 'effect'].value).toBe(policy.control === Control.AUTHENTICATION ? 'Audit' : policy.effect);
  });

  test('assigns the sets of the profile’s frameworks, for HIPAA the one that looks at Azure ML', () => {
    const { stack } = baseline();
    expect(assignments(stack).get(INITIATIVES.GDPR.id)).toMatchObject({ name: 'regulated-ml-gdpr', identity: { type: 'SystemAssigned' }, location });
    expect(assignments(stack).get(INITIATIVES.HIPAA.id)).toMatchObject({ display_name: 'HITRUST CSF v11.3' });
    expect(assignments(stack).size).toBe(POLICIES.length + LOCATION_POLICIES.length + 2);
    expect(assignments(baseline({ initiatives: false }).stack).size).toBe(POLICIES.length + LOCATION_POLICIES.length);
  });

  test('switches Defender on, or the plans that are named', () => {
    const plans = resourcesOf(baseline().stack, 'azurerm_security_center_subscription_pricing');
    expect(plans.map((plan) => plan.resource_type).sort()).toEqual(['Arm', 'CloudPosture', 'Containers', 'KeyVaults', 'StorageAccounts']);
    expect(plans).toContainEqual({ resource_type: 'StorageAccounts', tier: 'Standard', subplan: 'DefenderForStorageV2', extension: [{ name: 'SensitiveDataDiscovery' }] });
    expect(resourcesOf(baseline({ defenderPlans: [DefenderPlan.KEY_VAULTS] }).stack, 'azurerm_security_center_subscription_pricing')).toHaveLength(1);
  });

  test('tells people of the budget', () => {
    expect(resourcesOf(baseline().stack, 'azurerm_consumption_budget_subscription')).toEqual([]);
    const [budget] = resourcesOf(baseline({ budget: { amount: 5000, from: '2026-11-01' } }).stack, 'azurerm_consumption_budget_subscription');
    expect(budget).toMatchObject({ amount: 5000, time_period: { start_date: '2026-11-01T00:00:00Z' } });
    expect((budget.notification as { threshold: number; threshold_type: string }[]).map((notification) => `${notification.threshold} ${notification.threshold_type}`)).toEqual(['80 Actual', '100 Actual', '100 Forecasted']);
  });

  test('takes the partition of its region', () => {
    const government = ComplianceProfile.of({ frameworks: [Framework.HIPAA], residency: Residency.within(Jurisdiction.US) });
    const { baseline: made } = baseline({ profile: government, location: 'usgovvirginia' });
    expect(made.allowedRegions).toContain('usgovarizona');
    expect(made.allowedRegions).not.toContain('eastus');
  });

  test.each<[string, Partial<AccountBaselineProps>, string]>([
    ['a residency without a region of Azure', { profile: ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU_SOVEREIGN) }) }, 'has no region of Azure, so its policies would allow nothing'],
    ['a region outside of the residency', { location: 'eastus' }, "is in region 'eastus', outside the residency (EU)"],
    ['a region of AWS', { location: 'eu-central-1' }, "is 'eu-central-1', a region of AWS"],
    ['a subscription of another form', { subscriptionId: 'mine' }, "the subscription of baseline 'Stack/Baseline' is 'mine': give its id"],
    ['no address', { emails: [] }, 'give at least one address'],
    ['an address of another form', { emails: ['me'] }, "a list with 'me'"],
    ['no profile', { profile: undefined }, "baseline 'Stack/Baseline' has no profile"],
    ['a budget of nothing', { budget: { amount: 0, from: '2026-11-01' } }, 'give an amount above 0'],
    ['a budget from the middle of a month', { budget: { amount: 1, from: '2026-11-02' } }, "counts from '2026-11-02': give the first day of a month"],
    ['a residency that is only reported', { audited: [Control.DATA_RESIDENCY] }, "widen the profile's residency"],
    ['a plan that does not exist', { defenderPlans: ['Everything' as DefenderPlan] }, "has no Defender plan 'Everything'"],
    ['a retention that Azure does not keep', { profile: ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { audit: Retention.years(30) } }) }, 'Log Analytics keeps nothing beyond'],
  ])('fails on %s', (_what, props, message) => expect(() => baseline(props)).toThrow(message));

  test('fails on a second one for a subscription', () => {
    const { stack } = baseline();
    expect(() => new AccountBaseline(stack, 'Second', given)).toThrow("has a baseline already, 'Stack/Baseline'");
  });
});

describe('the policies', () => {
  const all = [...POLICIES, ...LOCATION_POLICIES];

  test('are there once, each under an id, with a control', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { id, control, file } of all) {
      expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(Object.values(Control)).toContain(control);
      expect(file).toMatch(/^[A-Z][\w ]+\/\w+\.json$/);
    }
    // the names of assignments are made from it
    expect(new Set(all.map(({ id }) => id.slice(0, 8))).size).toBe(all.length);
  });

  test('name frameworks that exist', () => {
    const names = Framework.all().map(({ name }) => name);
    for (const name of Object.keys(INITIATIVES)) expect(names).toContain(name);
  });
});

describeWithTerraform('terraform', () => {
  test('takes a baseline with all there is', async () => {
    expect(await validateStack(baseline({ budget: { amount: 5000, from: '2026-11-01' } }).stack)).toEqual([]);
  });
});
