import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AzapiResource, DataStore, Hierarchy, Identity, Keys, NetworkMode, Replication, Workspace, WorkspaceProps, Zone } from '../../../lib/azure';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Residency, Retention } from '../../../lib/policy';
import { azureStack, group, location, profile, resourcesOf, stackIn, subscription, synthesized } from '../../support/azure';
import { circles, hasSchema, strangers } from '../../support/azurerm-schema';
import { terraform } from '../../support/terraform/validate';

const GOLDEN = join(__dirname, '../../golden/azure-roles.txt');
const subnet = (name: string) => `${group}/providers/Microsoft.Network/virtualNetworks/hub/subnets/${name}`;

function made(props: Partial<WorkspaceProps> = {}) {
  const { app, stack } = azureStack('Readmission');
  const workspace = new Workspace(stack, 'Workspace', { profile, location, name: 'readmission', alarmEmails: ['security@example.org'], ...props });
  return { app, stack, workspace };
}

/** The one resource of a type. */
function only(stack: ReturnType<typeof made>['stack'], type: string): Record<string, never> {
  const all = resourcesOf(stack, type);
  expect(all).toHaveLength(1);
  return all[0] as Record<string, never>;
}

/** The resource of azapi of a type, without its version. */
function arm(stack: ReturnType<typeof made>['stack'], type: string): Record<string, never>[] {
  return resourcesOf(stack, 'azapi_resource').filter((resource) => String(resource.type).startsWith(`${type}@`)) as Record<string, never>[];
}

describe('a workspace made from a profile and a region', () => {
  const { stack, workspace } = made();
  const all = synthesized(stack).resource!;

  test('has no public endpoint, no account key, no administrator and no local sign-in', () => {
    for (const account of resourcesOf(stack, 'azurerm_storage_account')) {
      expect(account).toMatchObject({
        public_network_access_enabled: false, shared_access_key_enabled: false, allow_nested_items_to_be_public: false, local_user_enabled: false,
        default_to_oauth_authentication: true, min_tls_version: 'TLS1_2', cross_tenant_replication_enabled: false, infrastructure_encryption_enabled: true,
        network_rules: { default_action: 'Deny' }, queue_encryption_key_type: 'Account', table_encryption_key_type: 'Account',
      });
    }
    expect(only(stack, 'azurerm_key_vault')).toMatchObject({
      public_network_access_enabled: false, sku_name: 'premium', rbac_authorization_enabled: true, purge_protection_enabled: true, soft_delete_retention_days: 90,
      network_acls: { default_action: 'Deny' },
    });
    expect(only(stack, 'azurerm_container_registry')).toMatchObject({
      public_network_access_enabled: false, sku: 'Premium', admin_enabled: false, anonymous_pull_enabled: false, export_policy_enabled: false,
    });
    expect(only(stack, 'azurerm_log_analytics_workspace')).toMatchObject({ local_authentication_enabled: false, internet_ingestion_enabled: false, internet_query_enabled: false });
    expect(only(stack, 'azurerm_application_insights')).toMatchObject({ local_authentication_disabled: true, internet_ingestion_enabled: false, internet_query_enabled: false });
    expect(only(stack, 'azurerm_monitor_private_link_scope')).toMatchObject({ ingestion_access_mode: 'PrivateOnly', query_access_mode: 'PrivateOnly' });
    expect(arm(stack, 'Microsoft.MachineLearningServices/workspaces')[0].body).toMatchObject({ properties: { publicNetworkAccess: 'Disabled', systemDatastoresAuthMode: 'Identity' } });
    expect(Object.keys(all).filter((type) => /public_ip|nat_gateway|bastion/.test(type))).toEqual([]);
    expect(JSON.stringify(all)).not.toMatch(/account_key|primary_access_key|connection_string|sas_token/);
  });

  test('encrypts storage, images and Azure ML with one key that no hardware gives out, made new by itself, and each version ends', () => {
    const [key] = arm(stack, 'Microsoft.KeyVault/vaults/keys');
    expect(key.body).toMatchObject({
      properties: {
        kty: 'RSA-HSM', keyOps: ['wrapKey', 'unwrapKey'], attributes: { exp: expect.stringMatching(/plantimestamp\(\)/) },
        rotationPolicy: {
          attributes: { expiryTime: 'P365D' },
          lifetimeActions: [{ action: { type: 'rotate' }, trigger: { timeAfterCreate: 'P180D' } }, { action: { type: 'notify' }, trigger: { timeBeforeExpiry: 'P30D' } }],
        },
      },
    });
    const keyUri = /^\$\{azapi_resource\.\w+\.output\.properties\.keyUri\}$/;
    for (const account of resourcesOf(stack, 'azurerm_storage_account')) {
      expect(account.customer_managed_key).toMatchObject({ key_vault_key_id: expect.stringMatching(keyUri), user_assigned_identity_id: expect.stringContaining('KeyUser') });
    }
    expect(only(stack, 'azurerm_container_registry').encryption).toEqual([{ key_vault_key_id: expect.stringMatching(keyUri), identity_client_id: expect.any(String) }]);
    expect(arm(stack, 'Microsoft.MachineLearningServices/workspaces')[0].body).toMatchObject({
      properties: {
        enableServiceSideCMKEncryption: true, hbiWorkspace: true,
        encryption: { status: 'Enabled', keyVaultProperties: { keyIdentifier: expect.stringMatching(/keyUriWithVersion\}$/) } },
      },
    });
  });

  test('has all that is encrypted wait for the role by which the key is used', () => {
    const access = Object.keys(all.azurerm_role_assignment).find((id) => id.includes('KeyVaultCryptoServiceEncryptionUser'))!;
    const waiting = [...resourcesOf(stack, 'azurerm_storage_account'), only(stack, 'azurerm_container_registry'), arm(stack, 'Microsoft.MachineLearningServices/workspaces')[0]];
    for (const resource of waiting) expect(resource.depends_on).toContain(`azurerm_role_assignment.${access}`);
  });

  test('has a private endpoint, with its names in private zones, for each service of each resource', () => {
    const endpoints = resourcesOf(stack, 'azurerm_private_endpoint') as { private_service_connection: { subresource_names: string[] }; private_dns_zone_group: { private_dns_zone_ids: string[] } }[];
    expect(endpoints.map((endpoint) => endpoint.private_service_connection.subresource_names[0]).sort()).toEqual([
      'amlworkspace', 'azuremonitor', 'blob', 'blob', 'blob', 'dfs', 'dfs', 'file', 'queue', 'registry', 'table', 'vault',
    ]);
    for (const endpoint of endpoints) {
      for (const id of endpoint.private_dns_zone_group.private_dns_zone_ids) expect(all.azurerm_private_dns_zone).toHaveProperty(/^\$\{azurerm_private_dns_zone\.(.+)\.id\}$/.exec(id)![1]);
    }
    expect(resourcesOf(stack, 'azurerm_private_dns_zone_virtual_network_link')).toHaveLength(Object.keys(all.azurerm_private_dns_zone).length);
  });

  test('has a subnet of endpoints that rules hold for, and that nothing leaves', () => {
    expect(only(stack, 'azurerm_subnet')).toMatchObject({ private_endpoint_network_policies: 'Enabled', default_outbound_access_enabled: false, address_prefixes: ['10.0.0.0/18'] });
    const rules = only(stack, 'azurerm_network_security_group').security_rule as unknown as Record<string, string>[];
    expect(rules.filter(({ direction, access }) => direction === 'Outbound' && access === 'Allow')).toEqual([]);
    expect(rules.filter(({ direction, access }) => direction === 'Inbound' && access === 'Allow').map((rule) => rule.source_address_prefix)).toEqual(['VirtualNetwork']);
  });

  test('has a managed network that lets out only what was approved, one rule after the other', () => {
    expect(workspace.networkMode).toBe(NetworkMode.MANAGED);
    expect(workspace.computeSubnetId).toBeUndefined();
    expect(arm(stack, 'Microsoft.MachineLearningServices/workspaces')[0].body).toMatchObject({ properties: { managedNetwork: { isolationMode: 'AllowOnlyApprovedOutbound' }, provisionNetworkNow: true } });
    const rules = all.azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint as Record<string, { depends_on: string[] }>;
    const order = Object.values(rules).map((rule) => rule.depends_on.filter((need) => need.includes('outbound_rule')));
    expect(order.map((before) => before.length).sort()).toEqual([0, 1, 1, 1, 1, 1]);
    expect(new Set(order.flat()).size).toBe(5);
  });

  test('sends logs of all that has any to the log workspace', () => {
    const targets = resourcesOf(stack, 'azurerm_monitor_diagnostic_setting').map((setting) => String(setting.target_resource_id).replace(/\$\{(\w+)\.\w+\.id\}/, '$1')).sort();
    expect(targets).toEqual([
      'azapi_resource', 'azurerm_container_registry', 'azurerm_key_vault', 'azurerm_log_analytics_workspace', 'azurerm_network_security_group',
      'azurerm_storage_account', 'azurerm_storage_account', 'azurerm_storage_account',
      'azurerm_storage_account/blobServices/default', 'azurerm_storage_account/blobServices/default', 'azurerm_storage_account/blobServices/default',
      'azurerm_storage_account/fileServices/default', 'azurerm_storage_account/queueServices/default', 'azurerm_storage_account/tableServices/default',
      'azurerm_virtual_network',
    ]);
  });

  test('keeps logs for a year, and those of audits for six under HIPAA', () => {
    expect(only(stack, 'azurerm_log_analytics_workspace').retention_in_days).toBe(Retention.years(1).inDays);
    const tables = resourcesOf(stack, 'azurerm_log_analytics_workspace_table');
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['StorageBlobLogs', 'AzureDiagnostics', 'AmlDataStoreEvent']));
    for (const table of tables) expect(table.total_retention_in_days).toBeGreaterThanOrEqual(6 * 365);
  });

  test('deletes what jobs leave in the storage of Azure ML when the retention of data ends, and no code', () => {
    const limited = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.days(400) } });
    const rules = resourcesOf(made({ profile: limited }).stack, 'azurerm_storage_management_policy').map(({ rule }) => (rule as { name: string; filters: object }[]).find(({ name }) => name === 'retention')!.filters);
    expect(rules).toEqual(expect.arrayContaining([expect.objectContaining({ prefix_match: ['azureml/ExperimentRun/'] })]));
    expect(rules.filter((filters) => !('prefix_match' in filters) || (filters as { prefix_match: unknown }).prefix_match == null)).toHaveLength(2);
  });

  test('keeps Terraform from deleting what holds data', () => {
    for (const type of ['azurerm_resource_group', 'azurerm_storage_account', 'azurerm_key_vault', 'azurerm_container_registry', 'azurerm_log_analytics_workspace', 'azurerm_application_insights']) {
      for (const resource of resourcesOf(stack, type)) expect(resource.lifecycle).toMatchObject({ prevent_destroy: true });
    }
    for (const resource of [...arm(stack, 'Microsoft.MachineLearningServices/workspaces'), ...arm(stack, 'Microsoft.Storage/storageAccounts/blobServices/containers'), ...arm(stack, 'Microsoft.KeyVault/vaults/keys')]) {
      expect(resource.lifecycle).toMatchObject({ prevent_destroy: true });
    }
  });

  test('lets Terraform delete all of it when that was said', () => {
    expect(JSON.stringify(synthesized(made({ deletable: true }).stack))).not.toContain('"prevent_destroy":true');
  });

  test('makes containers, keys and datastores through Azure Resource Manager, so that no runner has to reach a data plane', () => {
    expect(Object.keys(all).filter((type) => /storage_container$|gen2_filesystem|key_vault_(key|secret)|data_plane|storage_(blob|share|queue|table)/.test(type))).toEqual([]);
  });

  test('assigns only these roles (UPDATE_GOLDEN=1 writes the file anew)', () => {
    const name = (value: unknown) => String(value).replace(/\$\{(?:azurerm|azapi)_\w+?\.Workspace_(\w+)_[0-9A-F]{8}\.(?:id|name|principal_id)\}/g, '<$1>').replace(/\$\{azapi_resource\.Workspace_[0-9A-F]{8}\.id\}/, '<Workspace>');
    const lines = resourcesOf(stack, 'azurerm_role_assignment').map((role) => `${name(role.principal_id)}  ${role.role_definition_name}  ${name(role.scope)}`).sort();
    if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, `${lines.join('\n')}\n`);
    expect(existsSync(GOLDEN) && readFileSync(GOLDEN, 'utf8').trim().split('\n')).toEqual(lines);
    expect(lines.filter((line) => /\s{2}(Owner|Contributor|User Access Administrator)\s{2}/.test(line))).toEqual([]);
  });

  test('stores have the most sensitive classification of its frameworks', () => {
    expect([workspace.outputs.classification, workspace.models.classification]).toEqual([Classification.PHI, Classification.PHI]);
    expect([workspace.outputs.zone, workspace.models.zone]).toEqual([Zone.CURATED, Zone.MODELS]);
  });

  test('notes what was chosen and what it costs', () => {
    const choices = [workspace, ...workspace.node.children].flatMap((node) => node.node.metadata).filter(({ type }) => type === 'regulated-ml:choice').map(({ data }) => (data as { choice: string }).choice);
    expect(choices).toEqual(['a managed network with approved outbound rules only', 'a key in a premium vault', 'logs under keys of Microsoft', 'copies as ZRS', 'copies as ZRS']);
  });

  test('alarms reach the addresses that were given', () => {
    expect(only(stack, 'azurerm_monitor_action_group').email_receiver).toEqual([{ name: 'email-1', email_address: 'security@example.org', use_common_alert_schema: true }]);
  });
});

describe('computes in a network of its own', () => {
  const { stack, workspace } = made({ firewallAddress: '10.1.0.4' });

  test('leave through the firewall alone, and only to what Azure ML cannot do without', () => {
    expect(workspace.networkMode).toBe(NetworkMode.OWN);
    expect(workspace.computeSubnetId).toBeDefined();
    expect(only(stack, 'azurerm_route_table').route).toMatchObject([{ address_prefix: '0.0.0.0/0', next_hop_type: 'VirtualAppliance', next_hop_in_ip_address: '10.1.0.4' }]);
    for (const one of resourcesOf(stack, 'azurerm_subnet')) expect(one.default_outbound_access_enabled).toBe(false);
    expect(resourcesOf(stack, 'azurerm_subnet_route_table_association')).toHaveLength(1);
    const groups = resourcesOf(stack, 'azurerm_network_security_group') as { name: string; security_rule: { direction: string; access: string; destination_address_prefix: string; priority: number }[] }[];
    const computes = groups.find(({ name }) => name.includes('computes'))!;
    const out = computes.security_rule.filter(({ direction }) => direction === 'Outbound');
    expect(out.filter(({ access }) => access === 'Allow').map((rule) => rule.destination_address_prefix)).toEqual([
      'VirtualNetwork', 'AzureActiveDirectory', 'AzureMachineLearning', 'AzureMachineLearning', 'BatchNodeManagement.germanywestcentral', 'AzureResourceManager',
      'Storage.germanywestcentral', 'AzureFrontDoor.FirstParty', 'MicrosoftContainerRegistry.germanywestcentral',
    ]);
    expect(out[out.length - 1]).toMatchObject({ access: 'Deny', destination_address_prefix: '*', priority: 4096 });
    expect(new Set(out.map(({ priority }) => priority)).size).toBe(out.length);
  });

  test('have no managed network beside it', () => {
    expect(arm(stack, 'Microsoft.MachineLearningServices/workspaces')[0].body).toMatchObject({
      properties: { managedNetwork: { isolationMode: 'Disabled' }, serverlessComputeSettings: { serverlessComputeNoPublicIP: true } },
    });
    expect(resourcesOf(stack, 'azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint')).toEqual([]);
    expect(JSON.stringify(resourcesOf(stack, 'azurerm_role_assignment'))).not.toContain('Network Connection Approver');
  });
});

describe('what the user has already', () => {
  test('is taken: network, zones, vault, key, identities, registry, logs, alarms, group, stores', () => {
    const { app, stack } = azureStack('Readmission');
    const identity = (name: string) => Identity.fromAttributes(stack, name, { identityId: `${group}/${name}`, principalId: `${name}-principal`, clientId: `${name}-client` });
    const store = (name: string) => DataStore.fromAttributes(stack, name, { accountId: `${group}/providers/Microsoft.Storage/storageAccounts/${name.toLowerCase()}`, containerName: 'data', classification: Classification.PHI, location });
    const workspace = new Workspace(stack, 'Workspace', {
      profile, location, resourceGroupId: group, endpointSubnetId: subnet('endpoints'), computeSubnetId: subnet('computes'), dnsZonesGroupId: `${subscription}/resourceGroups/dns`,
      keyVaultId: `${group}/providers/Microsoft.KeyVault/vaults/ours`,
      keys: Keys.given({ keyId: 'https://ours.vault.azure.net/keys/data/0123456789abcdef0123456789abcdef', keyVaultId: `${group}/providers/Microsoft.KeyVault/vaults/ours` }),
      identity: identity('Ours'), keyIdentity: identity('OursKeys'), registryId: `${group}/providers/Microsoft.ContainerRegistry/registries/ours`,
      logAnalyticsId: `${group}/providers/Microsoft.OperationalInsights/workspaces/ours`, alarmsId: `${group}/providers/Microsoft.Insights/actionGroups/ours`,
      outputs: store('Outputs'), models: store('Models'),
    });
    expect(Object.keys(synthesized(stack).resource!).sort()).toEqual([
      'azapi_resource', 'azurerm_application_insights', 'azurerm_monitor_diagnostic_setting', 'azurerm_monitor_private_link_scope', 'azurerm_monitor_private_link_scoped_service',
      'azurerm_private_endpoint', 'azurerm_role_assignment', 'azurerm_storage_account', 'azurerm_storage_management_policy',
    ]);
    expect(workspace.keyId).toBe('https://ours.vault.azure.net/keys/data');
    expect(workspace.networkId).toBe(`${group}/providers/Microsoft.Network/virtualNetworks/hub`);
    expect(workspace.registryServer).toBe('ours.azurecr.io');
    expect(workspace.dnsZoneId('privatelink.blob.core.windows.net')).toBe(`${subscription}/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net`);
    const assigned = resourcesOf(stack, 'azurerm_role_assignment').find((role) => role.principal_id === 'OursKeys-principal');
    expect(assigned).toMatchObject({ role_definition_name: 'Key Vault Crypto Service Encryption User', scope: `${group}/providers/Microsoft.KeyVault/vaults/ours/keys/data` });
    expect(arm(stack, 'Microsoft.MachineLearningServices/workspaces')[0].body).toMatchObject({
      properties: { encryption: { keyVaultProperties: { keyIdentifier: 'https://ours.vault.azure.net/keys/data/0123456789abcdef0123456789abcdef' } } },
    });
    expect(app.node.findAll().length).toBeGreaterThan(10);
  });

  test('a managed HSM keeps the key of stores, and a vault that of images and Azure ML', () => {
    const { stack, workspace } = made({ keys: Keys.inManagedHsm(`${group}/providers/Microsoft.KeyVault/managedHSMs/clinic`) });
    expect(workspace.keyId).toMatch(/^https:\/\/clinic\.managedhsm\.azure\.net\/keys\/readmission-hsmkey-[0-9a-f]{8}$/);
    for (const account of resourcesOf(stack, 'azurerm_storage_account')) expect(account.customer_managed_key).toMatchObject({ managed_hsm_key_id: workspace.keyId });
    expect(only(stack, 'azurerm_container_registry').encryption).toMatchObject([{ key_vault_key_id: expect.stringContaining('keyUri') }]);
    expect(only(stack, 'azurerm_key_vault_managed_hardware_security_module_role_assignment').name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(circles(synthesized(stack))).toEqual([]);
  });

  test('a dedicated cluster has the key of logs', () => {
    const { stack } = made({ logClusterId: `${group}/providers/Microsoft.OperationalInsights/clusters/logs` });
    expect(only(stack, 'azurerm_log_analytics_linked_service')).toMatchObject({ write_access_id: `${group}/providers/Microsoft.OperationalInsights/clusters/logs` });
    expect(only(stack, 'azurerm_log_analytics_workspace').cmk_for_query_forced).toBe(true);
  });

  test('tags reach all that it is made of', () => {
    const { stack } = made({ tags: { 'cost-centre': '4711' } });
    const untagged = Object.entries(synthesized(stack).resource!).flatMap(([type, resources]) => Object.entries(resources)
      .filter(([, resource]) => 'tags' in resource && (resource.tags as Record<string, string>)['cost-centre'] !== '4711').map(([id]) => `${type}.${id}`));
    expect(untagged).toEqual([]);
    expect(resourcesOf(stack, 'azurerm_storage_account').every((account) => 'tags' in account)).toBe(true);
  });
});

describe('names', () => {
  test('are valid, the same at each synth, and different in two workspaces of a stack', () => {
    const { stack } = azureStack('Two');
    for (const name of ['Readmission', 'A very long name-of_a workspace in 2026']) new Workspace(stack, name, { profile, location });
    const twice = azureStack('Two').stack;
    for (const name of ['Readmission', 'A very long name-of_a workspace in 2026']) new Workspace(twice, name, { profile, location });
    expect(synthesized(stack).resource).toEqual(synthesized(twice).resource);
    const forms: Record<string, RegExp> = {
      azurerm_storage_account: /^[a-z0-9]{3,24}$/, azurerm_key_vault: /^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/, azurerm_container_registry: /^[a-z0-9]{5,50}$/,
      azurerm_user_assigned_identity: /^[a-z0-9][a-z0-9-]{2,127}$/, azurerm_log_analytics_workspace: /^[a-z0-9][a-z0-9-]{2,61}[a-z0-9]$/, azurerm_resource_group: /^[\w-]{1,90}$/,
    };
    for (const [type, form] of Object.entries(forms)) {
      const names = resourcesOf(stack, type).map(({ name }) => String(name));
      expect(names.filter((name) => !form.test(name))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
    }
    expect(arm(stack, 'Microsoft.MachineLearningServices/workspaces').map(({ name }) => name).filter((name) => !/^[a-zA-Z0-9][\w-]{2,32}$/.test(name))).toEqual([]);
    expect(circles(synthesized(stack))).toEqual([]);
  });

  test('role assignments keep theirs when the app has one resource more before them', () => {
    const ids = (before: boolean) => {
      const { stack } = azureStack('Readmission');
      if (before) new AzapiResource(stack, 'Before', { type: 'Microsoft.Resources/tags@2024-03-01', name: 'default', parentId: group, body: {} });
      new Workspace(stack, 'Workspace', { profile, location, name: 'readmission' });
      return Object.keys(synthesized(stack).resource!.azurerm_role_assignment);
    };
    expect(ids(true)).toEqual(ids(false));
  });
});

describe('what the provider would say', () => {
  const stacks = () => [made(), made({ firewallAddress: '10.1.0.4', tags: { a: 'b' } }), made({ keys: Keys.inManagedHsm(`${group}/providers/Microsoft.KeyVault/managedHSMs/clinic`), logClusterId: `${group}/providers/Microsoft.OperationalInsights/clusters/logs` })];

  test('nothing waits for itself', () => {
    for (const { stack } of stacks()) expect(circles(synthesized(stack))).toEqual([]);
    expect(circles({ resource: { azurerm_a: { x: { y: '${azurerm_b.z.id}' } }, azurerm_b: { z: { y: '${azurerm_a.x.id}' } } } })).toEqual([['azurerm_a.x', 'azurerm_b.z', 'azurerm_a.x']]);
  });

  (hasSchema ? test : test.skip)('all attributes are known to azurerm 4.55, and none is missing', () => {
    for (const { stack, workspace } of stacks()) {
      workspace.addStore('Flat', { classification: Classification.PHI, hierarchy: Hierarchy.FLAT, retention: Retention.days(90) });
      expect(strangers(synthesized(stack))).toEqual([]);
    }
    expect(strangers({ resource: { azurerm_key_vault: { v: { name: 'v', no_such: 1 } } } })).toEqual(expect.arrayContaining(['azurerm_key_vault.v.no_such is unknown', 'azurerm_key_vault.v.tenant_id is missing']));
  });
});

describe('what is refused', () => {
  const eu = Jurisdiction.EU;
  test.each<[string, Partial<WorkspaceProps>, RegExp]>([
    ['a region outside the residency', { location: 'eastus' }, /workspace 'Readmission\/Workspace' is in region 'eastus', outside the residency \(EU\): move it to one of/],
    ['a region that is misspelt', { location: 'West Europe' }, /unknown region 'West Europe': did you mean 'westeurope'/],
    ['no region', { location: undefined }, /the location of workspace 'Readmission\/Workspace' is undefined: write the name of the region/],
    ['a region of AWS', { location: 'eu-central-1' }, /is 'eu-central-1', a region of AWS: give one of/],
    ['a sovereign cloud', { location: 'usgovvirginia', profile: ComplianceProfile.of({ frameworks: [Framework.HIPAA], residency: Residency.regions('usgovvirginia') }) }, /in azure-us-gov: names of services and private DNS zones are other ones/],
    ['a managed network and a subnet of computes', { networkMode: NetworkMode.MANAGED, computeSubnetId: subnet('computes') }, /has a managed network, and is given computeSubnetId: Azure ML takes one or the other/],
    ['computes of its own without a way out', { networkMode: NetworkMode.OWN }, /give firewallAddress, the private address of a firewall that lets them, or computeSubnetId/],
    ['a firewall and a subnet that exists', { firewallAddress: '10.1.0.4', computeSubnetId: subnet('computes') }, /is given a subnet of computes that exists and a firewallAddress/],
    ['a firewall for a network that exists', { firewallAddress: '10.1.0.4', endpointSubnetId: subnet('endpoints') }, /give computeSubnetId as well, with a route to the firewall/],
    ['an address range for a network that exists', { addressSpace: '10.0.0.0/16', endpointSubnetId: subnet('endpoints') }, /an addressSpace for a new one: give one of them/],
    ['a firewall with a public address', { firewallAddress: '8.8.8.8' }, /firewallAddress of .* is '8\.8\.8\.8': give the private address/],
    ['a subnet that is none', { endpointSubnetId: 'subnet-1' }, /endpointSubnetId of workspace .* is 'subnet-1': give an id such as/],
    ['public addresses', { addressSpace: '20.0.0.0/16' }, /which are public addresses/],
    ['a range that begins in the middle', { addressSpace: '10.0.1.0/16' }, /begins at a multiple of its size/],
    ['the range of Docker', { addressSpace: '172.16.0.0/12' }, /holds the range of Docker on computes/],
    ['a network mode that is none', { networkMode: 'both' as never }, /networkMode of .* is 'both': give NetworkMode\.MANAGED or NetworkMode\.OWN/],
    ['a name that Azure refuses', { name: 'a b' }, /'a b' is no name of a workspace: give 3 to 33 letters/],
    ['a replication to a pair outside', { replication: Replication.PAIRED_REGION, profile: ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.regions('germanywestcentral') }) }, /would be copied to 'germanynorth' \(DE\), the pair of 'germanywestcentral', outside the residency/],
    ['a resource group by its name', { resourceGroupId: 'readmission' }, /the resource group of .* is 'readmission': give an id such as/],
    ['a vault by its name', { keyVaultId: 'clinic' }, /keyVaultId of .* is 'clinic': give an id such as '.*Microsoft\.KeyVault\/vaults\/<name>'/],
    ['a vault of a key by its name', { keys: Keys.given({ keyId: 'https://clinic.vault.azure.net/keys/data', keyVaultId: 'clinic' }) }, /keyVaultId of the key of .* is 'clinic'/],
    ['a vault for a log workspace', { logAnalyticsId: `${group}/providers/Microsoft.KeyVault/vaults/clinic` }, /logAnalyticsId of .*: give an id such as '.*Microsoft\.OperationalInsights\/workspaces\/<name>'/],
    ['an action group by its name', { alarmsId: 'security' }, /alarmsId of .* is 'security': give an id such as/],
    ['an address that is none', { alarmEmails: ['security'] }, /alarmEmails of .* has 'security': give addresses such as/],
    ['tags that Azure refuses', { tags: { 'a/b': 'c' } }, /have one named 'a\/b'/],
    ['a tag that is no text', { tags: { a: 1 as never } }, /tag 'a' of .* is 1: give a text/],
  ])('fails for %s', (_, props, message) => {
    expect(() => made(props)).toThrow(message);
  });

  test('fails for a second workspace of a stack that makes the same group, or zones in it', () => {
    const { stack } = made();
    expect(() => new Workspace(stack, 'Second', { profile, location, name: 'Readmission' })).toThrow(/'Readmission\/Second' is called 'Readmission', as 'Readmission\/Workspace' is, .*: give another name, or resourceGroupId/);
    const shared = { profile, location, resourceGroupId: group };
    new Workspace(stack, 'Third', { ...shared, name: 'third' });
    expect(() => new Workspace(stack, 'Fourth', { ...shared, name: 'fourth' })).toThrow(/stands in the resource group of 'Readmission\/Third', .*: give dnsZonesGroupId/);
    expect(() => new Workspace(stack, 'Fifth', { ...shared, name: 'fifth', dnsZonesGroupId: `${subscription}/resourceGroups/dns` })).not.toThrow();
  });

  test.each(['2027', '2027-readmission'])('names begin with a letter where Azure wants one: %s', (name) => {
    const [vault] = resourcesOf(made({ name }).stack, 'azurerm_key_vault');
    expect(vault.name).toMatch(/^[a-z](-?[a-z0-9]+)*$/);
  });

  test('fails for a store outside the residency', () => {
    const { stack } = azureStack();
    const outputs = DataStore.fromAttributes(stack, 'Far', { accountId: `${group}/providers/Microsoft.Storage/storageAccounts/far`, containerName: 'data', classification: Classification.PHI, location: 'eastus' });
    expect(() => new Workspace(stack, 'Workspace', { profile, location, outputs })).toThrow(/store 'Stack\/Far' of workspace .* is in region 'eastus', outside the residency/);
  });

  test('fails for a zone that it has not', () => {
    expect(() => made().workspace.dnsZoneId('privatelink.redis.cache.windows.net')).toThrow(/has no private DNS zone 'privatelink\.redis\.cache\.windows\.net': it has privatelink\.blob/);
  });

  test('fails for logs that are to be kept longer than Azure keeps any', () => {
    const long = ComplianceProfile.of({ frameworks: [Framework.HIPAA], residency: Residency.within(eu), retention: { audit: Retention.years(20) } });
    expect(() => made({ profile: long })).toThrow(/kept for 7305 days, and Log Analytics keeps nothing beyond 4383 days/);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['a key that ends before it is rotated', () => Keys.inVault({ rotateAfter: Retention.days(365), expireAfter: Retention.days(365) }), /let it end 7 days or more after it is rotated/],
    ['a day that is none', () => Keys.inVault({ firstExpires: '31.12.2028' }), /firstExpires is '31\.12\.2028': give a day such as '2028-12-31'/],
    ['a key that is rotated too often', () => Keys.inVault({ rotateAfter: Retention.days(1) }), /Azure takes 7 days and 28 days at least/],
    ['a given key that is none', () => Keys.given({ keyId: 'key', keyVaultId: 'v' }), /keyId of a given key is 'key': give one such as/],
    ['a managed HSM that is none', () => made({ keys: Keys.inManagedHsm('clinic') }), /the managed HSM of workspace .* is 'clinic': give an id such as/],
  ])('fails for %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('the first version of a key ends on the day that was given', () => {
    const { stack } = made({ keys: Keys.inVault({ firstExpires: '2028-12-31' }) });
    expect(arm(stack, 'Microsoft.KeyVault/vaults/keys')[0].body).toMatchObject({ properties: { attributes: { exp: Date.UTC(2028, 11, 31) / 1000 } } });
  });

  // without a day, it is Terraform that knows which day it is
  (terraform ? test : test.skip)('ends on a day that Terraform works out from that of the plan, to the day', () => {
    const key = (keys: Keys) => String((arm(made({ keys }).stack, 'Microsoft.KeyVault/vaults/keys')[0] as unknown as { body: { properties: { attributes: { exp: string } } } }).body.properties.attributes.exp);
    const sums = { 365: key(Keys.inVault()), 100: key(Keys.inVault({ rotateAfter: Retention.days(30), expireAfter: Retention.days(100) })) };
    const asked = ['2026-11-27', '2027-12-31', '2028-01-01', '2028-02-28', '2028-02-29', '2028-03-01', '2029-02-28', '2099-12-31'].flatMap((day) => ([365, 100] as const).map((days) => ({
      // the time of day counts for nothing
      expression: sums[days].slice(2, -1).replaceAll('plantimestamp()', `"${day}T23:59:59Z"`), expected: (Date.parse(day) / 86_400_000 + days) * 86_400,
    })));
    const [program, ...args] = terraform!;
    const folder = mkdtempSync(join(tmpdir(), 'console-'));
    const { stdout } = spawnSync(program!, [...args, 'console'], {
      cwd: folder, encoding: 'utf8', env: { ...process.env, CHECKPOINT_DISABLE: '1' }, input: `join(" ", [${asked.map(({ expression }) => expression).join(', ')}])\n`,
    });
    rmSync(folder, { recursive: true });
    expect(stdout.trim()).toBe(JSON.stringify(asked.map(({ expected }) => expected).join(' ')));
  });

  test('a warning says that alarms reach nobody', () => {
    const { workspace } = made({ alarmEmails: undefined });
    expect(workspace.node.metadata.map(({ data }) => String(data))).toContainEqual(expect.stringContaining('reach nobody: give alarmEmails'));
  });

  test('a store is used by identities of other stacks, which wait for it and it not for them', () => {
    const { app, stack, workspace } = made();
    const other = stackIn(app, 'Pipeline');
    const identity = new Identity(other, 'Train', { workspace });
    workspace.outputs.grantRead(identity);
    workspace.outputs.grantRead(identity);
    app.synth();
    const role = JSON.parse(readFileSync(join(app.outdir, 'stacks/Pipeline/cdk.tf.json'), 'utf8')).resource.azurerm_role_assignment;
    expect(Object.values(role)).toEqual([expect.objectContaining({ role_definition_name: 'Storage Blob Data Reader', principal_id: expect.stringContaining('azurerm_user_assigned_identity.Train_'), scope: expect.stringContaining('terraform_remote_state') })]);
    expect(other.dependencies).toEqual([stack]);
    expect(stack.dependencies).toEqual([]);
  });

  test('two stacks of an app may have a workspace each', () => {
    const { app, stack } = made();
    const other = stackIn(app, 'Other');
    new Workspace(other, 'Workspace', { profile, location: 'westeurope', name: 'readmission' });
    const names = (of: typeof stack) => resourcesOf(of, 'azurerm_storage_account').map(({ name }) => name);
    expect(names(stack).filter((name) => names(other).includes(name))).toEqual([]);
  });
});
