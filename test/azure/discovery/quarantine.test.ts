import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TerraformStack } from 'cdktf';
import { ComputeCluster, DataStore, Environment, Hierarchy, PurviewAccount, type QuarantineOptions, Schedule, ScanResultsTarget, SensitiveDataDiscovery, Workspace, Zone } from '../../../lib/azure';
import { Answer, Classification, ComplianceProfile, Retention } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { RegulatedMLChecks } from '../../../lib/rules/azure/pack';
import { azureStack, group, location, profile, resourcesOf, stackIn, workspaceStack } from '../../support/azure';
import { code, environment, jobsOf } from '../../support/azure-pipeline';
import { describeWithTerraform, validate, validateStack } from '../../support/terraform/validate';
import { answersIn } from '../../rules/azure/support';

const PURVIEW = { accountId: `${group}/providers/Microsoft.Purview/accounts/hospital`, location, principalId: '33333333-3333-3333-3333-333333333333', managedNetwork: 'defaultv2' };

/** A discovery over a data lake and a flat store, which holds back. */
function quarantined(options: Partial<QuarantineOptions> = {}) {
  const { app, stack, workspace } = workspaceStack();
  const flat = DataStore.fromAttributes(stack, 'Flat', {
    accountId: `${group}/providers/Microsoft.Storage/storageAccounts/flat`, containerName: 'data', classification: Classification.PHI, zone: Zone.RAW, location, hierarchy: Hierarchy.FLAT,
  });
  const discovery = new SensitiveDataDiscovery(stack, 'Discovery', {
    workspace, purview: PurviewAccount.fromAttributes(stack, 'Purview', PURVIEW), stores: [workspace.outputs, flat], quarantine: { environment, code, ...options },
  });
  return { app, stack, workspace, flat, discovery, quarantine: discovery.quarantine! };
}

const rolesOf = (stack: TerraformStack, principal: RegExp) => resourcesOf(stack, 'azurerm_role_assignment')
  .filter(({ principal_id: id }) => principal.test(String(id))).map(({ role_definition_name: role, scope }) => `${String(role)} ${String(scope).split('/').slice(-1)[0]}`).sort();

describe('a quarantine', () => {
  test('is handed what Defender calls malicious, over a queue that Event Grid writes as itself', () => {
    const { stack } = quarantined();
    const [topic] = resourcesOf(stack, 'azurerm_eventgrid_topic');
    expect(topic).toMatchObject({ local_auth_enabled: false, identity: { type: 'SystemAssigned' } });
    expect(resourcesOf(stack, 'azurerm_eventgrid_event_subscription')).toEqual([expect.objectContaining({
      advanced_filter: { string_in: [{ key: 'data.scanResultType', values: ['Malicious'] }] },
      delivery_identity: { type: 'SystemAssigned' }, dead_letter_identity: { type: 'SystemAssigned' },
      storage_queue_endpoint: expect.objectContaining({ queue_name: 'scan-results', queue_message_time_to_live_in_seconds: -1 }),
      storage_blob_dead_letter_destination: expect.objectContaining({ storage_blob_container_name: 'dead-letters' }),
      depends_on: expect.arrayContaining([expect.stringContaining('Quarantine_Events_Queue'), expect.stringContaining('StorageQueueDataMessageSender')]),
    })]);
    expect(rolesOf(stack, /eventgrid_topic/)).toEqual(['Storage Blob Data Contributor dead-letters', 'Storage Queue Data Message Sender scan-results']);
    for (const setting of resourcesOf(stack, 'azurerm_security_center_storage_defender')) expect(setting.scan_results_event_grid_topic_id).toMatch(/^\$\{azurerm_eventgrid_topic\./);
  });

  test('keeps events in an account that nobody but trusted services reaches from outside', () => {
    const { stack } = quarantined();
    const [events] = resourcesOf(stack, 'azurerm_storage_account').filter(({ network_rules: rules }) => JSON.stringify(rules).includes('AzureServices'));
    expect(events).toMatchObject({
      public_network_access_enabled: false, shared_access_key_enabled: false, network_rules: { default_action: 'Deny', bypass: ['AzureServices'] }, lifecycle: { prevent_destroy: true },
      queue_encryption_key_type: 'Account',
    });
    const services = resourcesOf(stack, 'azurerm_private_endpoint').map(({ private_service_connection: connection }) => (connection as { subresource_names: string[] }).subresource_names[0]);
    expect(services.sort()).toEqual(['blob', 'blob', 'queue']);
    expect(resourcesOf(stack, 'azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint').map(({ sub_resource_target: service }) => service).sort()).toEqual(['blob', 'blob', 'queue']);
  });

  test('moves blobs as one identity, which may do that and no more', () => {
    const { stack } = quarantined();
    expect(rolesOf(stack, /Quarantine_Identity/)).toEqual([
      'AcrPull readmissionacr', expect.stringMatching(/^Storage Blob Data Contributor \$\{azapi_resource\.Discovery_Quarantine_Store_Container/), 'Storage Blob Data Contributor dead-letters', 'Storage Blob Data Contributor outputs', 'Storage Blob Data Owner data',
      'Storage Queue Data Message Processor scan-results', 'Storage Queue Data Message Sender scan-results-poison',
    ]);
  });

  test('tells the job where everything is', () => {
    const { stack, discovery } = quarantined();
    const pipeline = discovery.quarantine!.node.findChild('Pipeline') as never;
    const { hold_back: job } = jobsOf(stack, pipeline);
    const settings = JSON.parse((job.environment_variables as { QUARANTINE_SETTINGS: string }).QUARANTINE_SETTINGS) as Record<string, never>;
    expect(settings).toMatchObject({
      stores: [
        { endpoint: 'https://readmissionoutputs.blob.core.windows.net', container: 'outputs', versioned: false },
        { endpoint: 'https://flat.blob.core.windows.net', container: 'data', versioned: true },
      ],
      queue: { endpoint: expect.stringMatching(/\.queue\.core\.windows\.net$/), name: 'scan-results', poison: 'scan-results-poison' }, deadLetters: { container: 'dead-letters' },
      quarantine: { endpoint: expect.stringMatching(/^https:\/\/\$\{azurerm_storage_account\.\w+\.name\}\.blob/) }, clientId: expect.stringMatching(/^\$\{azurerm_user_assigned_identity\.Discovery_Quarantine_Identity/),
    });
    // what the job reads, it is told, and nothing else
    const read = readFileSync(join(__dirname, '../../../lib/runtime/quarantine-blob/quarantine_blob/settings.py'), 'utf8');
    for (const name of [...Object.keys(settings), ...Object.keys(settings.queue)]) expect(read).toContain(`"${name}"`);
  });

  test('runs every hour on a node of its own, or when and where it is told', () => {
    const { stack } = quarantined();
    const schedules = (of: TerraformStack) => (resourcesOf(of, 'azapi_resource') as unknown as { type: string; body: { properties: { trigger: object } } }[]).filter(({ type }) => type.includes('/schedules@'));
    expect(schedules(stack).map(({ body }) => body.properties.trigger)).toEqual([{ triggerType: 'Cron', expression: '7 * * * *', timeZone: 'UTC' }]);
    expect(resourcesOf(stack, 'azurerm_machine_learning_compute_cluster')).toEqual([expect.objectContaining({ scale_settings: expect.objectContaining({ min_node_count: 0, max_node_count: 1 }) })]);
    const { stack: other, workspace } = workspaceStack();
    const compute = new ComputeCluster(other, 'Cpu', { workspace, size: 'Standard_D4s_v5' });
    new SensitiveDataDiscovery(other, 'Discovery', {
      workspace, purview: PurviewAccount.fromAttributes(other, 'Purview', PURVIEW), quarantine: { environment, code, compute, schedule: Schedule.cron('*/15 * * * *') },
    });
    expect(schedules(other).map(({ body }) => body.properties.trigger)).toMatchObject([{ expression: '*/15 * * * *' }]);
    expect(resourcesOf(other, 'azurerm_machine_learning_compute_cluster')).toHaveLength(1);
  });

  test('uploads the code of this library where no other is given', () => {
    const { stack } = quarantined({ code: undefined });
    expect(resourcesOf(stack, 'azurerm_storage_blob').map(({ name }) => String(name).split('/').slice(1).join('/')).sort()).toEqual([
      'main.py', ...['__init__', 'blobs', 'hold', 'job', 'messages', 'requests', 'settings'].map((name) => `quarantine_blob/${name}.py`), 'requirements.txt',
    ]);
  });

  test('raises alarms: a run that fails, what Event Grid gives up on', () => {
    const { stack, workspace } = quarantined();
    const alerts = resourcesOf(stack, 'azurerm_monitor_metric_alert') as unknown as { criteria: { metric_name: string }[]; action: { action_group_id: string }[] }[];
    expect(alerts.map(({ criteria }) => criteria[0].metric_name).sort()).toEqual(['DeadLetteredCount', 'DroppedEventCount', 'Failed Runs']);
    for (const { action } of alerts) expect(action[0].action_group_id).toBe(workspace.alarmsId);
  });

  test('is as sensitive as what it may hold, and the flow shows it', () => {
    const { stack, quarantine, flat } = quarantined();
    expect(quarantine.store).toMatchObject({ zone: Zone.QUARANTINE, classification: Classification.PHI, hierarchy: Hierarchy.FLAT });
    expect(DataFlow.of(stack).sourcesOf(quarantine.store.node.path)).toContain(flat.node.path);
  });

  test.each<[string, () => unknown, string]>([
    ['without an image', () => quarantined({ environment: undefined }), "quarantine 'Stack/Discovery/Quarantine': environment is missing"],
    ['with a schedule that is none', () => quarantined({ schedule: 'hourly' as never }), 'give a Schedule, such as Schedule.cron'],
    ['with machines and a size', () => quarantined({ compute: { computeId: 'x', admit: () => undefined } as never, size: 'Standard_DS2_v2' }), 'is given compute, and a size for a cluster of its own'],
    ['beside a program of the user\'s', () => {
      const { stack, workspace } = workspaceStack();
      new SensitiveDataDiscovery(stack, 'Discovery', {
        workspace, purview: PurviewAccount.fromAttributes(stack, 'Purview', PURVIEW), quarantine: { environment, code },
        malwareTarget: ScanResultsTarget.storageQueue(`${group}/providers/Microsoft.Storage/storageAccounts/q`, 'q'),
      });
    }, 'has a quarantine and a malwareTarget'],
    ['without Defender', () => {
      const { stack, workspace } = workspaceStack();
      new SensitiveDataDiscovery(stack, 'Discovery', { workspace, purview: PurviewAccount.fromAttributes(stack, 'Purview', PURVIEW), quarantine: { environment, code }, defender: false });
    }, 'has a quarantine and no Defender'],
  ])('fails %s', (_what, make, message) => expect(make).toThrow(message));
});

// a profile that says nothing of retention leaves each store unknown
const kept = ComplianceProfile.of({ frameworks: profile.frameworks, residency: profile.residency, retention: { data: Retention.years(10) } });

test('our pack finds nothing in a quarantine, and one finding where its account of events is opened', () => {
  const judged = (open: boolean) => {
    const { app, stack } = azureStack();
    const workspace = new Workspace(stack, 'Workspace', { profile: kept, location, name: 'readmission', alarmEmails: ['security@example.org'] });
    const discovery = new SensitiveDataDiscovery(stack, 'Discovery', {
      workspace, purview: PurviewAccount.fromAttributes(stack, 'Purview', PURVIEW), quarantine: { environment: Environment.image(`registry.azurecr.io/python@sha256:${'a'.repeat(64)}`, { registryId: `${group}/providers/Microsoft.ContainerRegistry/registries/registry` }), code },
    });
    const account = discovery.quarantine!.queue.node.findChild('Resource') as unknown as { addOverride(path: string, value: unknown): void };
    if (open) account.addOverride('public_network_access_enabled', true);
    new RegulatedMLChecks(app, { profile: kept });
    try {
      app.synth();
    } catch {
      // findings stop synth
    }
    const { answers, subjects } = answersIn(app);
    return answers.filter(({ answer, accepted, subject }) => answer !== Answer.COMPLIANT && accepted === undefined && subjects[subject].path.includes('Discovery')).map(({ rule, detail }) => `${rule} ${detail ?? ''}`);
  };
  expect(judged(false)).toEqual([]);
  expect(judged(true)).toEqual([expect.stringContaining('AzureStoragePublicAccess')]);
});

describeWithTerraform('terraform', () => {
  test('takes a quarantine', async () => {
    expect(await validateStack(quarantined({ code: undefined }).stack)).toEqual([]);
  });

  test('takes one in another stack than the workspace, whose network is opened there', async () => {
    const { app, stack } = azureStack();
    const workspace = new Workspace(stack, 'Workspace', { profile, location, name: 'readmission', alarmEmails: ['security@example.org'] });
    const other = stackIn(app, 'Other');
    new SensitiveDataDiscovery(other, 'Discovery', { workspace, purview: PurviewAccount.fromAttributes(other, 'Purview', PURVIEW), quarantine: { environment, code } });
    app.synth();
    expect(other.dependencies).toEqual([stack]);
    for (const name of ['Stack', 'Other']) expect(await validate(JSON.parse(readFileSync(join(app.outdir, `stacks/${name}/cdk.tf.json`), 'utf8')) as object)).toEqual([]);
  });
});
