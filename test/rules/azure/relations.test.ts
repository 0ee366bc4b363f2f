import { Answer, ComplianceProfile, Framework, Jurisdiction, Residency, Retention } from '../../../lib/policy';
import { judgeTerraformFiles } from '../../../lib/rules/azure/terraform-record';
import { Severity } from '../../../lib/policy/finding';
import { PROFILE } from '../support';
import { answerOn, azureRule, configuration, judgedIn, type Body } from './support';

const { COMPLIANT, NON_COMPLIANT, UNKNOWN } = Answer;
const ML = 'Microsoft.MachineLearningServices';
const on = (name: string, address: string, resources: Record<string, Body>, rest: Body = {}, profile = PROFILE) => answerOn(address, judgedIn(configuration(resources, rest), [azureRule(name)], profile));

const ON = { variable: { on: { default: true } } };

describe('references are followed', () => {
  const place = (location: unknown, resources: Record<string, Body> = {}, rest: Body = {}) => on('AzureResidencyLocation', 'azurerm_key_vault.v', { 'azurerm_key_vault.v': { location }, ...resources }, rest);

  test.each([
    ['to the literal of another resource', '${azurerm_resource_group.g.location}', { 'azurerm_resource_group.g': { location: 'eastus' } }, {}, NON_COMPLIANT],
    ['over two resources', '${azurerm_resource_group.g.location}', { 'azurerm_resource_group.g': { location: '${azurerm_resource_group.h.location}' }, 'azurerm_resource_group.h': { location: 'westeurope' } }, {}, COMPLIANT],
    ['to one of several that are counted', '${azurerm_resource_group.g[0].location}', { 'azurerm_resource_group.g': { count: 2, location: 'westeurope' } }, {}, COMPLIANT],
    ['to one of each', '${azurerm_resource_group.g["a"].location}', { 'azurerm_resource_group.g': { for_each: ['a'], location: 'westeurope' } }, {}, COMPLIANT],
    ['to the default of a variable', '${var.place}', {}, { variable: { place: { default: 'eastus' } } }, NON_COMPLIANT],
    ['to a local', '${local.place}', {}, { locals: { place: '${lower("WESTEUROPE")}' } }, COMPLIANT],
    ['to both sides of a condition', '${var.given ? "westeurope" : "eastus"}', {}, {}, NON_COMPLIANT],
    ['to the side that a comparison chooses', '${var.on == true ? "eastus" : "westeurope"}', {}, ON, NON_COMPLIANT],
    ['to the other side', '${var.on != true ? "eastus" : "westeurope"}', {}, ON, COMPLIANT],
    ['to the side that a comparison in brackets chooses', '${(var.on == true) ? "eastus" : "westeurope"}', {}, ON, NON_COMPLIANT],
    ['to both sides of a comparison that is not known', '${var.given == "prod" && var.on ? "westeurope" : "eastus"}', {}, { variable: { ...ON.variable, given: {} } }, NON_COMPLIANT],
    ['to a condition in a condition', '${var.on == false ? "eastus" : 1 < 2 && var.on == true ? "westeurope" : "swedencentral"}', {}, ON, COMPLIANT],
    ['by what binds more tightly first', '${1 == 2 == false ? "eastus" : "westeurope"}', {}, {}, NON_COMPLIANT],
    ['not to what is no region', '${var.on == true}', {}, ON, UNKNOWN],
    ['not to a variable without a default', '${var.given}', {}, {}, UNKNOWN],
    ['not to a data source', '${data.azurerm_resource_group.g.location}', {}, {}, UNKNOWN],
    ['not into a module', '${module.m.location}', {}, {}, UNKNOWN],
    ['not through a function that is not known', '${lookup(var.places, "a")}', {}, {}, UNKNOWN],
    ['not in a circle', '${local.a}', {}, { locals: { a: '${local.b}', b: '${local.a}' } }, UNKNOWN],
  ] as const)('%s: %s', (_, location, resources, rest, expected) => {
    expect(place(location, resources, { variable: { given: {} }, ...rest })).toBe(expected);
  });

  test.each([
    ['GRS that a comparison chooses', 'AzureResidencyGeoRedundancy', 'azurerm_storage_account', { account_replication_type: '${var.on == true ? "GRS" : "LRS"}', location: 'brazilsouth' }, NON_COMPLIANT],
    ['GRS in one of two regions', 'AzureResidencyGeoRedundancy', 'azurerm_storage_account', { account_replication_type: 'GRS', location: '${var.given ? "westeurope" : "brazilsouth"}' }, NON_COMPLIANT],
    ['no key in one environment', 'AzureCosmosKey', 'azurerm_cosmosdb_account', { key_vault_key_id: '${var.given == "prod" ? "k" : null}' }, NON_COMPLIANT],
    ['no key, in the side that is chosen', 'AzureCosmosKey', 'azurerm_cosmosdb_account', { key_vault_key_id: '${var.on == true ? null : "k"}' }, NON_COMPLIANT],
    ['a key, in the side that is chosen', 'AzureCosmosKey', 'azurerm_cosmosdb_account', { key_vault_key_id: '${var.on == true ? "k" : null}' }, COMPLIANT],
    ['no block in one environment', 'AzureStorageKey', 'azurerm_storage_account', { customer_managed_key: '${var.given == "prod" ? {"key_vault_key_id" = "k"} : null}' }, NON_COMPLIANT],
    ['no key of a workspace in one environment', 'AzureMLWorkspaceKey', 'azurerm_machine_learning_workspace', { encryption: { key_id: '${var.given == "prod" ? "k" : null}' } }, NON_COMPLIANT],
  ])('%s: %s', (_, rule, type, body, expected) => {
    expect(on(rule, `${type}.x`, { [`${type}.x`]: body as Body }, { variable: { ...ON.variable, given: {} } })).toBe(expected);
  });

  test('a name for people means the region', () => {
    expect(place('Germany West Central')).toBe(COMPLIANT);
    expect(place('East US')).toBe(NON_COMPLIANT);
    expect(place('somewhere')).toBe(UNKNOWN);
    expect(place('global')).toBeUndefined();
  });
});

describe('the end of a key', () => {
  test.each([
    ['worked out by Terraform is one, whatever it comes to', { expiration_date: '${1 + var.given}' }, COMPLIANT],
    ['that a variable without a default gives is not known', { expiration_date: '${var.given}' }, UNKNOWN],
    ['that a function gives is not known, since it may give none', { expiration_date: '${one(var.given)}' }, UNKNOWN],
    ['of versions that rotation makes is none of the first', { rotation_policy: { expire_after: 'P1Y', automatic: { time_before_expiry: 'P30D' } } }, NON_COMPLIANT],
  ])('%s', (_, body, expected) => {
    expect(on('AzureKeyExpiry', 'azurerm_key_vault_key.k', { 'azurerm_key_vault_key.k': body as Body }, { variable: { given: {} } })).toBe(expected);
  });
});

describe('blocks', () => {
  test.each([
    ['an object', { network_rules: { default_action: 'Allow' } }, NON_COMPLIANT],
    ['a list of one', { network_rules: [{ default_action: 'Deny' }] }, COMPLIANT],
    ['made for each of a list', { dynamic: { network_rules: { for_each: ['x'], content: { default_action: 'Deny' } } } }, COMPLIANT],
    ['made for none', { dynamic: { network_rules: { for_each: [], content: { default_action: 'Deny' } } } }, NON_COMPLIANT],
    ['made for what is not known', { dynamic: [{ network_rules: [{ for_each: '${var.given}', content: [{ default_action: 'Deny' }] }] }] }, UNKNOWN],
    ['made with what is iterated over', { dynamic: { network_rules: { for_each: ['Deny'], content: { default_action: '${network_rules.value}' } } } }, UNKNOWN],
  ])('%s are read', (_, body, expected) => {
    expect(on('AzureStorageNetworkRules', 'azurerm_storage_account.a', { 'azurerm_storage_account.a': body as Body })).toBe(expected);
  });

  test('a resource that is counted to none is not there', () => {
    expect(judgedIn(configuration({ 'azurerm_storage_account.a': { count: 0 }, 'azurerm_storage_account.b': { for_each: {} } }))).toEqual([]);
  });
});

describe('who leads to whom', () => {
  const ACCOUNT = { 'azurerm_storage_account.a': { name: 'a' } };
  const endpoint = (id: unknown): Record<string, Body> => ({ 'azurerm_private_endpoint.e': { private_service_connection: { private_connection_resource_id: id, subresource_names: ['blob'] } } });

  const TO_IT = endpoint('${azurerm_storage_account.a.id}');
  const counted = (around: Record<string, Body>, count: string): Record<string, Body> => Object.fromEntries(Object.entries(around).map(([id, body]) => [id, { ...body, count }]));

  test('a private endpoint that is there whenever the storage account is', () => {
    const said = (count: string) => on('AzurePrivateEndpoint', 'azurerm_storage_account.a', { 'azurerm_storage_account.a': { name: 'a', count: '${var.given ? 1 : 0}' }, ...counted(endpoint('${azurerm_storage_account.a[0].id}'), count) });
    expect(said('${var.given ? 1 : 0}')).toBe(COMPLIANT);
    expect(said('${var.given ? 0 : 1}')).toBe(NON_COMPLIANT);
  });

  test.each([
    ['a private endpoint to it', endpoint('${azurerm_storage_account.a.id}'), COMPLIANT],
    ['none', {}, NON_COMPLIANT],
    ['one to another', { ...endpoint('${azurerm_key_vault.v.id}'), 'azurerm_key_vault.v': {} }, NON_COMPLIANT],
    ['one to something that is not known', endpoint('${var.given}'), UNKNOWN],
    ['one to it or to another', { ...endpoint('${var.given ? azurerm_storage_account.a.id : azurerm_key_vault.v.id}'), 'azurerm_key_vault.v': {} }, NON_COMPLIANT],
    ['one to it or to nothing that is known', endpoint('${var.given ? azurerm_storage_account.a.id : var.given}'), UNKNOWN],
    ['one to it on both sides', endpoint('${var.given ? azurerm_storage_account.a.id : azurerm_storage_account.a.id}'), COMPLIANT],
    ['one that a condition leaves out', counted(TO_IT, '${var.given ? 1 : 0}'), NON_COMPLIANT],
    ['one for each of what a condition gives', { 'azurerm_private_endpoint.e': { ...TO_IT['azurerm_private_endpoint.e'], for_each: '${var.given ? {"a" = 1} : {}}' } }, NON_COMPLIANT],
    ['one for a condition and one for its contrary', { ...counted(TO_IT, '${var.given ? 1 : 0}'), 'azurerm_private_endpoint.f': counted(TO_IT, '${!var.given ? 1 : 0}')['azurerm_private_endpoint.e']! }, COMPLIANT],
    ['one for a value and one for all others', { ...counted(TO_IT, '${var.given == "x" ? 1 : 0}'), 'azurerm_private_endpoint.f': counted(TO_IT, '${var.given != "x" ? 1 : 0}')['azurerm_private_endpoint.e']! }, COMPLIANT],
  ])('a storage account with %s', (_, around, expected) => {
    expect(on('AzurePrivateEndpoint', 'azurerm_storage_account.a', { ...ACCOUNT, ...around })).toBe(expected);
  });

  test('by the ids that a state holds', () => {
    const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a';
    const resource = (type: string, values: Body) => ({ address: `${type}.x`, mode: 'managed', type, name: 'x', values });
    const state = { format_version: '1.0', values: { root_module: { resources: [
      resource('azurerm_storage_account', { id }), resource('azurerm_private_endpoint', { private_service_connection: [{ private_connection_resource_id: id.toUpperCase() }] }),
      resource('azurerm_monitor_diagnostic_setting', { target_resource_id: `${id}/blobServices/default`, enabled_log: [{ category: 'StorageRead' }] }),
    ] } } };
    const found = judgedIn(state, [azureRule('AzurePrivateEndpoint'), azureRule('AzureDiagnosticSettings')]);
    expect(found.filter(({ resource: { type } }) => type === 'azurerm_storage_account').map(({ finding }) => finding.answer)).toEqual([COMPLIANT, COMPLIANT]);
  });

  test.each([
    ['all of it', '${azurerm_storage_account.a.id}', [{ category_group: 'audit' }], COMPLIANT],
    ['its blobs', '${azurerm_storage_account.a.id}/blobServices/default', [{ category: 'StorageRead' }], COMPLIANT],
    ['metrics only', '${azurerm_storage_account.a.id}', [], NON_COMPLIANT],
  ])('a diagnostic setting for %s', (_, target, logs, expected) => {
    expect(on('AzureDiagnosticSettings', 'azurerm_storage_account.a', { ...ACCOUNT, 'azurerm_monitor_diagnostic_setting.d': { target_resource_id: target, enabled_log: logs } })).toBe(expected);
  });

  test('a key that is attached to an account counts', () => {
    expect(on('AzureStorageKey', 'azurerm_storage_account.a', { ...ACCOUNT, 'azurerm_storage_account_customer_managed_key.k': { storage_account_id: '${azurerm_storage_account.a.id}' } })).toBe(COMPLIANT);
  });

  test('a compute is in the network of its workspace', () => {
    const resources = (mode: string) => ({
      'azurerm_machine_learning_workspace.w': { managed_network: { isolation_mode: mode } },
      'azurerm_machine_learning_compute_cluster.c': { machine_learning_workspace_id: '${azurerm_machine_learning_workspace.w.id}' },
    });
    expect(on('AzureMLComputeSubnet', 'azurerm_machine_learning_compute_cluster.c', resources('AllowOnlyApprovedOutbound'))).toBe(COMPLIANT);
    expect(on('AzureMLComputeSubnet', 'azurerm_machine_learning_compute_cluster.c', resources('Disabled'))).toBe(NON_COMPLIANT);
    expect(on('AzureMLWorkspaceIsolation', 'azurerm_machine_learning_workspace.w', resources('Disabled'))).toBe(NON_COMPLIANT);
    expect(on('AzureMLWorkspaceIsolation', 'azurerm_machine_learning_workspace.w', {
      ...resources('Disabled'), 'azurerm_machine_learning_compute_cluster.c': { machine_learning_workspace_id: '${azurerm_machine_learning_workspace.w.id}', subnet_resource_id: '/subscriptions/s' },
    })).toBe(COMPLIANT);
  });

  test('a deployment is in the network of the workspace of its endpoint', () => {
    const resources = (mode: string) => ({
      [`${ML}/workspaces.w`]: { properties: { managedNetwork: { isolationMode: mode } } }, [`${ML}/workspaces/onlineEndpoints.e`]: { parent_id: '${azapi_resource.w.id}' },
      [`${ML}/workspaces/onlineEndpoints/deployments.d`]: { parent_id: '${azapi_resource.e.id}' },
    });
    expect(on('AzureMLDeploymentEgress', 'azapi_resource.d', resources('AllowOnlyApprovedOutbound'))).toBe(COMPLIANT);
    expect(on('AzureMLDeploymentEgress', 'azapi_resource.d', resources('AllowInternetOutbound'))).toBe(NON_COMPLIANT);
  });

  const MODE = '${var.given ? "AllowOnlyApprovedOutbound" : "AllowInternetOutbound"}';
  const OFF = '${var.given ? "AllowOnlyApprovedOutbound" : null}';
  test.each([
    ['lets out approved traffic in one environment', { managed_network: { isolation_mode: MODE } }, NON_COMPLIANT],
    ['has a network in one environment', { managed_network: { isolation_mode: OFF } }, NON_COMPLIANT],
    ['has a subnet that is not known', { serverless_compute: { subnet_id: '${var.given}' } }, UNKNOWN],
    ['has a subnet in one environment', { serverless_compute: { subnet_id: '${var.given ? "/subscriptions/s" : null}' } }, NON_COMPLIANT],
    ['has a subnet', { serverless_compute: { subnet_id: '/subscriptions/s' } }, COMPLIANT],
  ])('a workspace that %s', (_, body, expected) => {
    expect(on('AzureMLWorkspaceIsolation', 'azurerm_machine_learning_workspace.w', { 'azurerm_machine_learning_workspace.w': body })).toBe(expected);
  });

  test.each([MODE, OFF])('a workspace whose isolation is %s holds no deployment back, and has a network for computes only where both sides are one', (mode) => {
    const workspace = { [`${ML}/workspaces.w`]: { properties: { managedNetwork: { isolationMode: mode } } } };
    const deployment = { [`${ML}/workspaces/onlineEndpoints.e`]: { parent_id: '${azapi_resource.w.id}' }, [`${ML}/workspaces/onlineEndpoints/deployments.d`]: { parent_id: '${azapi_resource.e.id}' } };
    expect(on('AzureMLDeploymentEgress', 'azapi_resource.d', { ...workspace, ...deployment })).toBe(NON_COMPLIANT);
    const compute = { 'azurerm_machine_learning_compute_cluster.c': { machine_learning_workspace_id: '${azapi_resource.w.id}' } };
    expect(on('AzureMLComputeSubnet', 'azurerm_machine_learning_compute_cluster.c', { ...workspace, ...compute })).toBe(mode === MODE ? COMPLIANT : NON_COMPLIANT);
  });

  test('a compute of one of two workspaces is in the network of neither', () => {
    expect(on('AzureMLComputeSubnet', 'azurerm_machine_learning_compute_cluster.c', {
      'azurerm_machine_learning_workspace.w': { managed_network: { isolation_mode: 'AllowOnlyApprovedOutbound' } }, 'azurerm_machine_learning_workspace.open': {},
      'azurerm_machine_learning_compute_cluster.c': { machine_learning_workspace_id: '${var.given ? azurerm_machine_learning_workspace.w.id : azurerm_machine_learning_workspace.open.id}' },
    })).toBe(NON_COMPLIANT);
  });

  test('a compute instance that azapi tells when to stop stops', () => {
    const resources = { 'azurerm_machine_learning_compute_instance.i': { name: 'i' } };
    const content = configuration(resources) as { resource: Record<string, unknown> };
    const change = { u: { type: `${ML}/workspaces/computes@2025-12-01`, resource_id: '${azurerm_machine_learning_compute_instance.i.id}', body: { properties: { properties: { idleTimeBeforeShutdown: 'PT1H' } } } } };
    const answer = (updates: object) => answerOn('azurerm_machine_learning_compute_instance.i', judgedIn({ ...content, resource: { ...content.resource, azapi_update_resource: updates } }, [azureRule('AzureMLComputeIdleShutdown')]));
    expect(answer(change)).toBe(COMPLIANT);
    expect(answer({})).toBe(NON_COMPLIANT);
  });

  test('a scan is known by the path that its service gives it', () => {
    const scan = 'Microsoft.Purview/accounts/Scanning/datasources/scans';
    const under = (name: string) => ({
      [`${scan}.s`]: { name: 'weekly', parent_id: 'hospital.purview.azure.com/scan/datasources/raw', kind: 'AdlsGen2Msi' },
      [`${scan}/triggers.t`]: { name: 'default', parent_id: `hospital.purview.azure.com/scan/datasources/raw/scans/${name}`, properties: { recurrence: { frequency: 'Week', interval: 1 } } },
    });
    expect(on('AzurePurviewScanTrigger', 'azapi_resource.s', under('${azapi_resource.s.name}'))).toBe(COMPLIANT);
    expect(on('AzurePurviewScanTrigger', 'azapi_resource.s', under('other'))).toBe(NON_COMPLIANT);
  });

  test('a scan runs again when a trigger starts it', () => {
    const scan = 'Microsoft.Purview/accounts/Scanning/datasources/scans';
    const resources = { [`${scan}.s`]: { kind: 'AdlsGen2Msi' } };
    expect(on('AzurePurviewScanTrigger', 'azapi_resource.s', resources)).toBe(NON_COMPLIANT);
    const triggered = (recurrence: unknown) => on('AzurePurviewScanTrigger', 'azapi_resource.s', { ...resources, [`${scan}/triggers.t`]: { parent_id: '${azapi_resource.s.id}', properties: { recurrence } } });
    expect(triggered({ frequency: 'Week', interval: 1 })).toBe(COMPLIANT);
    expect(triggered('${var.given}')).toBe(UNKNOWN);
    expect(triggered('${var.given ? {"frequency" = "Week"} : null}')).toBe(NON_COMPLIANT);
  });
});

describe('the lifecycle of a storage account', () => {
  const years = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.days(365) } });
  const account = { 'azurerm_storage_account.a': { name: 'a' } };
  const policy = (days: unknown, enabled: unknown = true, filters: Body = { blob_types: ['blockBlob'] }): Record<string, Body> => ({ 'azurerm_storage_management_policy.p': {
    storage_account_id: '${azurerm_storage_account.a.id}', rule: [{ name: 'end', enabled, filters, actions: { base_blob: { delete_after_days_since_modification_greater_than: days } } }],
  } });
  test.each([
    ['ends when the profile says', policy(365), COMPLIANT],
    ['ends later', policy(3650), NON_COMPLIANT],
    ['is neither on nor off', policy(365, { toString: 1 }), NON_COMPLIANT],
    ['is off', policy(365, false), NON_COMPLIANT],
    ['is on or off', policy(365, '${var.given}'), UNKNOWN],
    ['is off in one environment', policy(365, '${var.given ? true : false}'), NON_COMPLIANT],
    ['ends a part of it', policy(365, true, { prefix_match: ['data/tmp/'] }), UNKNOWN],
    ['ends what is marked', policy(365, true, { match_blob_index_tag: [{ name: 'old', operation: '==', value: 'true' }] }), UNKNOWN],
    ['ends a part of it later', policy(3650, true, { prefix_match: ['data/tmp/'] }), NON_COMPLIANT],
    ['ends a part of it, where a workspace keeps code beside its runs', { ...policy(365, true, { prefix_match: ['azureml/ExperimentRun/'] }), 'azurerm_machine_learning_workspace.w': { storage_account_id: '${azurerm_storage_account.a.id}' } }, COMPLIANT],
    ['ends runs, of an account that is no workspace\'s', policy(365, true, { prefix_match: ['azureml/ExperimentRun/'] }), UNKNOWN],
    ['is not known', policy('${var.given}'), UNKNOWN],
    ['is not there', {}, NON_COMPLIANT],
  ])('%s', (_, around, expected) => {
    expect(on('AzureStorageLifecycle', 'azurerm_storage_account.a', { ...account, ...around }, {}, years)).toBe(expected);
  });

  test('is unknown where neither it nor the profile says when data ends', () => {
    expect(on('AzureStorageLifecycle', 'azurerm_storage_account.a', account)).toBe(UNKNOWN);
    expect(on('AzureStorageLifecycle', 'azurerm_storage_account.a', { ...account, ...policy(3650) })).toBe(COMPLIANT);
  });
});

describe('copies', () => {
  test.each([
    ['azurerm_container_registry', { georeplications: [{ location: 'westeurope' }, { location: 'East US' }] }, NON_COMPLIANT],
    ['azurerm_container_registry', { georeplications: { location: 'swedencentral' } }, COMPLIANT],
    ['azurerm_cosmosdb_account', { geo_location: [{ location: 'westus' }] }, NON_COMPLIANT],
    ['azurerm_container_registry', { georeplications: [{ location: '${var.given}' }] }, UNKNOWN],
  ])('%s %j: %s', (type, body, expected) => {
    expect(on('AzureResidencyCopies', `${type}.x`, { [`${type}.x`]: body })).toBe(expected);
  });

  test.each([
    ['GRS in a country whose pair is allowed', { account_replication_type: 'GRS', location: 'westeurope' }, COMPLIANT],
    ['RAGZRS in a region whose pair is elsewhere', { account_replication_type: 'RAGZRS', location: 'brazilsouth' }, NON_COMPLIANT],
    ['GRS where there is no pair', { account_replication_type: 'GRS', location: 'polandcentral' }, NON_COMPLIANT],
    ['GRS in a region that is not known', { account_replication_type: 'GRS', location: '${var.given}' }, UNKNOWN],
    ['what is not known', { account_replication_type: '${var.given}', location: 'westeurope' }, UNKNOWN],
    ['ZRS anywhere', { account_replication_type: 'ZRS', location: '${var.given}' }, COMPLIANT],
  ])('%s', (_, body, expected) => {
    expect(on('AzureResidencyGeoRedundancy', 'azurerm_storage_account.a', { 'azurerm_storage_account.a': body })).toBe(expected);
  });
});

describe('roles', () => {
  test.each([
    [{ role_definition_name: '${var.given ? "Reader" : var.given}', scope: '/x' }, UNKNOWN],
    [{ role_definition_name: '${var.given ? "Reader" : "Owner"}', scope: '/x' }, NON_COMPLIANT],
    [{ role_definition_id: '${var.given ? azurerm_role_definition.r.role_definition_resource_id : "/x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"}', scope: '/x' }, NON_COMPLIANT],
    [{ role_definition_id: '${data.azurerm_subscription.s.id}/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635', scope: '/x' }, NON_COMPLIANT],
    [{ role_definition_id: '${data.azurerm_subscription.s.id}/providers/Microsoft.Authorization/roleDefinitions/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', scope: '/x' }, COMPLIANT],
    [{ role_definition_id: '${azurerm_resource_group.g.id}/${var.given}', scope: '/x' }, UNKNOWN],
    [{ role_definition_name: 'Contributor', scope: '${azurerm_management_group.m.id}' }, NON_COMPLIANT],
    [{ role_definition_name: 'Contributor', scope: '${var.given ? azurerm_resource_group.g.id : "/subscriptions/s"}' }, NON_COMPLIANT],
    [{ role_definition_name: 'Contributor', scope: '/subscriptions/s' }, NON_COMPLIANT],
    [{ role_definition_name: 'Contributor', scope: '${azurerm_resource_group.g.id}' }, COMPLIANT],
    [{ role_definition_name: 'Contributor', scope: '${var.given}' }, UNKNOWN],
    [{ role_definition_name: 'Owner', scope: '${azurerm_resource_group.g.id}' }, NON_COMPLIANT],
    [{ role_definition_name: 'User Access Administrator', scope: '/x' }, NON_COMPLIANT],
    [{ role_definition_id: '/x/8E3AF657-a8ff-443c-a75c-2fe8c4bcb635', scope: '/x' }, NON_COMPLIANT],
    [{ role_definition_id: '${azurerm_role_definition.r.role_definition_resource_id}', scope: '/x' }, COMPLIANT],
    [{ role_definition_name: '${var.given}', scope: '/x' }, UNKNOWN],
  ])('%j: %s', (body, expected) => {
    expect(on('AzureRoleAssignment', 'azurerm_role_assignment.x', { 'azurerm_role_assignment.x': body, 'azurerm_resource_group.g': {}, 'azurerm_role_definition.r': {}, 'azurerm_management_group.m': {} })).toBe(expected);
  });
});

test('a change by azapi is judged for what it changes, and for nothing that it leaves out', () => {
  const content = (properties: Body) => ({ resource: { azapi_update_resource: { u: { type: 'Microsoft.Storage/storageAccounts@2023-05-01', resource_id: '/subscriptions/s/x', body: { properties } } } } });
  const open = (properties: Body) => judgeTerraformFiles({
    files: [{ stackName: 't', path: '', template: 't.tf.json', digest: '', content: content(properties) }], profile: PROFILE, unknownAs: Severity.WARNING, origin: 'files', libraries: {}, limits: [],
  }).rulings.map(({ id, answer }) => `${id} ${answer}`);
  expect(open({ publicNetworkAccess: 'Enabled' })).toEqual(['RegulatedML-AzureStoragePublicAccess non-compliant']);
  expect(open({ publicNetworkAccess: 'Disabled' })).toEqual([]);
});

test('what azurerm 5 calls otherwise is read too', () => {
  const logs = (body: Body) => judgedIn(configuration({ 'azurerm_log_analytics_workspace.l': body }), [azureRule('AzureLogsPublicAccess'), azureRule('AzureLogsLocalAuth')]).map(({ finding }) => finding.answer);
  expect(logs({ internet_ingestion_access_type: 'Disabled', internet_query_access_type: 'Disabled', local_authentication_enabled: false })).toEqual([COMPLIANT, COMPLIANT]);
  expect(logs({ internet_ingestion_access_type: 'Enabled', internet_query_access_type: 'Disabled', local_authentication_enabled: true })).toEqual([NON_COMPLIANT, NON_COMPLIANT]);
  expect(on('AzureKeyVaultRbac', 'azurerm_key_vault.v', { 'azurerm_key_vault.v': { enable_rbac_authorization: true } })).toBe(COMPLIANT);
});

describe('AzureDataPreventDestroy', () => {
  const account = (extra: Record<string, Body> = {}, own: Body = {}) => on('AzureDataPreventDestroy', 'azurerm_storage_account.a', {
    'azurerm_resource_group.g': { name: 'g' }, 'azurerm_storage_account.a': { resource_group_name: '${azurerm_resource_group.g.name}', ...own }, ...extra,
  });
  const lock = (scope: string) => ({ 'azurerm_management_lock.l': { scope, lock_level: 'CanNotDelete' } });

  test.each([
    ['nothing', {}, {}, NON_COMPLIANT],
    ['prevent_destroy', {}, { lifecycle: { prevent_destroy: true } }, COMPLIANT],
    ['prevent_destroy as a list of blocks', {}, { lifecycle: [{ prevent_destroy: true }] }, COMPLIANT],
    ['prevent_destroy switched off', {}, { lifecycle: { prevent_destroy: false } }, NON_COMPLIANT],
    ['another lifecycle', {}, { lifecycle: { ignore_changes: ['tags'] } }, NON_COMPLIANT],
    ['a lock on it', lock('${azurerm_storage_account.a.id}'), {}, COMPLIANT],
    ['a lock on its resource group', lock('${azurerm_resource_group.g.id}'), {}, COMPLIANT],
    ['a lock on something else', lock('${azurerm_key_vault.v.id}'), {}, NON_COMPLIANT],
  ])('an account with %s', (_, extra, own, expected) => {
    expect(account(extra, own)).toBe(expected);
  });

  test('a lock on an account holds for its containers', () => {
    const resources = { 'azurerm_storage_account.a': {}, 'azurerm_storage_container.c': { storage_account_id: '${azurerm_storage_account.a.id}' } };
    expect(on('AzureDataPreventDestroy', 'azurerm_storage_container.c', resources)).toBe(NON_COMPLIANT);
    expect(on('AzureDataPreventDestroy', 'azurerm_storage_container.c', { ...resources, ...lock('${azurerm_storage_account.a.id}') })).toBe(COMPLIANT);
  });

  test('azapi is asked the same, and a plan does not show it', () => {
    const vault = (lifecycle: Body) => answerOn('azapi_resource.subject', judgedIn({
      resource: { azapi_resource: { subject: { type: 'Microsoft.KeyVault/vaults@2023-07-01', name: 'v', parent_id: '/subscriptions/s/resourceGroups/g', body: { properties: {} }, ...lifecycle } } },
    }, [azureRule('AzureDataPreventDestroy')]));
    expect(vault({})).toBe(NON_COMPLIANT);
    expect(vault({ lifecycle: { prevent_destroy: true } })).toBe(COMPLIANT);
    const plan = { format_version: '1.2', planned_values: { root_module: { resources: [{ mode: 'managed', type: 'azurerm_key_vault', name: 'v', address: 'azurerm_key_vault.v', values: {} }] } } };
    expect(answerOn('azurerm_key_vault.v', judgedIn(plan, [azureRule('AzureDataPreventDestroy')]))).toBe(UNKNOWN);
  });
});

describe('AzurePrivateEndpointDns', () => {
  const endpoint = (extra: Record<string, Body> = {}) => on('AzurePrivateEndpointDns', 'azurerm_private_endpoint.e', { 'azurerm_private_endpoint.e': { name: 'e' }, ...extra });

  test('a zone group may stand in the endpoint, or below it', () => {
    expect(endpoint()).toBe(NON_COMPLIANT);
    expect(endpoint({ 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups.g': { parent_id: '${azurerm_private_endpoint.e.id}', properties: {} } })).toBe(COMPLIANT);
    expect(endpoint({ 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups.g': { parent_id: '${azurerm_private_endpoint.other.id}', properties: {} } })).toBe(NON_COMPLIANT);
  });

  test('an endpoint of azapi has it below', () => {
    const of = (parent: string) => answerOn('azapi_resource.e', judgedIn({ resource: { azapi_resource: {
      e: { type: 'Microsoft.Network/privateEndpoints@2024-05-01', name: 'e', parent_id: '/subscriptions/s/resourceGroups/g', body: { properties: {} } },
      g: { type: 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01', name: 'default', parent_id: parent, body: { properties: {} } },
    } } }, [azureRule('AzurePrivateEndpointDns')]));
    expect(of('${azapi_resource.e.id}')).toBe(COMPLIANT);
    expect(of('/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/other')).toBe(NON_COMPLIANT);
  });
});

describe('what is judged by something beside it', () => {
  const security = (body: Body) => on('AzureInboundOpen', 'azurerm_network_security_rule.r', { 'azurerm_network_security_rule.r': { direction: 'Inbound', access: 'Allow', source_address_prefix: '*', ...body } });
  test.each([
    [{ access: '${var.given}' }, UNKNOWN], [{ direction: '${var.given}' }, UNKNOWN], [{ access: '${var.given ? "Deny" : "Allow"}' }, NON_COMPLIANT], [{ access: 'Deny', direction: '${var.given}' }, COMPLIANT],
    [{ access: '${var.given}', source_address_prefix: '10.0.0.0/16' }, COMPLIANT],
  ])('a security rule with %j: %s', (body, expected) => {
    expect(security(body)).toBe(expected);
  });

  const blobs = (body: Body) => on('AzureStorageVersioning', 'azurerm_storage_account.a', { 'azurerm_storage_account.a': body });
  test.each([
    [{ is_hns_enabled: '${var.given ? true : false}' }, NON_COMPLIANT], [{ is_hns_enabled: '${var.given}' }, UNKNOWN], [{ is_hns_enabled: true }, undefined],
    [{ is_hns_enabled: '${var.given}', blob_properties: { versioning_enabled: true } }, COMPLIANT],
  ])('versions of an account with %j: %s', (body, expected) => {
    expect(blobs(body)).toBe(expected);
  });

  const job = (rule: string, properties: Body) => on(rule, 'azapi_resource.j', { [`${ML}/workspaces/jobs.j`]: { properties } });
  test.each([
    ['AzureMLJobTimeLimit', { jobType: '${var.given ? "Spark" : "Command"}' }, NON_COMPLIANT], ['AzureMLJobTimeLimit', { jobType: '${var.given}' }, UNKNOWN],
    ['AzureMLJobTimeLimit', { jobType: '${var.given}', limits: { timeout: 'PT4H' } }, COMPLIANT], ['AzureMLJobTimeLimit', { jobType: 'Spark' }, undefined],
    ['AzureMLJobIdentity', { jobType: '${var.given ? "Pipeline" : "Command"}' }, NON_COMPLIANT], ['AzureMLJobIdentity', { jobType: 'Pipeline' }, undefined],
    ['AzureMLVersionPinned', { environmentId: '${var.given ? azapi_resource.j.id : "azureml:sklearn@latest"}' }, NON_COMPLIANT],
  ])('%s of a job with %j: %s', (rule, properties, expected) => {
    expect(job(rule, properties)).toBe(expected);
  });

  test('steps have the identity of their pipeline, which may be none', () => {
    const step = (identity: unknown) => on('AzureMLJobIdentity', 'azapi_resource.j', { [`${ML}/workspaces/jobs.j`]: { properties: { jobType: 'Pipeline', identity, jobs: { a: { type: 'command' } } } } });
    expect(step({ identityType: 'Managed' })).toBe(COMPLIANT);
    expect(step({ identityType: 'AMLToken' })).toBe(NON_COMPLIANT);
    expect(step('${var.given ? {"identityType" = "Managed"} : null}')).toBe(NON_COMPLIANT);
  });

  test('the built-in contributor of Cosmos DB is found beside a role of the app', () => {
    const role = 'azurerm_cosmosdb_sql_role_definition.r';
    const builtIn = '/x/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002';
    const answer = (id: string) => on('AzureCosmosRoleAssignment', 'azurerm_cosmosdb_sql_role_assignment.a', { [role]: {}, 'azurerm_cosmosdb_sql_role_assignment.a': { role_definition_id: id } });
    expect(answer(`\${var.given ? ${role}.id : "${builtIn}"}`)).toBe(NON_COMPLIANT);
    expect(answer(`\${${role}.id}`)).toBe(COMPLIANT);
    expect(answer('${azurerm_cosmosdb_account.a.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002')).toBe(NON_COMPLIANT);
  });

  test('a password beside a reference to a vault is one', () => {
    const setting = '${var.given ? "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)" : "correct-horse-battery"}';
    expect(on('AzureFunctionPlainSecrets', 'azurerm_linux_function_app.f', { 'azurerm_linux_function_app.f': { app_settings: { DB_PASSWORD: setting } } })).toBe(NON_COMPLIANT);
  });

  test('a default stands on the side of a condition that says nothing', () => {
    expect(on('AzureStorageContainerPublic', 'azurerm_storage_container.c', { 'azurerm_storage_container.c': { container_access_type: '${var.given ? "private" : null}' } })).toBe(COMPLIANT);
    expect(on('AzureStorageSharedKey', 'azurerm_storage_account.a', { 'azurerm_storage_account.a': { shared_access_key_enabled: '${var.given ? false : null}' } })).toBe(NON_COMPLIANT);
  });

  test('a request that is one of two is read with all that it says', () => {
    const body = '${var.given ? {"sku" = {"name" = "Standard_ZRS"}} : {"sku" = {"name" = "Standard_GRS"}}}';
    const account = { type: 'Microsoft.Storage/storageAccounts@2023-05-01', location: 'brazilsouth', body };
    const content = (more: Body) => ({ variable: { given: {} }, resource: { azapi_resource: { subject: { ...account, ...more } } } });
    expect(answerOn('azapi_resource.subject', judgedIn(content({}), [azureRule('AzureResidencyGeoRedundancy')]))).toBe(NON_COMPLIANT);
    expect(answerOn('azapi_resource.subject', judgedIn(content({ sensitive_body: { properties: {} } }), [azureRule('AzureResidencyGeoRedundancy')]))).toBe(NON_COMPLIANT);
  });
});
