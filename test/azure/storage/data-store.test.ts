import type { TerraformStack } from 'cdktf';
import { DataStore, Hierarchy, Immutability, Replication, StoreProps, Zone } from '../../../lib/azure';
import { Classification, ComplianceProfile, Framework, Jurisdiction, PrivacyBudget, PrivacyUnit, Purpose, Residency, Retention } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { azureStack, group, importedWorkspace, location, profile, resourcesOf, stackIn, synthesized, workspaceStack } from '../../support/azure';
import { hasSchema, strangers } from '../../support/azurerm-schema';

function made(props: Partial<StoreProps> = {}, attrs: Parameters<typeof workspaceStack>[0] = {}) {
  const { stack, workspace } = workspaceStack(attrs);
  const store = workspace.addStore('Raw', { classification: Classification.PHI, purpose: Purpose.of('readmission-risk'), ...props });
  return { stack, workspace, store };
}

function account(stack: TerraformStack): Readonly<Record<string, unknown>> {
  const [only, ...more] = resourcesOf(stack, 'azurerm_storage_account');
  expect(more).toEqual([]);
  return only;
}

function datastore(stack: TerraformStack): Readonly<Record<string, unknown>> {
  return resourcesOf(stack, 'azapi_resource').find(({ type }) => String(type).startsWith('Microsoft.MachineLearningServices/workspaces/datastores@'))!;
}

function warnings(store: DataStore): string[] {
  return store.node.metadata.map(({ data }) => data).filter((data): data is string => typeof data === 'string');
}

describe('a store', () => {
  const { stack, store } = made();

  test('is a data lake in an account of its own, in three zones, under the key of the workspace', () => {
    expect(account(stack)).toMatchObject({
      is_hns_enabled: true, account_replication_type: 'ZRS', account_kind: 'StorageV2', public_network_access_enabled: false, shared_access_key_enabled: false,
      allowed_copy_scope: 'PrivateLink', cross_tenant_replication_enabled: false, infrastructure_encryption_enabled: true, default_to_oauth_authentication: true,
      network_rules: { default_action: 'Deny', bypass: ['None'] }, sas_policy: { expiration_action: 'Block' },
      customer_managed_key: { key_vault_key_id: 'https://readmission.vault.azure.net/keys/data', user_assigned_identity_id: expect.stringMatching(/keyuser$/) },
      identity: { type: 'UserAssigned' }, lifecycle: { prevent_destroy: true },
    });
  });

  test('brings back for 30 days what was deleted; Azure keeps no versions in a data lake, and none are claimed', () => {
    expect(account(stack).blob_properties).toEqual({ delete_retention_policy: { days: 30, permanent_delete_enabled: false }, container_delete_retention_policy: { days: 30 } });
  });

  test('bears its classification, purpose and zone as tags, and in the data flow', () => {
    expect(account(stack).tags).toEqual({ 'regulated-ml:classification': 'phi', 'regulated-ml:purpose': 'readmission-risk', 'regulated-ml:zone': 'raw' });
    expect(DataFlow.of(store).node(store.node.path)).toMatchObject({ kind: 'store', name: 'Raw', detail: 'raw', classification: Classification.PHI, region: location });
  });

  test('is known to Azure ML by a datastore that holds no secret', () => {
    expect(datastore(stack)).toMatchObject({
      name: store.datastoreName,
      body: {
        properties: {
          datastoreType: 'AzureDataLakeGen2', credentials: { credentialsType: 'None' }, serviceDataAccessAuthIdentity: 'WorkspaceUserAssignedIdentity', protocol: 'https',
        },
      },
    });
    expect(store.datastoreName).toMatch(/^[a-z0-9_]+$/);
  });

  test('is reached as blobs and as files, from both networks', () => {
    const services = resourcesOf(stack, 'azurerm_private_endpoint').map((endpoint) => (endpoint.private_service_connection as { subresource_names: string[] }).subresource_names);
    expect(services).toEqual([['blob'], ['dfs']]);
    expect(resourcesOf(stack, 'azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint').map((rule) => rule.sub_resource_target)).toEqual(['blob', 'dfs']);
  });

  test('gives its data to steps, by a path, under a name that code can use', () => {
    const input = store.input('admissions/2026-q1/');
    expect(input).toMatchObject({ uri: `azureml://datastores/${store.datastoreName}/paths/admissions/2026-q1/`, name: 'data_2026_q1', sourceId: store.node.path });
    expect(store.input().name).toBe('raw');
    expect(input.as('other')).toMatchObject({ name: 'other', uri: input.uri, sourceId: input.sourceId });
  });
});

describe('a store in a network of the workspace', () => {
  test('opens no managed network', () => {
    const { stack } = made({}, { computeSubnetId: `${group}/providers/Microsoft.Network/virtualNetworks/hub/subnets/computes` });
    expect(resourcesOf(stack, 'azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint')).toEqual([]);
  });
});

describe('a flat store', () => {
  const { stack } = made({ hierarchy: Hierarchy.FLAT, recoverableFor: Retention.days(14) });

  test('keeps versions, says what changed, and lets go of versions as of what was deleted', () => {
    expect(account(stack)).toMatchObject({
      is_hns_enabled: false,
      blob_properties: { versioning_enabled: true, change_feed_enabled: true, change_feed_retention_in_days: 14, delete_retention_policy: { days: 14 } },
    });
    expect(resourcesOf(stack, 'azurerm_storage_management_policy')).toMatchObject([{ rule: [{ actions: { version: { delete_after_days_since_creation: 14 }, snapshot: { delete_after_days_since_creation_greater_than: 14 } } }] }]);
  });

  test('is reached as blobs only, and known to Azure ML as such', () => {
    expect(resourcesOf(stack, 'azurerm_private_endpoint')).toHaveLength(1);
    expect(datastore(stack).body).toMatchObject({ properties: { datastoreType: 'AzureBlob' } });
  });
});

describe('retention', () => {
  const limited = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.days(400), captures: Retention.days(90) } });

  test('deletes what is older than the profile says, for data and for captures', () => {
    expect(resourcesOf(made({}, { profile: limited }).stack, 'azurerm_storage_management_policy')).toMatchObject([{
      rule: [{ name: 'no-longer-data' }, { enabled: true, filters: { blob_types: ['blockBlob', 'appendBlob'] }, actions: { base_blob: { delete_after_days_since_modification_greater_than: 400 } } }],
    }]);
    const captures = made({ zone: Zone.CAPTURES }, { profile: limited });
    expect(resourcesOf(captures.stack, 'azurerm_storage_management_policy')).toMatchObject([{ rule: [{}, { actions: { base_blob: { delete_after_days_since_modification_greater_than: 90 } } }] }]);
    expect(DataFlow.of(captures.store).node(captures.store.node.path)).toMatchObject({ retentionDays: 90 });
  });

  test('deletes no data where nothing says how long, only snapshots that are older than what can be brought back', () => {
    expect(resourcesOf(made().stack, 'azurerm_storage_management_policy').map(({ rule }) => rule)).toEqual([[expect.objectContaining({
      actions: { snapshot: { delete_after_days_since_creation_greater_than: 30 } }, filters: { blob_types: ['blockBlob'] },
    })]]);
  });
});

describe('immutability', () => {
  test('is a policy of the container, noted with what it costs, and warned of where people may demand erasure', () => {
    const { stack, store } = made({ immutability: Immutability.locked(Retention.years(6)) });
    expect(resourcesOf(stack, 'azurerm_storage_container_immutability_policy')).toMatchObject([{
      immutability_period_in_days: 2192, locked: true, storage_container_resource_manager_id: expect.stringMatching(/^\$\{azapi_resource\.\w+_Container_\w+\.id\}$/),
    }]);
    expect(warnings(store)).toEqual([expect.stringMatching(/cannot be deleted for 2192 days and is phi data, which people may demand to have erased/)]);
    expect(store.node.metadata.filter(({ type }) => type === 'regulated-ml:choice').map(({ data }) => (data as { choice: string }).choice)).toContain('locked immutability for 2192 days');
  });

  test('is not warned of without personal data, and is where it outlasts retention', () => {
    expect(warnings(made({ classification: Classification.INTERNAL, immutability: Immutability.unlocked(Retention.days(30)) }).store)).toEqual([]);
    expect(warnings(made({ classification: Classification.INTERNAL, immutability: Immutability.unlocked(Retention.days(30)), retention: Retention.days(7) }).store)).toEqual([
      expect.stringMatching(/is to be deleted after 7 days: make it immutable for no longer than it is kept/),
    ]);
  });
});

describe('who may read and write', () => {
  test('is told on the container, by the two roles for data, once for each identity', () => {
    const { stack, workspace, store } = made();
    store.grantReadWrite(workspace.keyIdentity);
    store.grantReadWrite(workspace.keyIdentity);
    const roles = resourcesOf(stack, 'azurerm_role_assignment').filter(({ role_definition_name: role }) => String(role).startsWith('Storage'));
    expect(roles.map(({ role_definition_name: role }) => role).sort()).toEqual(['Storage Blob Data Contributor', 'Storage Blob Data Reader']);
    for (const role of roles) expect(role.scope).toMatch(/\/blobServices\/default\/containers\/\$\{azapi_resource\.\w+\.name\}$/);
  });
});

test('a store may be deleted when that was said', () => {
  const { stack } = made({ deletable: true });
  expect(account(stack).lifecycle).toBeUndefined();
  expect(resourcesOf(stack, 'azapi_resource').every(({ lifecycle }) => lifecycle === undefined)).toBe(true);
});

test('a privacy budget is told to the flow, and stated in the metadata of the store', () => {
  const { store } = made({ privacyBudget: PrivacyBudget.perYear({ epsilon: 8, delta: 1e-6, records: 10_000, unit: PrivacyUnit.RECORD }) });
  expect(DataFlow.of(store).node(store.node.path)).toMatchObject({ hasPrivacyBudget: true });
  expect(warnings(store)).toEqual([]);
  expect(store.node.metadata.filter(({ type }) => type === 'regulated-ml:privacy').map(({ data }) => data)).toMatchObject([{ dataSet: store.node.path, statement: { withinBudget: true, expenses: [] } }]);
});

(hasSchema ? test : test.skip)('all attributes are known to azurerm 4.55, with every option', () => {
  const { stack, workspace } = made({ immutability: Immutability.unlocked(Retention.days(7)), retention: Retention.days(90) });
  workspace.addStore('Flat', { classification: Classification.PHI, hierarchy: Hierarchy.FLAT, replication: Replication.PAIRED_REGION });
  expect(strangers(synthesized(stack))).toEqual([]);
});

describe('what is refused', () => {
  test.each<[string, Partial<StoreProps>, RegExp]>([
    ['no classification', { classification: undefined }, /store 'Stack\/Workspace\/Raw' has no classification \(it is undefined\): give one of Classification\.PUBLIC/],
    ['a hierarchy that is none', { hierarchy: 'deep' as never }, /is 'deep': give Hierarchy\.FOLDERS or Hierarchy\.FLAT/],
    ['a replication that is none', { replication: 'RAGRS' as never }, /is 'RAGRS': give one of Replication\.LOCAL/],
    ['captures without retention', { zone: Zone.CAPTURES }, /keeps captures and has no retention/],
    ['a recovery of two years', { recoverableFor: Retention.years(2) }, /recoverableFor of store .* is 731 days: Azure keeps what was deleted for at most 365 days/],
    ['a recovery that is none', { recoverableFor: 30 as never }, /recoverableFor of store .* is 30: give a retention/],
    ['an account name that Azure refuses', { accountName: 'Raw-Data' }, /'Raw-Data' is no name of a storage account: give 3 to 24 lowercase letters and digits/],
    ['a datastore name that Azure ML refuses', { datastoreName: 'raw-data' }, /'raw-data' is no name of a datastore/],
    ['a budget that is none', { privacyBudget: 8 as never }, /privacyBudget is 8: give a PrivacyBudget/],
  ])('fails for %s', (_, props, message) => {
    expect(() => made(props)).toThrow(message);
  });

  test('fails for a copy in a pair outside the residency, and for zones and pairs that there are not', () => {
    const only = (region: string) => ({ location: region, profile: ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.of({ regions: [region, location] }) }) });
    expect(() => made({ replication: Replication.ZONES_AND_PAIRED_REGION }, only('westeurope'))).toThrow(/would be copied to 'northeurope' \(IE\), the pair of 'westeurope', outside the residency/);
    expect(() => made({ replication: Replication.PAIRED_REGION }, only('polandcentral'))).toThrow(/region 'polandcentral' has no pair/);
    expect(() => made({}, only('germanynorth'))).toThrow(/region 'germanynorth' has no zones to keep store .* in/);
    expect(account(made({ replication: Replication.LOCAL }, only('germanynorth')).stack).account_replication_type).toBe('LRS');
    expect(account(made({ replication: Replication.PAIRED_REGION }).stack).account_replication_type).toBe('GRS');
  });

  test('fails for a path that is a URI or begins at the root', () => {
    const { store } = made();
    expect(() => store.uri('/admissions')).toThrow(/'\/admissions' is no path in store/);
    expect(() => store.input('https://elsewhere/')).toThrow(/is no path in store/);
  });

  test('fails without a workspace', () => {
    expect(() => new DataStore(azureStack().stack, 'Raw', { classification: Classification.PHI } as never)).toThrow(/store 'Stack\/Raw' has no workspace \(it is undefined\): give one, or make the store with workspace\.addStore/);
  });

  test('fails in another stack than its workspace, which would each wait for the other', () => {
    const { app, stack } = azureStack();
    const workspace = importedWorkspace(stack);
    expect(() => new DataStore(stackIn(app, 'Other'), 'Raw', { workspace, classification: Classification.PHI })).toThrow(/store 'Other\/Raw' stands in another stack than workspace 'Stack\/Workspace', .*workspace\.addStore\('Raw'/);
  });

  test.each([
    ['an account that is none', { accountId: 'account' }, /accountId of store .* is 'account': give an id such as/],
    ['a container that is none', { containerName: 'A' }, /'A' is no name of a container/],
    ['a region that is not known', { location: 'here' }, /is in unknown region 'here'/],
    ['no classification', { classification: undefined }, /has no classification/],
  ])('fails for a store that exists with %s', (_, attrs, message) => {
    expect(() => DataStore.fromAttributes(azureStack().stack, 'Theirs', {
      accountId: `${group}/providers/Microsoft.Storage/storageAccounts/theirs`, containerName: 'data', classification: Classification.PHI, location, ...attrs,
    } as never)).toThrow(message);
  });
});

test('a store that exists in another workspace of the profile is an input like any other', () => {
  const { stack } = azureStack();
  const store = DataStore.fromAttributes(stack, 'Theirs', {
    accountId: `${group}/providers/Microsoft.Storage/storageAccounts/theirs`, containerName: 'raw-data', classification: Classification.PHI, location, zone: Zone.FEATURES,
  });
  expect(store).toMatchObject({ accountName: 'theirs', datastoreName: 'raw_data', zone: Zone.FEATURES });
  expect(profile.residency.allows(store.location)).toBe(true);
  expect(DataFlow.of(store).node(store.node.path)).toMatchObject({ kind: 'store', detail: 'features' });
});
