import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import {
  AmazonS3Source, DataIdentifier, DataStore, Hierarchy, DayOfWeek, DiscoverySchedule, PurviewAccount, ScanResultsTarget, SensitiveDataDiscovery, type SensitiveDataDiscoveryProps, Zone,
} from '../../../lib/azure';
import { Classification } from '../../../lib/policy';
import { DATA_PATTERNS } from '../../../lib/policy/data-patterns';
import { group, location, resourcesOf, stackIn, synthesized, workspaceStack } from '../../support/azure';
import { describeWithTerraform, validate, validateStack } from '../../support/terraform/validate';
import { SAMPLES } from '../../aws/discovery/samples';
import { deviations } from './purview-shapes';

const PURVIEW = { accountId: `${group}/providers/Microsoft.Purview/accounts/hospital`, location, principalId: '33333333-3333-3333-3333-333333333333', managedNetwork: 'defaultv2' };
const ROLE = 'arn:aws:iam::123456789012:role/purview';
const QUEUE = `${group}/providers/Microsoft.ServiceBus/namespaces/bus/queues/malware`;

function discovered(props: Partial<SensitiveDataDiscoveryProps> = {}) {
  const { stack, workspace } = workspaceStack();
  const purview = PurviewAccount.fromAttributes(stack, 'Purview', PURVIEW);
  const raw = DataStore.fromAttributes(stack, 'Raw', {
    accountId: `${group}/providers/Microsoft.Storage/storageAccounts/raw`, containerName: 'data', classification: Classification.PHI, zone: Zone.RAW, location,
  });
  const discovery = new SensitiveDataDiscovery(stack, 'Discovery', { workspace, purview, stores: [workspace.outputs, raw], ...props });
  return { stack, workspace, purview, raw, discovery };
}

interface DataPlane { readonly type: string; readonly name: string; readonly parent_id: string; readonly body: { readonly kind?: string; readonly properties?: Record<string, unknown> } }
const purviewOf = (stack: Parameters<typeof resourcesOf>[0], type?: string) => (resourcesOf(stack, 'azapi_data_plane_resource') as unknown as DataPlane[])
  .filter((resource) => type === undefined || resource.type.startsWith(`Microsoft.Purview/accounts/${type}@`));

const everything: Partial<SensitiveDataDiscoveryProps> = {
  identifiers: DataIdentifier.presets(), ruleSet: 'hospital-lake', schedule: DiscoverySchedule.monthly(1), malwareTarget: ScanResultsTarget.serviceBusQueue(QUEUE),
  buckets: [AmazonS3Source.bucket({ bucketName: 'hospital.raw', region: 'eu-central-1', roleArn: ROLE })],
};

describe('a discovery', () => {
  test('registers each store, scans it weekly with all that Microsoft finds, as the identity of Purview', () => {
    const { stack, discovery } = discovered();
    expect(purviewOf(stack, 'Scanning/datasources').map(({ body }) => [body.kind, body.properties?.endpoint]).sort()).toEqual(
      discovery.stores.map((store) => ['AdlsGen2', `https://${store.accountName}.dfs.core.windows.net/`]).sort());
    for (const { body } of purviewOf(stack, 'Scanning/datasources/scans')) {
      expect(body).toMatchObject({ kind: 'AdlsGen2Msi', properties: { scanRulesetName: 'AdlsGen2', scanRulesetType: 'System', connectedVia: { referenceName: expect.any(String) } } });
    }
    for (const { name, body } of purviewOf(stack, 'Scanning/datasources/scans/triggers')) {
      expect(name).toBe('default');
      expect(body.properties).toMatchObject({ scanLevel: 'Incremental', recurrence: { frequency: 'Week', interval: 1, schedule: { weekDays: ['Sunday'], hours: [2], minutes: [0] } } });
    }
    const assignments = resourcesOf(stack, 'azurerm_role_assignment');
    expect(assignments.map((assignment) => assignment.scope).sort()).toEqual(discovery.stores.map((store) => store.accountId).sort());
    for (const assignment of assignments) expect(assignment).toMatchObject({ role_definition_name: 'Storage Blob Data Reader', principal_id: PURVIEW.principalId });
  });

  test('has a collection of its own, which source and scan share', () => {
    const { stack } = discovered();
    const [collection] = purviewOf(stack, 'Account/collections');
    expect(collection).toMatchObject({ parent_id: 'hospital.purview.azure.com', body: { friendlyName: 'Discovery', parentCollection: { referenceName: 'hospital' } } });
    const shared = [...purviewOf(stack, 'Scanning/datasources'), ...purviewOf(stack, 'Scanning/datasources/scans')].map(({ body }) => body.properties?.collection);
    expect(new Set(shared.map((reference) => JSON.stringify(reference))).size).toBe(1);
  });

  test('reaches private stores through the managed network of Purview', () => {
    const { stack } = discovered();
    expect(purviewOf(stack, 'Scanning/managedvirtualnetworks/managedprivateendpoints').map(({ body }) => body.properties?.groupId).sort()).toEqual(['blob', 'blob', 'dfs', 'dfs']);
    expect(purviewOf(stack, 'Scanning/integrationruntimes')).toHaveLength(1);
  });

  test('warns where Purview has no managed network, and makes no endpoint', () => {
    const { stack, workspace } = workspaceStack();
    const discovery = new SensitiveDataDiscovery(stack, 'Discovery', { workspace, purview: PurviewAccount.fromAttributes(stack, 'Purview', { ...PURVIEW, managedNetwork: undefined }) });
    expect(purviewOf(stack, 'Scanning/managedvirtualnetworks/managedprivateendpoints')).toEqual([]);
    expect(warnings(discovery)).toEqual([expect.stringContaining("Purview account 'Stack/Purview' has no managed network")]);
  });

  test('scans a store without folders as blobs', () => {
    const { stack, workspace } = workspaceStack();
    const flat = workspace.addStore('Flat', { classification: Classification.PHI, hierarchy: Hierarchy.FLAT });
    new SensitiveDataDiscovery(stack, 'Discovery', { workspace, purview: PurviewAccount.fromAttributes(stack, 'Purview', PURVIEW), stores: [flat] });
    expect(purviewOf(stack, 'Scanning/datasources')[0].body).toMatchObject({ kind: 'AzureStorage', properties: { endpoint: expect.stringMatching(/\.blob\.core\.windows\.net\/$/) } });
    expect(purviewOf(stack, 'Scanning/datasources/scans')[0].body).toMatchObject({ kind: 'AzureStorageMsi', properties: { scanRulesetName: 'AzureStorage' } });
  });

  test('scans buckets of Amazon S3 with a role of AWS', () => {
    const { stack } = discovered(everything);
    expect(purviewOf(stack, 'Scanning/credentials')[0].body).toMatchObject({ kind: 'AmazonARN', properties: { typeProperties: { roleARN: ROLE } } });
    expect(purviewOf(stack, 'Scanning/datasources').map(({ body }) => body)).toContainEqual(expect.objectContaining({
      kind: 'AmazonS3', properties: expect.objectContaining({ serviceUrl: 's3://hospital.raw' }),
    }));
    const scan = purviewOf(stack, 'Scanning/datasources/scans').find(({ body }) => body.kind === 'AmazonS3Credential')!;
    expect(scan.body.properties).toMatchObject({ credential: { credentialType: 'AmazonARN' }, scanRulesetName: 'hospital-lake-AmazonS3', scanRulesetType: 'Custom' });
  });

  test('says that identifiers without a rule set are not looked for', () => {
    const { discovery } = discovered({ identifiers: [DataIdentifier.UK_NHS_NUMBER] });
    expect(warnings(discovery)).toEqual([expect.stringContaining('name a rule set in ruleSet, and an output of the stack makes it with them')]);
  });

  describe('writes the requests that no resource of Terraform sends', () => {
    const scriptIn = (stack: Parameters<typeof resourcesOf>[0]) => Object.values((synthesized(stack).output ?? {}) as Record<string, { value: string }>).map(({ value }) => value)[0];
    /** Runs a program with an `az` that writes down how it was called. */
    const sent = (script: string): string[][] => {
      const folder = mkdtempSync(join(tmpdir(), 'az-'));
      writeFileSync(join(folder, 'az'), `#!/bin/sh\nfor word in "$@"; do printf '%s\\037' "$word"; done >> ${folder}/calls; printf '\\036' >> ${folder}/calls\n`, { mode: 0o755 });
      execFileSync('sh', { input: script, env: { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}` } });
      return readFileSync(join(folder, 'calls'), 'utf8').split('\u001e').filter((call) => call !== '').map((call) => call.split('\u001f').slice(0, -1));
    };
    const wordAfter = (call: string[], option: string) => call[call.indexOf(option) + 1];

    test('as one program of the shell, which sends each body as it is', () => {
      const odd = DataIdentifier.regex({ name: 'study-id', regex: 'ST-[0-9]{6}', description: 'the hospital\'s "study" number' });
      const { stack, discovery } = discovered({ ...everything, identifiers: [DataIdentifier.UK_NHS_NUMBER, odd] });
      const calls = sent(scriptIn(stack));
      expect(calls.map((call) => `${wordAfter(call, '--method')} ${wordAfter(call, '--url')}`)).toEqual([
        'post https://hospital.purview.azure.com/datamap/api/atlas/v2/types/typedefs?api-version=2023-09-01', 'post https://hospital.purview.azure.com/datamap/api/atlas/v2/types/typedefs?api-version=2023-09-01',
        'put https://hospital.purview.azure.com/scan/scanrulesets/hospital-lake-AdlsGen2?api-version=2023-09-01', 'put https://hospital.purview.azure.com/scan/scanrulesets/hospital-lake-AmazonS3?api-version=2023-09-01',
      ]);
      const bodies = calls.map((call) => JSON.parse(wordAfter(call, '--body')) as { classificationDefs?: unknown; kind?: string });
      expect(bodies[1]).toEqual({ classificationDefs: [{ category: 'CLASSIFICATION', name: 'REGULATED_ML.STUDY_ID', description: 'the hospital\'s "study" number' }] });
      expect(bodies[2]).toMatchObject({ kind: 'AdlsGen2', scanRulesetType: 'Custom', properties: { includedCustomClassificationRuleNames: ['uk-nhs-number', 'study-id'] } });
      // what scans name is what is made
      const named = purviewOf(stack, 'Scanning/datasources/scans').map(({ body }) => body.properties?.scanRulesetName);
      expect(new Set(named)).toEqual(new Set(calls.slice(2).map((call) => /scanrulesets\/(.+)\?/.exec(wordAfter(call, '--url'))![1])));
      for (const [index, body] of bodies.entries()) expect(deviations({ type: `Microsoft.Purview/accounts/${index < 2 ? 'DataMap/typedefs' : 'Scanning/scanrulesets'}@2023-09-01`, name: 'hospital-lake', body })).toEqual([]);
      expect(warnings(discovery)).toEqual([]);
    });

    test('under the name that was given where all sources are of one kind, and nothing where nothing is to be made', () => {
      expect(sent(scriptIn(discovered({ identifiers: [DataIdentifier.IBAN], ruleSet: 'hospital' }).stack)).map((call) => wordAfter(call, '--url'))[1]).toContain('/scanrulesets/hospital?');
      expect(scriptIn(discovered({ ruleSet: 'hospital' }).stack)).toBeUndefined();
      expect(scriptIn(discovered({ identifiers: [DataIdentifier.IBAN] }).stack)).toBeUndefined();
    });
  });

  test('lets Defender watch the stores, and tells people of malware', () => {
    const { stack, workspace, discovery } = discovered();
    const settings = resourcesOf(stack, 'azurerm_security_center_storage_defender');
    expect(settings.map((setting) => setting.storage_account_id).sort()).toEqual(discovery.stores.map((store) => store.accountId).sort());
    for (const setting of settings) {
      expect(setting).toMatchObject({ sensitive_data_discovery_enabled: true, malware_scanning_on_upload_enabled: true, malware_scanning_on_upload_cap_gb_per_month: 5000 });
    }
    expect(resourcesOf(stack, 'azurerm_monitor_scheduled_query_rules_alert_v2')).toEqual([expect.objectContaining({ action: { action_groups: [workspace.alarmsId] } })]);
    expect(resourcesOf(stack, 'azurerm_eventgrid_topic')).toEqual([]);
  });

  test.each<[string, ScanResultsTarget, object, string | undefined]>([
    ['a queue of Service Bus', ScanResultsTarget.serviceBusQueue(QUEUE), { service_bus_queue_endpoint_id: QUEUE, delivery_identity: { type: 'SystemAssigned' } }, 'Azure Service Bus Data Sender'],
    ['a queue of a storage account', ScanResultsTarget.storageQueue(`${group}/providers/Microsoft.Storage/storageAccounts/q`, 'malware'),
      { storage_queue_endpoint: expect.objectContaining({ queue_name: 'malware' }) }, 'Storage Queue Data Message Sender'],
    ['a function', ScanResultsTarget.function(`${group}/providers/Microsoft.Web/sites/f/functions/move`), { azure_function_endpoint: expect.objectContaining({ max_events_per_batch: 1 }) }, undefined],
  ])('hands malicious blobs to %s, with the least role', (_what, malwareTarget, endpoint, role) => {
    const { stack } = discovered({ malwareTarget });
    expect(resourcesOf(stack, 'azurerm_eventgrid_topic')).toEqual([expect.objectContaining({ local_auth_enabled: false, identity: { type: 'SystemAssigned' } })]);
    expect(resourcesOf(stack, 'azurerm_eventgrid_event_subscription')).toEqual([expect.objectContaining({
      ...endpoint, included_event_types: ['Microsoft.Security.MalwareScanningResult'], advanced_filter: { string_in: [{ key: 'data.scanResultType', values: ['Malicious'] }] },
    })]);
    const roles = resourcesOf(stack, 'azurerm_role_assignment').map((assignment) => assignment.role_definition_name).filter((name) => name !== 'Storage Blob Data Reader');
    expect(roles).toEqual(role ? [role] : []);
  });

  test('has bodies and names as the interfaces of Purview have them', () => {
    const { stack } = discovered(everything);
    const resources = purviewOf(stack);
    expect(new Set(resources.map(({ type }) => type.split('@')[0])).size).toBe(8);
    expect(resources.flatMap(deviations)).toEqual([]);
    const flat = discovered({ schedule: DiscoverySchedule.daily() });
    expect(purviewOf(flat.stack).flatMap(deviations)).toEqual([]);
  });

  test.each([
    ['a misspelt property', { kind: 'AdlsGen2', properties: { endpiont: 'x', collection: { referenceName: 'a', type: 'CollectionReference' } } }],
    ['another kind', { kind: 'AdlsGen3', properties: {} }],
    ['no collection', { kind: 'AdlsGen2', properties: { endpoint: 'x' } }],
  ])('fails the check of bodies on %s', (_what, body) => {
    expect(deviations({ type: 'Microsoft.Purview/accounts/Scanning/datasources@2023-09-01', name: 'lake', body })).not.toEqual([]);
  });

  test.each<[string, () => unknown, string]>([
    ['a missing account', () => discovered({ purview: undefined as never }), 'purview is missing: give a PurviewAccount'],
    ['a store outside of the residency', () => discovered({ stores: [elsewhere('eastus')] }), "is in region 'eastus', outside the residency (EU)"],
    ['a bucket outside of the residency', () => discovered({ buckets: [AmazonS3Source.bucket({ bucketName: 'b-1', region: 'us-east-1', roleArn: ROLE })] }), "bucket 'b-1' of discovery 'Stack/Discovery' is in region 'us-east-1'"],
    ['an identifier twice', () => discovered({ identifiers: [DataIdentifier.IBAN, DataIdentifier.IBAN] }), "has data identifier 'iban' twice"],
    ['a store of a hierarchy that is none', () => discovered({ stores: [elsewhere(location, 'deep' as Hierarchy)] }), "is 'deep': give Hierarchy.FOLDERS or Hierarchy.FLAT"],
    ['a cap that is none', () => discovered({ malwareScanGigabytes: 0 }), 'malwareScanGigabytes of discovery \'Stack/Discovery\' is 0: give a whole number'],
    ['a target without Defender', () => discovered({ defender: false, malwareTarget: ScanResultsTarget.serviceBusQueue(QUEUE) }), 'has a malwareTarget and no Defender'],
    ['a rule set of another form', () => discovered({ ruleSet: 'a_b' }), "rule set 'a_b' of discovery"],
    ['a target of another kind', () => ScanResultsTarget.serviceBusQueue(`${group}/providers/Microsoft.Storage/storageAccounts/a`), 'takes no results of scans'],
    ['a role of another form', () => AmazonS3Source.bucket({ bucketName: 'abc', region: 'eu-central-1', roleArn: 'purview' }), "is 'purview': give its ARN"],
    ['a bucket of another form', () => AmazonS3Source.bucket({ bucketName: 'A', region: 'eu-central-1', roleArn: ROLE }), "'A' is no name of a bucket"],
    ['day 31', () => DiscoverySchedule.monthly(31), 'give a whole number from 1 to 28'],
    ['a day that is none', () => DiscoverySchedule.weekly('Caturday' as DayOfWeek), "cannot run on 'Caturday'"],
  ])('fails on %s', (_what, make, message) => expect(make).toThrow(message));
});

function elsewhere(region: string, hierarchy?: Hierarchy) {
  return DataStore.fromAttributes(workspaceStack().stack, 'Elsewhere', {
    accountId: `${group}/providers/Microsoft.Storage/storageAccounts/elsewhere`, containerName: 'data', classification: Classification.PHI, location: region, hierarchy,
  });
}

function warnings(construct: SensitiveDataDiscovery): string[] {
  return construct.node.metadata.filter((entry) => /warn/.test(entry.type)).map((entry) => String(entry.data));
}

describe('the identifiers', () => {
  test.each(DATA_PATTERNS.map(({ name }) => name))('%s finds what the one for Macie finds, as a whole value', (name) => {
    const identifier = DataIdentifier.presets().find((candidate) => candidate.name === name)!;
    const insensitive = identifier.valuePattern.startsWith('^(?i)');
    const pattern = new RegExp(identifier.valuePattern.replace('(?i)', ''), insensitive ? 'i' : '');
    for (const sample of SAMPLES[name].valid) expect(sample).toMatch(pattern);
    for (const sample of SAMPLES[name].invalid) expect(sample).not.toMatch(pattern);
  });

  test('look for the name of the column where digits alone say nothing', () => {
    const pattern = new RegExp(DataIdentifier.UK_NHS_NUMBER.columnPattern!.replace('(?i)', ''), 'i');
    for (const column of ['NHS_Number', 'nhsnumber', 'patient_nhs_no']) expect(column).toMatch(pattern);
    expect('telephone').not.toMatch(pattern);
    expect(DataIdentifier.IT_CODICE_FISCALE.columnPattern).toBeUndefined();
    expect(DataIdentifier.UK_NHS_NUMBER.classification).toBe('REGULATED_ML.UK_NHS_NUMBER');
  });

  test.each([
    [{ name: 'a_b', regex: 'x' }, "data identifier 'a_b' is named in another form than Purview takes"],
    [{ name: 'abc', regex: '' }, 'give a pattern'],
    [{ name: 'abc', regex: '[' }, 'is not valid'],
    [{ name: 'abc', regex: 'x*' }, 'matches the empty string'],
    [{ name: 'abc', regex: 'x', minimumMatch: 0 }, 'give a percentage from 1 to 100'],
    [{ name: 'abc', regex: 'x', keywords: ['id'] }, "keyword 'id'"],
  ])('fails on %j', (props, message) => expect(() => DataIdentifier.regex(props)).toThrow(message));
});

describe('a Purview account', () => {
  test('is private, logged and kept when it is made', () => {
    const { stack, workspace } = workspaceStack();
    const account = new PurviewAccount(stack, 'Purview', { workspace, name: 'hospital' });
    expect(resourcesOf(stack, 'azurerm_purview_account')).toEqual([expect.objectContaining({
      public_network_enabled: false, managed_event_hub_enabled: false, identity: { type: 'SystemAssigned' }, lifecycle: { prevent_destroy: true },
    })]);
    expect(resourcesOf(stack, 'azurerm_private_endpoint')).toEqual([expect.objectContaining({ private_service_connection: expect.objectContaining({ subresource_names: ['account'] }) })]);
    expect(resourcesOf(stack, 'azurerm_private_dns_zone_virtual_network_link')).toHaveLength(1);
    expect(resourcesOf(stack, 'azurerm_monitor_diagnostic_setting')).toHaveLength(1);
    expect(purviewOf(stack).flatMap(deviations)).toEqual([]);
    new SensitiveDataDiscovery(stack, 'Discovery', { workspace, purview: account });
    expect(purviewOf(stack, 'Scanning/integrationruntimes')).toHaveLength(1);
  });

  test('is asked for nothing before its private endpoint is there', () => {
    const { stack, workspace } = workspaceStack();
    new SensitiveDataDiscovery(stack, 'Discovery', { workspace, purview: new PurviewAccount(stack, 'Purview', { workspace, name: 'hospital' }), identifiers: DataIdentifier.presets(), ruleSet: 'lake' });
    const requests = purviewOf(stack) as (DataPlane & { depends_on?: string[] })[];
    expect(requests.length).toBeGreaterThan(20);
    for (const { depends_on: after } of requests) {
      expect(after).toEqual(expect.arrayContaining([expect.stringMatching(/^azurerm_private_endpoint\.Purview_Endpoint/), expect.stringMatching(/^azurerm_private_dns_zone_virtual_network_link\.Purview_ZoneLink/)]));
    }
  });

  test('uses a DNS zone that exists, and is deletable when told', () => {
    const { stack, workspace } = workspaceStack();
    new PurviewAccount(stack, 'Purview', { workspace, name: 'hospital', dnsZoneId: `${group}/providers/Microsoft.Network/privateDnsZones/privatelink.purview.azure.com`, deletable: true });
    expect(resourcesOf(stack, 'azurerm_private_dns_zone')).toEqual([]);
    expect(resourcesOf(stack, 'azurerm_purview_account')[0].lifecycle).toBeUndefined();
  });

  test.each<[string, object, string]>([
    ['another id', { accountId: `${group}/providers/Microsoft.Storage/storageAccounts/a` }, "give an id such as '/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Purview/accounts/<name>'"],
    ['an unknown region', { location: 'mars' }, "is in unknown region 'mars'"],
    ['another network', { managedNetwork: 'mine' }, "the managed network of Purview account 'Stack/Purview' is 'mine'"],
    ['no principal', { principalId: undefined }, 'principalId is missing'],
  ])('fails on %s', (_what, attrs, message) => {
    const { stack } = workspaceStack();
    expect(() => PurviewAccount.fromAttributes(stack, 'Purview', { ...PURVIEW, ...attrs })).toThrow(message);
  });

  test('fails on a name that Azure would refuse', () => {
    const { stack, workspace } = workspaceStack();
    expect(() => new PurviewAccount(stack, 'Purview', { workspace, name: 'a--b' })).toThrow("'a--b' is no name of one");
  });
});

describeWithTerraform('terraform', () => {
  test('takes a discovery with all there is', async () => {
    const { stack, workspace } = discovered(everything);
    new PurviewAccount(stack, 'NewPurview', { workspace, name: 'hospital-two' });
    expect(await validateStack(stack)).toEqual([]);
  });

  test('takes a discovery in another stack than the account and the stores, which are there before it', async () => {
    const { app, stack, workspace } = workspaceStack();
    const other = stackIn(app, 'Other');
    new SensitiveDataDiscovery(other, 'Discovery', { workspace, purview: new PurviewAccount(stack, 'Purview', { workspace, name: 'hospital' }) });
    app.synth();
    expect(other.dependencies).toEqual([stack]);
    const written = JSON.parse(readFileSync(join(app.outdir, 'stacks/Other/cdk.tf.json'), 'utf8')) as object;
    expect(await validate(written)).toEqual([]);
  });

  test('takes a target that is made in the same stack', async () => {
    const { stack, workspace } = workspaceStack();
    const made = new ResourceGroup(stack, 'Group', { name: 'g', location });
    new SensitiveDataDiscovery(stack, 'Discovery', {
      workspace, purview: PurviewAccount.fromAttributes(stack, 'Purview', PURVIEW), malwareTarget: ScanResultsTarget.storageQueue(`${made.id}/providers/Microsoft.Storage/storageAccounts/q`, 'q'),
    });
    expect(await validateStack(stack)).toEqual([]);
  });
});
