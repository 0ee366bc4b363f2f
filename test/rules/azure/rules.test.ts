import { readFileSync } from 'node:fs';
import { Answer } from '../../../lib/policy';
import { DEFAULTS } from '../../../lib/rules/azure/defaults';
import { AZURE_RULES } from '../../../lib/rules/azure/rules';
import type { Rule } from '../../../lib/rules/rule';
import { betterThanBranch } from '../branches';
import { answerOn, azureRule, chosen, configuration, either, eitherBelow, isBody, judgedIn, newApp, Raw, stackIn, type Body } from './support';

type Stated = Omit<Rule, 'good' | 'bad'> & { readonly good: Body; readonly bad: Body };

/** Rules whose examples are properties of a resource of their first type: what keeps it, what breaks it, what is unknown. */
const STATED = AZURE_RULES.filter((rule): rule is Stated => typeof rule.good === 'object' && typeof rule.bad === 'object');
const SUBJECT = (rule: Rule) => `${rule.resources[0]!}.subject`;
// a name of azapi's resources in a configuration is their provider's
const address = (rule: Rule) => (rule.resources[0]!.includes('/') ? 'azapi_resource.subject' : SUBJECT(rule));
const answer = (rule: Rule, properties: Body, around: Record<string, Body> = {}) => (
  answerOn(address(rule), judgedIn(configuration({ [SUBJECT(rule)]: properties, ...around }), [rule])));

describe('the examples of a rule', () => {
  test('are properties for most of them', () => {
    expect(STATED.length).toBeGreaterThan(85);
  });

  test.each(STATED.map((rule): [string, typeof rule] => [rule.name, rule]))('%s: what keeps it is compliant, what breaks it is not', (_, rule) => {
    expect(answer(rule, rule.good)).toBe(Answer.COMPLIANT);
    expect(answer(rule, rule.bad)).toBe(Answer.NON_COMPLIANT);
  });

  // an example holds several properties, of which the rule looks at the first that it names
  test.each(STATED.map((rule): [string, typeof rule] => [rule.name, rule]))('%s: a variable without a default in place of what it judges is unknown', (_, rule) => {
    const [path] = rule.properties.filter((one) => rule.resources[0]!.includes('/') === /^(properties|sku)\./.test(one) || one === 'kind' || one === 'location');
    const properties = structuredClone(KEPT[rule.name] ?? rule.good) as Record<string, unknown>;
    set(properties, (path ?? rule.properties[0]!).split('.'), '${var.given}');
    expect(answer(rule, properties)).toBe(rule.name in NOT_UNKNOWN ? NOT_UNKNOWN[rule.name] : Answer.UNKNOWN);
  });
});

/** What stands beside the property that is unknown, where the good example decides by another one. */
const KEPT: Readonly<Record<string, Body>> = {
  AzureMLDatastoreIdentity: {},
};

/** What an unknown is answered with, where what is unknown does not matter. */
const NOT_UNKNOWN: Readonly<Record<string, Answer | undefined>> = {
  // given at deployment, as it should be
  AzureSecretPlain: Answer.COMPLIANT,
  // that it is there at all is the finding
  AzureMLDatastoreIdentity: Answer.NON_COMPLIANT,
  // what is not known does not stand there in clear text
  AzureMLPlainSecrets: Answer.COMPLIANT,
  AzureFunctionPlainSecrets: Answer.COMPLIANT,
  // a location that is not known is the finding of another rule
  AzureResidencyVaultPair: undefined,
};

function set(object: Record<string, unknown>, [key, ...rest]: string[], value: unknown): void {
  if (rest.length === 0) object[key!] = value;
  else {
    if (typeof object[key!] !== 'object' || Array.isArray(object[key!])) object[key!] = {};
    set(object[key!] as Record<string, unknown>, rest, value);
  }
}

describe('a condition that is not known', () => {
  const NAMED = STATED.map((rule): [string, Stated] => [rule.name, rule]);

  test.each(NAMED)('%s: has what keeps it and what breaks it, and is never compliant', (_, rule) => {
    const found = [either(rule.good, rule.bad), either(rule.bad, rule.good), eitherBelow(rule.good, rule.bad), eitherBelow(rule.bad, rule.good)].map((body) => answer(rule, body));
    expect(found.map((one) => one === Answer.NON_COMPLIANT || one === Answer.UNKNOWN)).toEqual([true, true, true, true]);
  });

  test.each(NAMED)('%s: is not kept where it can break it at one place', (_, rule) => {
    expect(betterThanBranch({ kept: [rule.good], broken: [rule.bad], answer: (body) => answer(rule, body), chosen })).toEqual([]);
  });

  // what is not judged where nothing stands, or is as it should be then, may have nothing on one side
  test.each(NAMED.filter(([, rule]) => answer(rule, {}) === Answer.NON_COMPLIANT))('%s: with nothing on one side is not compliant', (_, rule) => {
    expect([answer(rule, either(rule.good, {})), answer(rule, either({}, rule.good))]).not.toContain(Answer.COMPLIANT);
  });

  test.each(NAMED.filter(([name]) => !(name in NOT_UNKNOWN)))('%s: with what is not known on one side is not compliant', (_, rule) => {
    const unknown = mapped(rule.good, rule.bad);
    expect([answer(rule, either(rule.good, unknown)), answer(rule, either(unknown, rule.good))]).not.toContain(Answer.COMPLIANT);
  });
});

/** What keeps a rule, with nothing known of what sets it apart from what breaks it. */
function mapped(good: Body, bad: Body): Body {
  return Object.fromEntries(Object.entries(good).map(([key, value]) => {
    const other = bad[key];
    return [key, JSON.stringify(value) === JSON.stringify(other) ? value : isBody(value) && isBody(other) ? mapped(value, other) : '${var.given}'];
  }));
}

describe('what is absent is the provider\'s default', () => {
  // reference: insecure defaults of azurerm 4.55, one row each
  test.each([
    ['azurerm_machine_learning_workspace', ['AzureMLWorkspacePublicAccess', 'AzureMLWorkspaceServiceSideEncryption']],
    ['azurerm_machine_learning_compute_cluster', ['AzureMLComputeLocalAuth', 'AzureMLComputePublicIp']],
    ['azurerm_machine_learning_compute_instance', ['AzureMLComputeLocalAuth', 'AzureMLComputePublicIp', 'AzureMLComputeIdleShutdown']],
    ['azurerm_machine_learning_synapse_spark', ['AzureMLComputeLocalAuth']],
    ['azurerm_machine_learning_datastore_blobstorage', ['AzureMLDatastoreServiceAccess']],
    ['azurerm_machine_learning_datastore_datalake_gen2', ['AzureMLDatastoreServiceAccess']],
    ['azurerm_machine_learning_datastore_fileshare', ['AzureMLDatastoreServiceAccess']],
    ['azurerm_ai_foundry', ['AzureMLWorkspacePublicAccess']],
    ['azurerm_ai_services', ['AzureAIPublicAccess', 'AzureAILocalAuth']],
    ['azurerm_cognitive_account', ['AzureAIPublicAccess', 'AzureAILocalAuth']],
    ['azurerm_purview_account', ['AzurePurviewPublicAccess']],
    ['azurerm_storage_account', [
      'AzureStoragePublicAccess', 'AzureStorageSharedKey', 'AzureStorageNestedPublic', 'AzureStorageLocalUsers', 'AzureStorageOAuthDefault', 'AzureStorageInfrastructureEncryption',
      'AzureStorageQueueTableKeys',
    ]],
    ['azurerm_key_vault', ['AzureKeyVaultPublicAccess', 'AzureKeyVaultPurgeProtection']],
    ['azurerm_container_registry', ['AzureRegistryPublicAccess', 'AzureRegistryExport']],
    ['azurerm_application_insights', ['AzureLogsPublicAccess', 'AzureLogsLocalAuth']],
    ['azurerm_log_analytics_workspace', ['AzureLogsPublicAccess']],
    ['azurerm_subnet', ['AzureSubnetEndpointPolicies']],
    ['azurerm_databricks_workspace', ['AzureDatabricksPublicAccess', 'AzureDatabricksInfrastructureEncryption', 'AzureDatabricksKey']],
    ['azurerm_synapse_workspace', ['AzureSynapsePublicAccess']],
    ['azurerm_iothub', ['AzureIotLocalAuth', 'AzureIotPublicAccess', 'AzureIotTls']],
    ['azurerm_iothub_dps', ['AzureIotPublicAccess']],
    ['azurerm_cosmosdb_account', [
      'AzureCosmosPublicAccess', 'AzureCosmosLocalAuth', 'AzureCosmosKey', 'AzureCosmosBackup', 'AzureCosmosKeyWrites', 'AzureDiagnosticSettings', 'AzurePrivateEndpoint', 'AzureDataPreventDestroy',
    ]],
    ['azurerm_function_app_flex_consumption', [
      'AzureFunctionPublicAccess', 'AzureFunctionHttps', 'AzureFunctionSignIn', 'AzureFunctionSubnet', 'AzureFunctionPublishing', 'AzureFunctionStorageIdentity', 'AzureDiagnosticSettings', 'AzurePrivateEndpoint',
    ]],
    ['azurerm_linux_function_app', ['AzureFunctionPublicAccess', 'AzureFunctionHttps', 'AzureFunctionSignIn', 'AzureFunctionSubnet', 'AzureFunctionPublishing', 'AzureFunctionStorageIdentity']],
    ['azurerm_windows_function_app', ['AzureFunctionPublicAccess', 'AzureFunctionHttps', 'AzureFunctionSignIn', 'AzureFunctionSubnet', 'AzureFunctionPublishing', 'AzureFunctionStorageIdentity']],
    ['azurerm_iothub_device_update_account', ['AzureIotPublicAccess']],
    ['azurerm_recovery_services_vault', ['AzureBackupPublicAccess']],
    ['azurerm_monitor_data_collection_endpoint', ['AzureLogsPublicAccess']],
  ])('a stack of defaults only is flagged: %s', (type, names) => {
    const found = judgedIn(configuration({ [`${type}.subject`]: { name: 'subject' } })).filter(({ finding }) => finding.answer === Answer.NON_COMPLIANT);
    expect(found.map(({ finding }) => finding.rule.replace('RegulatedML-', ''))).toEqual(expect.arrayContaining(names));
  });

  test('secure defaults pass: what Azure does by itself needs no line', () => {
    for (const [name, type] of [['AzureStorageTls', 'azurerm_storage_account'], ['AzureStorageHttps', 'azurerm_storage_account'], ['AzureRegistryAdminUser', 'azurerm_container_registry']] as const) {
      expect(answerOn(`${type}.subject`, judgedIn(configuration({ [`${type}.subject`]: {} }), [azureRule(name)]))).toBe(Answer.COMPLIANT);
    }
  });

  test('a default inside a block stands where the block does', () => {
    const rule = azureRule('AzureIotFileUpload');
    expect(answer(rule, {})).toBeUndefined();
    expect(answer(rule, { file_upload: [{ container_name: 'raw' }] })).toBe(Answer.NON_COMPLIANT);
  });

  test('a finding on a default says that nothing is set', () => {
    const [found] = judgedIn(configuration({ 'azurerm_storage_account.subject': {} }), [azureRule('AzureStorageSharedKey')]);
    expect(found?.finding.detail).toBe('shared_access_key_enabled is true, as it is where nothing is set');
  });

  test('each default is one that a rule looks at', () => {
    const looked = AZURE_RULES.flatMap(({ resources, properties }) => resources.flatMap((type) => properties.map((path) => `${type} ${path}`)));
    const idle = Object.entries(DEFAULTS).flatMap(([type, own]) => Object.keys(own).map((path) => `${type} ${path}`)).filter((one) => !looked.some((path) => path === one || path.startsWith(`${one}.`)));
    expect(idle).toEqual([]);
  });
});

describe('in a construct tree', () => {
  // an override of a block is merged into it, and of an example that lacks the block nothing is left to override
  const isBlock = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const cases = STATED.filter(({ resources, bad }) => resources[0]!.startsWith('azurerm_') && !Object.values(bad).some(isBlock));

  test('an override that breaks a rule is seen, for each of them', () => {
    const app = newApp();
    const stack = stackIn(app);
    for (const rule of cases) {
      const subject = new Raw(stack, rule.name, rule.resources[0]!, rule.good);
      const broken = { ...Object.fromEntries(Object.keys(rule.good).map((key) => [key, null])), ...rule.bad };
      for (const [key, value] of Object.entries(broken)) subject.addOverride(key, value);
    }
    app.synth();
    const content = JSON.parse(readFileSync(`${app.outdir}/stacks/Test/cdk.tf.json`, 'utf8')) as unknown;
    const found = judgedIn(content);
    const missed = cases.filter(({ name }) => !found.some(({ finding }) => finding.rule === `RegulatedML-${name}` && finding.path === `Test/${name}` && finding.answer === Answer.NON_COMPLIANT));
    expect(cases.length).toBeGreaterThan(60);
    expect(missed.map(({ name }) => name)).toEqual([]);
  });
});

// a baseline counts findings by their place, without the place in a list
test.each<[string, string, Body, string[]]>([
  ['AzureRoleDefinition', 'azurerm_role_definition', { permissions: [{ actions: ['*', 'Microsoft.Storage/*'] }] }, ['it allows \'*\'', 'it allows \'Microsoft.Storage/*\'']],
  ['AzureCosmosRoleDefinition', 'azurerm_cosmosdb_sql_role_definition', { permissions: [{ data_actions: ['a/*', 'b/*'] }] }, ['it allows \'a/*\'', 'it allows \'b/*\'']],
  ['AzureInboundOpen', 'azurerm_network_security_group', { security_rule: ['*', 'Internet'].map((from) => ({ access: 'Allow', direction: 'Inbound', source_address_prefix: from })) }, ['\'*\' is let in', '\'Internet\' is let in']],
  ['AzureFunctionPlainSecrets', 'azurerm_linux_function_app', { app_settings: { A_PASSWORD: 'correct-horse', B_PASSWORD: 'battery-staple' } }, ['app_settings.A_PASSWORD is written out', 'app_settings.B_PASSWORD is written out']],
])('%s tells each item that is wrong', (name, type, properties, details) => {
  const found = judgedIn(configuration({ [`${type}.subject`]: properties }), [azureRule(name)]);
  expect(found.map(({ detail }) => detail)).toEqual(details);
  expect(new Set(found.map(({ location }) => location)).size).toBe(details.length);
});

test('rules that look at more than one resource are named here', () => {
  const words = AZURE_RULES.filter((rule) => typeof rule.good === 'string' && rule.resources.some((type) => !type.startsWith('RegulatedML::'))).map(({ name }) => name);
  expect(words.sort()).toEqual([
    'AzureDiagnosticSettings', 'AzureMLComputeIdleShutdown', 'AzureMLDifferentialPrivacy', 'AzureMLPipelineMatchesFlow', 'AzureMLPrivacyMatchesFlow', 'AzurePrivateEndpoint', 'AzurePurviewScanTrigger', 'AzureResidencyCopies',
    'AzureResidencyLocation', 'AzureStorageLifecycle', 'AzureTokenVaultDirections', 'AzureTokenVaultKeys', 'AzureTokenVaultStore', 'AzureTokenVaultTraining',
  ]);
});
