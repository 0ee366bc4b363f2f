import { Answer } from '../../../lib/policy';
import { answerOn, azureRule, configuration, either, eitherBelow, judgedIn, type Body } from './support';

const { COMPLIANT, NON_COMPLIANT, UNKNOWN } = Answer;
const TOKEN = '${var.given}';
const COSMOS = ['azurerm_cosmosdb_account', 'Microsoft.DocumentDB/databaseAccounts'] as const;
const FLEX = ['azurerm_function_app_flex_consumption', 'Microsoft.Web/sites'] as const;

const answer = (rule: string, type: string, body: Body, around: Record<string, Body> = {}) => (
  answerOn(`${type.includes('/') ? 'azapi_resource' : type}.subject`, judgedIn(configuration({ [`${type}.subject`]: body, ...around }), [azureRule(rule)])));
const nested = (path: string, value: unknown): Body => path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Body;

/** Of each rule, by provider: what keeps it, what breaks it, what is absent. A token is unknown wherever a value is judged. */
type Six = readonly [rule: string, types: readonly [string, string], azurerm: readonly [path: string, good: unknown, bad: unknown, absent: Answer], arm: readonly [path: string, good: unknown, bad: unknown, absent: Answer]];
const SIX: readonly Six[] = [
  ['AzureCosmosPublicAccess', COSMOS, ['public_network_access_enabled', false, true, NON_COMPLIANT], ['properties.publicNetworkAccess', 'Disabled', 'Enabled', NON_COMPLIANT]],
  ['AzureCosmosLocalAuth', COSMOS, ['local_authentication_disabled', true, false, NON_COMPLIANT], ['properties.disableLocalAuth', true, false, NON_COMPLIANT]],
  ['AzureCosmosKey', COSMOS, ['key_vault_key_id', 'https://v.vault.azure.net/keys/k', '', NON_COMPLIANT], ['properties.keyVaultKeyUri', 'https://v.vault.azure.net/keys/k', '', NON_COMPLIANT]],
  ['AzureCosmosTls', COSMOS, ['minimal_tls_version', 'Tls12', 'Tls11', COMPLIANT], ['properties.minimalTlsVersion', 'Tls12', 'Tls', COMPLIANT]],
  ['AzureCosmosBackup', COSMOS, ['backup.type', 'Continuous', 'Periodic', NON_COMPLIANT], ['properties.backupPolicy.type', 'Continuous', 'Periodic', NON_COMPLIANT]],
  ['AzureCosmosKeyWrites', COSMOS, ['access_key_metadata_writes_enabled', false, true, NON_COMPLIANT], ['properties.disableKeyBasedMetadataWriteAccess', true, false, NON_COMPLIANT]],
  ['AzureFunctionPublicAccess', FLEX, ['public_network_access_enabled', false, true, NON_COMPLIANT], ['properties.publicNetworkAccess', 'Disabled', 'Enabled', NON_COMPLIANT]],
  ['AzureFunctionHttps', FLEX, ['https_only', true, false, NON_COMPLIANT], ['properties.httpsOnly', true, false, NON_COMPLIANT]],
  ['AzureFunctionSubnet', FLEX, ['virtual_network_subnet_id', '/subscriptions/s/x', '', NON_COMPLIANT], ['properties.virtualNetworkSubnetId', '/subscriptions/s/x', '', NON_COMPLIANT]],
];

describe.each(SIX.flatMap(([rule, types, azurerm, arm]) => [[rule, types[0], ...azurerm], [rule, types[1], ...arm]] as const))('%s of %s', (rule, type, path, good, bad, absent) => {
  test('knows what keeps it, what breaks it, what is absent, null and unknown', () => {
    expect(answer(rule, type, nested(path, good))).toBe(COMPLIANT);
    expect(answer(rule, type, nested(path, bad))).toBe(NON_COMPLIANT);
    expect(answer(rule, type, either(nested(path, good), nested(path, bad)))).toBe(NON_COMPLIANT);
    expect(answer(rule, type, eitherBelow(nested(path, bad), nested(path, good)))).toBe(NON_COMPLIANT);
    expect(answer(rule, type, {})).toBe(absent);
    expect(answer(rule, type, nested(path, null))).toBe(absent);
    expect(answer(rule, type, nested(path, TOKEN))).toBe(UNKNOWN);
    // what is written for another property says nothing of this one
    expect(answer(rule, type, { ...nested(path, bad), tags: { [path]: String(good as string) } })).toBe(NON_COMPLIANT);
  });
});

describe('Cosmos DB', () => {
  test('is signed in to by roles alone by the name of azurerm 5, too', () => {
    expect(answer('AzureCosmosLocalAuth', COSMOS[0], { local_authentication_enabled: false })).toBe(COMPLIANT);
    expect(answer('AzureCosmosLocalAuth', COSMOS[0], { local_authentication_enabled: true })).toBe(NON_COMPLIANT);
    expect(answer('AzureCosmosLocalAuth', COSMOS[0], { local_authentication_enabled: TOKEN })).toBe(UNKNOWN);
  });

  test('may have its key in a managed HSM', () => {
    expect(answer('AzureCosmosKey', COSMOS[0], { managed_hsm_key_id: 'https://h.managedhsm.azure.net/keys/k' })).toBe(COMPLIANT);
    expect(answer('AzureCosmosKey', COSMOS[0], { key_vault_key_id: '${azurerm_key_vault_key.k.versionless_id}' }, { 'azurerm_key_vault_key.k': {} })).toBe(COMPLIANT);
  });

  test('is copied to allowed regions only', () => {
    const placed = (location: string) => answer('AzureResidencyCopies', COSMOS[0], { geo_location: [{ location: 'germanywestcentral', failover_priority: 0 }, { location, failover_priority: 1 }] });
    expect([placed('swedencentral'), placed('eastus'), placed(TOKEN)]).toEqual([COMPLIANT, NON_COMPLIANT, UNKNOWN]);
  });

  test('has its logs kept, a private endpoint and a lock against deletion, or a finding', () => {
    const id = '${azurerm_cosmosdb_account.subject.id}';
    expect(answer('AzureDiagnosticSettings', COSMOS[0], {}, { 'azurerm_monitor_diagnostic_setting.d': { target_resource_id: id, enabled_log: [{ category_group: 'allLogs' }] } })).toBe(COMPLIANT);
    expect(answer('AzureDiagnosticSettings', COSMOS[0], {}, { 'azurerm_monitor_diagnostic_setting.d': { target_resource_id: id } })).toBe(NON_COMPLIANT);
    expect(answer('AzurePrivateEndpoint', COSMOS[0], {}, { 'azurerm_private_endpoint.e': { private_service_connection: { private_connection_resource_id: id } } })).toBe(COMPLIANT);
    expect(answer('AzurePrivateEndpoint', COSMOS[0], {})).toBe(NON_COMPLIANT);
    expect(answer('AzureDataPreventDestroy', 'azurerm_cosmosdb_sql_container', { lifecycle: { prevent_destroy: true } })).toBe(COMPLIANT);
    expect(answer('AzureDataPreventDestroy', 'azurerm_cosmosdb_sql_container', {})).toBe(NON_COMPLIANT);
  });

  test.each<[string, unknown, Answer | undefined]>([
    ['single actions', ['Microsoft.DocumentDB/databaseAccounts/readMetadata', 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read'], COMPLIANT],
    ['everything of items', ['Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/*'], NON_COMPLIANT], ['one that is wide among others', ['a/read', 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/*'], NON_COMPLIANT],
    ['one that is not known', ['a/read', TOKEN], UNKNOWN], ['a list that is not known', TOKEN, UNKNOWN],
  ])('of a role with %s', (_what, actions, expected) => {
    expect(answer('AzureCosmosRoleDefinition', 'azurerm_cosmosdb_sql_role_definition', { permissions: [{ data_actions: actions }] })).toBe(expected);
  });

  test('of an assignment of the built-in contributor, of one that only reads, of a role of the app, and of one that is not known', () => {
    const assigned = (role: string, around = {}) => answer('AzureCosmosRoleAssignment', 'azurerm_cosmosdb_sql_role_assignment', { role_definition_id: role }, around);
    expect(assigned('${azurerm_cosmosdb_account.a.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002')).toBe(NON_COMPLIANT);
    expect(assigned('/x/sqlRoleDefinitions/00000000-0000-0000-0000-000000000001')).toBe(COMPLIANT);
    expect(assigned('${azurerm_cosmosdb_sql_role_definition.r.id}', { 'azurerm_cosmosdb_sql_role_definition.r': {} })).toBe(COMPLIANT);
    expect(assigned(TOKEN)).toBe(UNKNOWN);
  });
});

describe('by the interface, as by azurerm', () => {
  const ROLE = 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments';
  const GROUP = 'Microsoft.Network/networkSecurityGroups';
  const inbound = (from: unknown, rest: Body = {}) => ({ direction: 'Inbound', access: 'Allow', sourceAddressPrefix: from, destinationPortRange: '22', ...rest });

  test.each<[string, Body, Answer]>([
    ['AzureCosmosRoleAssignment of the built-in contributor', { properties: { roleDefinitionId: '/x/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002' } }, NON_COMPLIANT],
    ['AzureCosmosRoleAssignment of one that only reads', { properties: { roleDefinitionId: '/x/sqlRoleDefinitions/00000000-0000-0000-0000-000000000001' } }, COMPLIANT],
    ['AzureCosmosRoleAssignment of what is not known', { properties: { roleDefinitionId: TOKEN } }, UNKNOWN],
  ])('%s', (rule, body, expected) => {
    expect(answer(rule.split(' ')[0]!, ROLE, body)).toBe(expected);
  });

  test('a role of the app is judged by its own rule', () => {
    const DEFINITION = 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions';
    expect(answer('AzureCosmosRoleAssignment', ROLE, { properties: { roleDefinitionId: '${azapi_resource.r.id}' } }, { [`${DEFINITION}.r`]: {} })).toBe(COMPLIANT);
    const allowing = (...actions: unknown[]) => answer('AzureCosmosRoleDefinition', DEFINITION, { properties: { permissions: [{ dataActions: ['a/read'] }, { dataActions: actions }] } });
    expect([allowing('a/read'), allowing('a/*'), allowing(TOKEN)]).toEqual([COMPLIANT, NON_COMPLIANT, UNKNOWN]);
  });

  test.each<[string, unknown[], Answer]>([
    ['anybody', [inbound('10.0.0.0/16'), inbound('*')], NON_COMPLIANT], ['anybody, in a list', [inbound(undefined, { sourceAddressPrefixes: ['10.0.0.0/16', 'Internet'] })], NON_COMPLIANT], ['a network', [inbound('10.0.0.0/16')], COMPLIANT],
    ['nobody', [inbound('*', { access: 'Deny' })], COMPLIANT], ['what goes out', [inbound('*', { direction: 'Outbound' })], COMPLIANT], ['who is not known', [inbound(TOKEN)], UNKNOWN], ['anybody, perhaps', [inbound('*', { access: TOKEN })], UNKNOWN],
  ])('a security group lets in %s, in its rules or in one of its own', (_what, rules, expected) => {
    expect(answer('AzureInboundOpen', GROUP, { properties: { securityRules: rules.map((properties) => ({ name: 'r', properties })) } })).toBe(expected);
    expect(answer('AzureInboundOpen', `${GROUP}/securityRules`, { properties: rules.at(-1) })).toBe(expected);
  });
});

describe('functions', () => {
  const SITE = 'Microsoft.Web/sites';
  const function_ = { kind: 'functionapp,linux', properties: {} };

  test('have callers sign in, by azurerm', () => {
    const signIn = (settings: Body) => answer('AzureFunctionSignIn', FLEX[0], { auth_settings_v2: settings });
    const good = { auth_enabled: true, require_authentication: true, unauthenticated_action: 'Return401' };
    expect(signIn(good)).toBe(COMPLIANT);
    expect(signIn({ ...good, require_authentication: false })).toBe(NON_COMPLIANT);
    expect(signIn({ ...good, auth_enabled: undefined })).toBe(NON_COMPLIANT);
    expect(signIn({ ...good, unauthenticated_action: 'AllowAnonymous' })).toBe(NON_COMPLIANT);
    expect(signIn({ ...good, require_authentication: TOKEN })).toBe(UNKNOWN);
    expect(answer('AzureFunctionSignIn', FLEX[0], {})).toBe(NON_COMPLIANT);
  });

  test('have callers sign in, by the interface, in a change of the settings or a resource of them', () => {
    const properties = (required: unknown) => ({ properties: { platform: { enabled: true }, globalValidation: { requireAuthentication: required, unauthenticatedClientAction: 'Return401' } } });
    const changed = (required: unknown) => answerOn('azapi_resource.subject', judgedIn({
      variable: { given: {} },
      resource: {
        azapi_resource: { subject: { type: `${SITE}@2024-04-01`, name: 'subject', parent_id: '/subscriptions/s/resourceGroups/g', body: function_ } },
        azapi_update_resource: { auth: { type: `${SITE}/config@2024-04-01`, resource_id: '${azapi_resource.subject.id}/config/authsettingsV2', body: properties(required) } },
      },
    }, [azureRule('AzureFunctionSignIn')]));
    expect([changed(true), changed(false), changed(TOKEN)]).toEqual([COMPLIANT, NON_COMPLIANT, UNKNOWN]);
    expect(answer('AzureFunctionSignIn', SITE, function_, { [`${SITE}/config.auth`]: { parent_id: '${azapi_resource.subject.id}', name: 'authsettingsV2', ...properties(true) } })).toBe(COMPLIANT);
    expect(answer('AzureFunctionSignIn', SITE, function_)).toBe(NON_COMPLIANT);
    expect(answer('AzureFunctionSignIn', SITE, { kind: 'app,linux' })).toBeUndefined();
  });

  test('have callers sign in where all that say it do, and not where one of several switches it off', () => {
    const on = { platform: { enabled: true }, globalValidation: { requireAuthentication: true, unauthenticatedClientAction: 'Return401' } };
    const off = { platform: { enabled: false } };
    const config = (name: unknown, properties: Body) => ({ parent_id: '${azapi_resource.subject.id}', name, properties });
    const change = (id: string, properties: Body) => ({ type: `${SITE}/config@2024-04-01`, resource_id: id, body: { properties } });
    const app = configuration({ [`${SITE}.subject`]: function_, [`${SITE}/config.auth`]: config('authsettingsV2', on) });
    const changed = (id: string, properties: Body, { resource }: Body = app) => answerOn(Object.hasOwn(resource as Body, FLEX[0]) ? `${FLEX[0]}.subject` : 'azapi_resource.subject', judgedIn(
      { variable: { given: {} }, resource: { ...resource as Body, azapi_update_resource: { change: change(id, properties) } } }, [azureRule('AzureFunctionSignIn')]));
    const [OWN, OF_SITE] = ['${azapi_resource.auth.id}', '${azapi_resource.subject.id}/config/authsettingsV2'];
    expect([changed(OF_SITE, off), changed(OWN, off), changed(OF_SITE, { platform: { enabled: TOKEN } }), changed(OF_SITE, { globalValidation: { unauthenticatedClientAction: 'AllowAnonymous' } })]).toEqual([NON_COMPLIANT, NON_COMPLIANT, UNKNOWN, NON_COMPLIANT]);
    // what a change does not name stays, and other settings are none of sign-in
    expect([changed(OF_SITE, on), changed(OF_SITE, { login: {} }), changed('${azapi_resource.subject.id}/config/web', off)]).toEqual([COMPLIANT, COMPLIANT, COMPLIANT]);
    const made = (name: unknown, properties: Body) => answer('AzureFunctionSignIn', SITE, function_, { [`${SITE}/config.auth`]: config('authsettingsV2', on), [`${SITE}/config.other`]: config(name, properties) });
    expect([made('AuthSettingsV2', off), made('authsettingsV2', {}), made(TOKEN, off), made(TOKEN, { PLAIN: 'x' }), made('appsettings', { platform: 'x' })]).toEqual([NON_COMPLIANT, NON_COMPLIANT, NON_COMPLIANT, COMPLIANT, COMPLIANT]);
    expect(answer('AzureFunctionSignIn', SITE, function_, { [`${SITE}/config.web`]: config('web', on) })).toBe(NON_COMPLIANT);
    const flex = configuration({ [`${FLEX[0]}.subject`]: { auth_settings_v2: { auth_enabled: true, require_authentication: true } } });
    const OF_FLEX = `\${${FLEX[0]}.subject.id}/config/authsettingsV2`;
    expect([changed(OF_FLEX, off, flex), changed(OF_FLEX, { login: {} }, flex)]).toEqual([NON_COMPLIANT, COMPLIANT]);
  });

  test.each<[string, Body, Answer | undefined]>([
    [FLEX[0], { storage_authentication_type: 'UserAssignedIdentity' }, COMPLIANT], [FLEX[0], { storage_authentication_type: 'StorageAccountConnectionString' }, NON_COMPLIANT], [FLEX[0], {}, NON_COMPLIANT],
    [FLEX[0], { storage_authentication_type: TOKEN }, UNKNOWN], ['azurerm_linux_function_app', { storage_uses_managed_identity: true }, COMPLIANT], ['azurerm_linux_function_app', {}, NON_COMPLIANT],
    ['azurerm_windows_function_app', { storage_uses_managed_identity: TOKEN }, UNKNOWN], [SITE, nested('properties.functionAppConfig.deployment.storage.authentication.type', 'UserAssignedIdentity'), COMPLIANT],
    [SITE, nested('properties.functionAppConfig.deployment.storage.authentication.type', 'StorageAccountConnectionString'), NON_COMPLIANT], [SITE, {}, undefined],
  ])('use their storage as an identity: %s with %j', (type, body, expected) => {
    expect(answer('AzureFunctionStorageIdentity', type, body)).toBe(expected);
  });

  test.each<[string, Body, Answer | undefined]>([
    [FLEX[0], { webdeploy_publish_basic_authentication_enabled: false }, COMPLIANT], [FLEX[0], {}, NON_COMPLIANT], ['azurerm_linux_function_app', { webdeploy_publish_basic_authentication_enabled: false }, NON_COMPLIANT],
    ['azurerm_linux_function_app', { webdeploy_publish_basic_authentication_enabled: false, ftp_publish_basic_authentication_enabled: false }, COMPLIANT],
    ['azurerm_windows_function_app', { webdeploy_publish_basic_authentication_enabled: TOKEN, ftp_publish_basic_authentication_enabled: false }, UNKNOWN],
    [`${SITE}/basicPublishingCredentialsPolicies`, { properties: { allow: false } }, COMPLIANT], [`${SITE}/basicPublishingCredentialsPolicies`, { properties: { allow: true } }, NON_COMPLIANT],
  ])('are deployed without a password: %s with %j', (type, body, expected) => {
    expect(answer('AzureFunctionPublishing', type, body)).toBe(expected);
  });

  test('are deployed without a password by the interface, where both of its policies say so', () => {
    const policies = (...names: unknown[]) => answer('AzureFunctionPublishing', SITE, function_, Object.fromEntries(names.map((name, index) => [
      `${SITE}/basicPublishingCredentialsPolicies.p${index}`, { parent_id: '${azapi_resource.subject.id}', name, properties: { allow: false } }])));
    expect([policies(), policies('scm'), policies('scm', 'ftp'), policies('ftp', TOKEN)]).toEqual([NON_COMPLIANT, NON_COMPLIANT, COMPLIANT, UNKNOWN]);
    expect(answer('AzureFunctionPublishing', SITE, { kind: 'app,linux' })).toBeUndefined();
    const change = (name: string) => ({ type: `${SITE}/basicPublishingCredentialsPolicies@2024-04-01`, resource_id: `\${azapi_resource.subject.id}/basicPublishingCredentialsPolicies/${name}`, body: { properties: { allow: false } } });
    expect(answerOn('azapi_resource.subject', judgedIn({
      resource: { azapi_resource: { subject: { type: `${SITE}@2024-04-01`, name: 'subject', parent_id: '/s', body: function_ } }, azapi_update_resource: { scm: change('scm'), ftp: change('ftp') } },
    }, [azureRule('AzureFunctionPublishing')]))).toBe(COMPLIANT);
  });

  test.each(['azurerm_linux_function_app_slot', 'azurerm_windows_function_app_slot', `${SITE}/slots`])('have slots that are judged as they are: %s', (type) => {
    const body = type.includes('/') ? function_ : {};
    for (const rule of ['AzureFunctionPublicAccess', 'AzureFunctionHttps', 'AzureFunctionSignIn', 'AzureFunctionSubnet', 'AzureFunctionPublishing', 'AzureDiagnosticSettings']) expect([rule, answer(rule, type, body)]).toEqual([rule, NON_COMPLIANT]);
    // the endpoint of a slot leads to its app
    expect(answer('AzurePrivateEndpoint', type, body)).toBeUndefined();
  });

  test('have callers of a slot sign in, by the interface', () => {
    const properties = { platform: { enabled: true }, globalValidation: { requireAuthentication: true, unauthenticatedClientAction: 'Return401' } };
    expect(answer('AzureFunctionSignIn', `${SITE}/slots`, function_, { [`${SITE}/slots/config.auth`]: { parent_id: '${azapi_resource.subject.id}', name: 'authsettingsV2', properties } })).toBe(COMPLIANT);
  });

  test.each<[string, Body, Answer]>([
    [FLEX[0], { app_settings: { DB_PASSWORD: 'correct-horse-battery' } }, NON_COMPLIANT], [FLEX[0], { app_settings: { DB_PASSWORD: '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/db)' } }, COMPLIANT],
    [FLEX[0], { app_settings: { AzureWebJobsStorage: `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${'a'.repeat(86)}==` } }, NON_COMPLIANT],
    [SITE, nested('properties.siteConfig.appSettings', [{ name: 'API_KEY', value: 'correct-horse-battery' }]), NON_COMPLIANT], [SITE, nested('properties.siteConfig.appSettings', [{ name: 'ENDPOINT', value: 'https://x' }]), COMPLIANT],
  ])('have no secret among their settings: %s with %j', (type, body, expected) => {
    expect(answer('AzureFunctionPlainSecrets', type, body)).toBe(expected);
  });

  test.each<[string, Body, Answer]>([
    [FLEX[0], { site_config: {} }, COMPLIANT], [FLEX[0], { site_config: { minimum_tls_version: '1.0' } }, NON_COMPLIANT], [FLEX[0], { site_config: { minimum_tls_version: TOKEN } }, UNKNOWN],
    [SITE, nested('properties.siteConfig.minTlsVersion', '1.2'), COMPLIANT], [SITE, nested('properties.siteConfig.minTlsVersion', '1.1'), NON_COMPLIANT], [SITE, {}, NON_COMPLIANT],
  ])('take TLS 1.2: %s with %j', (type, body, expected) => {
    expect(answer('AzureFunctionTls', type, body)).toBe(expected);
  });
});
