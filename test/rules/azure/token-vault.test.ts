import fc from 'fast-check';
import { ComputeCluster, Identity, MLPipeline, Output, TokenVault, Workspace } from '../../../lib/azure';
import { Answer, Purpose, TokenField } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { AZURE_RULES } from '../../../lib/rules/azure/rules';
import { azureViewOf } from '../../../lib/rules/azure/view';
import type { Judgement } from '../../../lib/rules/ruling';
import { azureStack, location, profile } from '../../support/azure';
import { code, environment } from '../../support/azure-pipeline';
import { answerOn, azureRule, configuration, either, eitherBelow, judgedIn, type Body } from './support';
import { judgementsOf } from '../support';

const { COMPLIANT, NON_COMPLIANT, UNKNOWN } = Answer;
const TOKEN = '${var.given}';
const FLEX = 'azurerm_function_app_flex_consumption';
const SITE = 'Microsoft.Web/sites';
const COSMOS = 'azurerm_cosmosdb_sql_role_assignment';
const KEYS = 'azurerm_role_assignment';
const JOB = 'Microsoft.MachineLearningServices/workspaces/jobs';
const ENDPOINT = 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints';
const BATCH = 'Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments';
const RULES = AZURE_RULES.filter(({ name }) => /TokenVault/.test(name));

const identity = (name: string, attribute = 'principal_id') => `\${azurerm_user_assigned_identity.${name}.${attribute}}`;
const access = (...principals: string[]) => JSON.stringify({ role: 'any', grants: principals.map((principal) => ({ principal })) });
const settings = (principals: string | undefined, more: Body = {}) => ({
  ...(principals === undefined ? {} : { ACCESS: principals }), VAULT: '{}', COSMOS_ENDPOINT: '${azurerm_cosmosdb_account.store.endpoint}',
  WRAPPING_KEYS: JSON.stringify({ values: '${azurerm_key_vault_key.values.versionless_id}' }), ...more,
});
const site = (name: string, principals: string | undefined, more: Body = {}): Body => ({ app_settings: settings(principals, more), identity: { type: 'UserAssigned', identity_ids: [identity(name, 'id')] } });
const armSite = (name: string, principals: string): Body => ({
  identity: { type: 'UserAssigned', identity_ids: [identity(name, 'id')] }, kind: 'functionapp,linux',
  properties: { siteConfig: { appSettings: Object.entries(settings(principals)).map(([key, value]) => ({ name: key, value })) } },
});
const role = (name: string, container: string, definition: string): Body => ({
  account_name: '${azurerm_cosmosdb_account.store.name}', principal_id: identity(name), scope: `\${azurerm_cosmosdb_account.store.id}/dbs/vault/colls/${container}`, role_definition_id: `\${azurerm_cosmosdb_sql_role_definition.${definition}.id}`,
});
const definition = (...actions: string[]): Body => ({ permissions: [{ data_actions: actions.map((action) => `Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/${action}`) }] });

/** A vault as files have it, without the function that is judged: another function, a store, a key, identities, and roles. */
const VAULT: Record<string, Body> = {
  'azurerm_cosmosdb_account.store': { name: 'store' },
  'azurerm_key_vault.safe': { name: 'safe', resource_group_name: 'group' }, 'azurerm_key_vault_key.values': { key_vault_id: '${azurerm_key_vault.safe.id}' }, 'azurerm_key_vault_key.other': { key_vault_id: '${azurerm_key_vault.safe.id}' },
  ...Object.fromEntries(['gives', 'opens', 'intake', 'ward', 'train'].map((name) => [`azurerm_user_assigned_identity.${name}`, { name }])),
  [`${FLEX}.gives`]: site('gives', access(identity('intake'))),
  'azurerm_cosmosdb_sql_role_definition.create': definition('items/create'), 'azurerm_cosmosdb_sql_role_definition.read': definition('items/read'), 'azurerm_cosmosdb_sql_role_definition.all': definition('items/*'),
  'azurerm_cosmosdb_sql_role_assignment.gives': role('gives', 'tokens', 'create'), 'azurerm_cosmosdb_sql_role_assignment.opens': role('opens', 'tokens', 'read'), 'azurerm_cosmosdb_sql_role_assignment.subjects': role('gives', 'subjects', 'read'),
};
const WHOLE = { ...VAULT, [`${FLEX}.opens`]: site('opens', access(identity('ward'))) };
const address = (type: string) => (type.includes('/') ? 'azapi_resource.subject' : `${type}.subject`);
const answer = (rule: string, type: string, body: Body, around: Record<string, Body> = VAULT) => answerOn(address(type), judgedIn(configuration({ ...around, [`${type}.subject`]: body }), [azureRule(rule)]));

describe('AzureTokenVaultDirections', () => {
  test.each<[string, string, Body, Answer | undefined]>([
    ['another identity', FLEX, site('opens', access(identity('ward'))), COMPLIANT], ['another identity', SITE, armSite('opens', access(identity('ward'))), COMPLIANT], ['nobody', FLEX, site('opens', access()), COMPLIANT],
    ['the same', FLEX, site('opens', access(identity('ward'), identity('intake'))), NON_COMPLIANT], ['the same', SITE, armSite('opens', access(identity('intake'))), NON_COMPLIANT],
    ['the same by jsonencode', FLEX, site('opens', '${jsonencode({"grants" = [{"principal" = azurerm_user_assigned_identity.intake.principal_id}]})}'), NON_COMPLIANT],
    ['somebody who is not known', FLEX, site('opens', access(TOKEN)), UNKNOWN], ['whoever a variable says', FLEX, site('opens', TOKEN), UNKNOWN], ['a text that is no JSON', FLEX, site('opens', 'everybody'), UNKNOWN],
    ['no settings of a vault', FLEX, { app_settings: { ACCESS: access(identity('intake')) } }, undefined], ['nothing', FLEX, {}, undefined],
    // what a function calls itself does not matter
    ['the same, under another name', FLEX, site('opens', JSON.stringify({ role: 'Shred', grants: [{ principal: identity('intake') }] })), NON_COMPLIANT],
    ['whoever erases', FLEX, site('ward', access(identity('intake'))), UNKNOWN],
  ])('of a function that lets in %s: %s', (_what, type, body, expected) => {
    expect(answer('AzureTokenVaultDirections', type, body)).toBe(expected);
  });

  test('of a principal whose id is written out, in any case', () => {
    const principal = '0AAAAAAA-0000-4000-8000-000000000000';
    const around = { ...VAULT, [`${FLEX}.gives`]: site('gives', access(principal.toLowerCase())) };
    expect([answer('AzureTokenVaultDirections', FLEX, site('opens', access(principal)), around), answer('AzureTokenVaultDirections', FLEX, site('opens', access('0BBBBBBB-0000-4000-8000-000000000000')), around)]).toEqual([NON_COMPLIANT, COMPLIANT]);
  });

  test('of settings that are changed beside the app', () => {
    const change = (id: string) => ({ type: `${SITE}/config@2024-04-01`, resource_id: `\${${FLEX}.subject.id}/config/${id}`, body: { properties: { ACCESS: access(identity('intake')) } } });
    const with_ = (id: string) => answerOn(`${FLEX}.subject`, judgedIn({
      ...configuration({ ...VAULT, [`${FLEX}.subject`]: site('opens', access(identity('ward'))) }), resource: { ...configuration({ ...VAULT, [`${FLEX}.subject`]: site('opens', access(identity('ward'))) }).resource as Body, azapi_update_resource: { change: change(id) } },
    }, [azureRule('AzureTokenVaultDirections')]));
    expect([with_('appsettings'), with_('logs')]).toEqual([NON_COMPLIANT, COMPLIANT]);
  });

  test('is unknown where what functions may do with tokens is assigned elsewhere, and a finding where a wildcard allows both', () => {
    const none = Object.fromEntries(Object.entries(VAULT).filter(([id]) => !id.startsWith(COSMOS)));
    expect(answer('AzureTokenVaultDirections', FLEX, site('opens', access(identity('intake'))), none)).toBe(UNKNOWN);
    expect(answer('AzureTokenVaultDirections', FLEX, site('opens', access(identity('ward'))), { ...VAULT, [`${COSMOS}.opens`]: { ...role('opens', 'tokens', 'all'), scope: '${azurerm_cosmosdb_account.store.id}' } })).toBe(NON_COMPLIANT);
  });
});

describe('AzureTokenVaultTraining', () => {
  const job = (body: Body) => ({ properties: { jobType: 'Command', outputs: { model: { jobOutputType: 'custom_model' } }, ...body } });
  const acting = (client: string) => ({ identity: { identityType: 'Managed', clientId: client } });
  test.each<[string, string, Body, Answer | undefined]>([
    ['a job that makes a model', JOB, job(acting(identity('train', 'client_id'))), COMPLIANT], ['a job that makes a model and is let in', JOB, job(acting(identity('intake', 'client_id'))), NON_COMPLIANT],
    ['a sweep that is let in', JOB, { properties: { jobType: 'Sweep', ...acting(identity('ward', 'client_id')) } }, NON_COMPLIANT], ['an AutoML job that is let in', JOB, { properties: { jobType: 'AutoML', ...acting(identity('ward', 'client_id')) } }, NON_COMPLIANT],
    ['a job that makes none', JOB, { properties: { jobType: 'Command', ...acting(identity('intake', 'client_id')) } }, undefined], ['a job of who is not known', JOB, job(acting(TOKEN)), UNKNOWN], ['a job that names nobody, on no compute', JOB, job({}), COMPLIANT],
    ['an endpoint', ENDPOINT, { identity: { type: 'UserAssigned', identity_ids: [identity('train', 'id')] } }, COMPLIANT], ['an endpoint that is let in', ENDPOINT, { identity: { type: 'UserAssigned', identity_ids: [identity('ward', 'id')] } }, NON_COMPLIANT],
    ['an endpoint of who is not known', ENDPOINT, { identity: { type: 'UserAssigned', identity_ids: [TOKEN] } }, UNKNOWN], ['an endpoint without an identity', ENDPOINT, {}, COMPLIANT],
  ])('of %s', (_what, type, body, expected) => {
    expect(answer('AzureTokenVaultTraining', type, body, WHOLE)).toBe(expected);
  });

  test('of a job that can act as any identity of its compute, whichever it names, and of a step in a pipeline', () => {
    const compute = (name: string) => ({ ...WHOLE, 'azurerm_machine_learning_compute_cluster.nodes': { identity: { type: 'UserAssigned', identity_ids: [identity('train', 'id'), identity(name, 'id')] } } });
    const on = job({ identity: { identityType: 'Managed' }, computeId: '${azurerm_machine_learning_compute_cluster.nodes.id}' });
    expect([answer('AzureTokenVaultTraining', JOB, on, compute('intake')), answer('AzureTokenVaultTraining', JOB, on, compute('gives'))]).toEqual([NON_COMPLIANT, COMPLIANT]);
    expect(answer('AzureTokenVaultTraining', JOB, job({ ...acting(identity('train', 'client_id')), computeId: '${azurerm_machine_learning_compute_cluster.nodes.id}' }), compute('ward'))).toBe(NON_COMPLIANT);
    const steps = { properties: { jobType: 'Pipeline', jobs: { fit: { type: 'command', outputs: { model: { job_output_type: 'mlflow_model' } }, identity: { identity_type: 'Managed', client_id: identity('ward', 'client_id') } } } } };
    expect(answer('AzureTokenVaultTraining', JOB, steps, WHOLE)).toBe(NON_COMPLIANT);
  });

  test('of a step that says nothing itself, and has what the pipelines around it say', () => {
    const fit = { fit: { type: 'command', outputs: { model: { job_output_type: 'mlflow_model' } } } };
    const nodes = { ...WHOLE, 'azurerm_machine_learning_compute_cluster.nodes': { identity: { type: 'UserAssigned', identity_ids: [identity('ward', 'id')] } } };
    const place = '${azurerm_machine_learning_compute_cluster.nodes.id}';
    const of = (more: Body, jobs: Body = fit) => answer('AzureTokenVaultTraining', JOB, { properties: { jobType: 'Pipeline', ...more, jobs } }, nodes);
    const inner = { inner: { type: 'pipeline', jobs: fit } };
    const own = { fit: { ...fit.fit, compute: '${azurerm_machine_learning_compute_cluster.others.id}' } };
    expect([of({}), of({}, inner), of({ settings: { default_compute: place } }, own)]).toEqual([COMPLIANT, COMPLIANT, COMPLIANT]);
    expect([of({ settings: { default_compute: place } }), of({ settings: { defaultCompute: place } }), of({ computeId: place }), of({ settings: { default_compute: place } }, inner), of(acting(identity('ward', 'client_id')), inner)])
      .toEqual(Array<Answer>(5).fill(NON_COMPLIANT));
  });
});

describe('AzureTokenVaultTraining of batch endpoints', () => {
  const CLUSTER = '${azurerm_machine_learning_compute_cluster.nodes.id}';
  const ARM = '${azapi_resource.nodes.id}';
  const acting = (...names: string[]) => ({ identity: { type: 'UserAssigned', identity_ids: names.map((name) => identity(name, 'id')) } });
  const around = { ...WHOLE, 'azurerm_machine_learning_compute_cluster.nodes': acting('train', 'ward'), 'azurerm_machine_learning_compute_cluster.apart': acting('train'), 'azurerm_machine_learning_compute_cluster.nobody': {} };
  const pipeline = { deploymentConfiguration: { deploymentConfigurationType: 'PipelineComponent', settings: { default_compute: CLUSTER } }, compute: CLUSTER };
  test.each<[string, Body, Answer | undefined]>([
    ['a model on a cluster that is let in', { compute: CLUSTER }, NON_COMPLIANT], ['one on another', { compute: '${azurerm_machine_learning_compute_cluster.apart.id}' }, COMPLIANT], ['one on a cluster without an identity', { compute: '${azurerm_machine_learning_compute_cluster.nobody.id}' }, COMPLIANT],
    ['one that says so', { compute: CLUSTER, deploymentConfiguration: { deploymentConfigurationType: 'Model' } }, NON_COMPLIANT], ['one of which it is not known', { compute: CLUSTER, deploymentConfiguration: { deploymentConfigurationType: TOKEN } }, NON_COMPLIANT],
    ['one on what is not known', { compute: TOKEN }, UNKNOWN], ['one on a cluster of another app', { compute: '/subscriptions/s/x/workspaces/w/computes/other' }, UNKNOWN], ['one on none', {}, COMPLIANT],
    ['one on either of two', { compute: `\${var.given ? ${CLUSTER.slice(2, -1)} : azurerm_machine_learning_compute_cluster.apart.id}` }, NON_COMPLIANT],
    // its steps may ask, and those that train are judged
    ['a pipeline', pipeline, undefined],
  ])('of %s', (_what, properties, expected) => {
    expect(answer('AzureTokenVaultTraining', BATCH, { properties }, around)).toBe(expected);
  });

  test('of a model on a cluster of the interface', () => {
    const on = (name: string) => answer('AzureTokenVaultTraining', BATCH, { properties: { compute: ARM } }, { ...WHOLE, 'Microsoft.MachineLearningServices/workspaces/computes.nodes': { name: 'nodes', ...acting(name) } });
    expect([on('train'), on('intake')]).toEqual([COMPLIANT, NON_COMPLIANT]);
  });

  test('of a pipeline, where a step that trains runs on what the endpoint says', () => {
    const fit = { type: 'command', outputs: { model: { job_output_type: 'mlflow_model' } } };
    const with_ = (step: Body, compute: string) => answer('AzureTokenVaultTraining', BATCH, {
      properties: { deploymentConfiguration: { deploymentConfigurationType: 'PipelineComponent', componentId: { assetId: '${azapi_resource.steps.id}' }, settings: { default_compute: compute } } },
    }, { ...around, 'Microsoft.MachineLearningServices/workspaces/components/versions.steps': { name: '1', properties: { componentSpec: { type: 'pipeline', jobs: { step } } } } });
    const APART = '${azurerm_machine_learning_compute_cluster.apart.id}';
    expect([with_(fit, CLUSTER), with_({ type: 'pipeline', jobs: { fit } }, CLUSTER), with_(fit, APART), with_(fit, TOKEN)]).toEqual([NON_COMPLIANT, NON_COMPLIANT, COMPLIANT, UNKNOWN]);
    expect([with_({ ...fit, compute: APART }, CLUSTER), with_({ type: 'command' }, CLUSTER)]).toEqual([undefined, undefined]);
  });
});

describe('AzureTokenVaultStore', () => {
  test.each<[string, Body, Answer | undefined]>([
    ['a function, elsewhere than its tokens', role('opens', 'value-keys', 'read'), COMPLIANT], ['a job', role('train', 'subjects', 'read'), NON_COMPLIANT], ['a caller', { ...role('ward', 'tokens', 'read'), scope: '${azurerm_cosmosdb_account.store.id}' }, NON_COMPLIANT],
    ['somebody who is not known', { ...role('ward', 'tokens', 'read'), principal_id: TOKEN }, UNKNOWN], ['a function that would then do both', role('gives', 'tokens', 'read'), NON_COMPLIANT], ['a function that would then perhaps do both', { ...role('gives', 'tokens', 'read'), role_definition_id: TOKEN }, UNKNOWN],
    ['a function with the built-in contributor', { ...role('gives', 'tokens', 'read'), role_definition_id: '${azurerm_cosmosdb_account.store.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002' }, NON_COMPLIANT],
    ['somebody on another account', { account_name: 'other', scope: '/subscriptions/s/x/databaseAccounts/other', principal_id: identity('train'), role_definition_id: TOKEN }, undefined],
  ])('of %s', (_what, body, expected) => {
    expect(answer('AzureTokenVaultStore', COSMOS, body, WHOLE)).toBe(expected);
  });

  test('of the interface', () => {
    const type = 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments';
    const body = (principal: string) => ({ parent_id: '${azurerm_cosmosdb_account.store.id}', properties: { principalId: principal, roleDefinitionId: '${azurerm_cosmosdb_sql_role_definition.read.id}', scope: '${azurerm_cosmosdb_account.store.id}/dbs/vault/colls/budgets' } });
    expect([body(identity('opens')), body(identity('train')), body(TOKEN)].map((one) => answer('AzureTokenVaultStore', type, one, WHOLE))).toEqual([COMPLIANT, NON_COMPLIANT, UNKNOWN]);
  });
});

describe('AzureTokenVaultKeys', () => {
  const on = (scope: string, who: string, more: Body = { role_definition_name: 'Key Vault Crypto User' }) => ({ scope, principal_id: who, ...more });
  const KEY = '${azurerm_key_vault_key.values.id}';
  const SAFE = '${azurerm_key_vault.safe.id}';
  test.each<[string, Body, Answer | undefined]>([
    ['a function', on(KEY, identity('opens')), COMPLIANT], ['somebody else', on(KEY, identity('train')), NON_COMPLIANT], ['somebody else on all keys', on(SAFE, identity('train')), NON_COMPLIANT], ['somebody who is not known', on(KEY, TOKEN), UNKNOWN],
    ['somebody else on a subscription', on('/subscriptions/00000000-0000-0000-0000-000000000000', identity('train')), NON_COMPLIANT], ['somebody else on its group', on('/subscriptions/s/resourceGroups/Group', identity('train')), NON_COMPLIANT],
    ['somebody else on what is not known', on(TOKEN, identity('train')), UNKNOWN], ['somebody else on another key', on('${azurerm_key_vault_key.other.id}', identity('train')), undefined], ['somebody else, for secrets', on(SAFE, identity('train'), { role_definition_name: 'Key Vault Secrets Officer' }), undefined],
    ['somebody else by the id of the role', on(KEY, identity('train'), { role_definition_id: '/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/14b46e9e-c2b7-41b4-b07b-48a6ebf60603' }), NON_COMPLIANT],
    ['somebody else by a role that is not known', on(KEY, identity('train'), { role_definition_id: TOKEN }), UNKNOWN], ['somebody else by a role of the app', on(KEY, identity('train'), { role_definition_id: '${azurerm_role_definition.own.role_definition_resource_id}' }), NON_COMPLIANT],
    ['somebody else by a role that wraps only', on(KEY, identity('train'), { role_definition_id: '${azurerm_role_definition.wraps.role_definition_resource_id}' }), undefined],
  ])('of %s', (_what, body, expected) => {
    const roles = { 'azurerm_role_definition.own': { permissions: { data_actions: ['Microsoft.KeyVault/vaults/keys/unwrap/action'] } }, 'azurerm_role_definition.wraps': { permissions: { data_actions: ['Microsoft.KeyVault/vaults/keys/wrap/action'] } } };
    expect(answer('AzureTokenVaultKeys', KEYS, body, { ...WHOLE, ...roles })).toBe(expected);
  });
});

describe('a condition that is not known', () => {
  const good = { [FLEX]: site('opens', access(identity('ward'))), [SITE]: armSite('opens', access(identity('ward'))), [COSMOS]: role('opens', 'value-keys', 'read'), [KEYS]: { scope: '${azurerm_key_vault_key.values.id}', role_definition_name: 'Key Vault Crypto User', principal_id: identity('opens') } };
  const bad = { [FLEX]: site('opens', access(identity('intake'))), [SITE]: armSite('opens', access(identity('intake'))), [COSMOS]: role('train', 'value-keys', 'read'), [KEYS]: { ...good[KEYS], principal_id: identity('train') } };
  const [fits, does] = ['train', 'intake'].map((name) => ({ properties: { jobType: 'Sweep', identity: { identityType: 'Managed', clientId: identity(name, 'client_id') } } }));
  const [serves, asks] = ['train', 'intake'].map((name) => ({ identity: { type: 'UserAssigned', identity_ids: [identity(name, 'id')] } }));
  const clusters = Object.fromEntries(['train', 'intake'].map((name) => [`azurerm_machine_learning_compute_cluster.${name}`, { identity: { type: 'UserAssigned', identity_ids: [identity(name, 'id')] } }]));
  const on = (name: string) => ({ properties: { compute: `\${azurerm_machine_learning_compute_cluster.${name}.id}` } });
  test.each<[string, string, Body, Body, Record<string, Body>]>([
    ['AzureTokenVaultDirections', FLEX, good[FLEX]!, bad[FLEX]!, VAULT], ['AzureTokenVaultDirections', SITE, good[SITE]!, bad[SITE]!, VAULT], ['AzureTokenVaultStore', COSMOS, good[COSMOS]!, bad[COSMOS]!, WHOLE], ['AzureTokenVaultKeys', KEYS, good[KEYS]!, bad[KEYS]!, WHOLE],
    ['AzureTokenVaultTraining', JOB, fits!, does!, WHOLE], ['AzureTokenVaultTraining', ENDPOINT, serves!, asks!, WHOLE],
    ['AzureTokenVaultTraining', BATCH, on('train'), on('intake'), { ...WHOLE, ...clusters }],
  ])('%s on %s has what keeps it and what breaks it, and is never compliant', (rule, type, keeps, breaks, around) => {
    expect([answer(rule, type, keeps, around), answer(rule, type, breaks, around)]).toEqual([COMPLIANT, NON_COMPLIANT]);
    // references stand in a condition as they do in an expression
    const unquoted = (body: Body): Body => JSON.parse(JSON.stringify(body).replace(/\\"\$\{([^}"]+)\}\\"/g, '$1')) as Body;
    for (const one of [either(keeps, breaks), either(breaks, keeps), eitherBelow(keeps, breaks), eitherBelow(breaks, keeps)]) {
      expect([UNKNOWN, NON_COMPLIANT]).toContain(answer(rule, type, one, around));
      expect([UNKNOWN, NON_COMPLIANT]).toContain(answer(rule, type, unquoted(one), around));
    }
  });
});

describe('the construct', () => {
  const CARE = Purpose.of('care');
  const make = () => {
    const { stack } = azureStack();
    const workspace = new Workspace(stack, 'Workspace', { profile, location, name: 'readmission', alarmEmails: ['security@example.org'] });
    const vault = new TokenVault(stack, 'Vault', { workspace, application: { clientId: '77777777-7777-4777-8777-777777777777' }, tenant: 'cardiology', fields: { patientId: TokenField.random() }, purposes: [CARE] });
    vault.grantTokenize(new Identity(stack, 'Ingest', { workspace }));
    vault.grantDetokenize(new Identity(stack, 'Ward', { workspace }), { purposes: [CARE] });
    const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, purpose: CARE, compute: new ComputeCluster(stack, 'Cpu', { workspace, size: 'Standard_D4s_v5', maxNodes: 2 }) });
    pipeline.addCommand('Train', { environment, code, outputs: [Output.model('model')] });
    stack.prepareStack();
    return { stack, content: JSON.parse(JSON.stringify(stack.toTerraform())) as Body, flow: DataFlow.of(stack) };
  };
  const judgedAs = ({ content, stack, flow }: { content: Body; stack?: { node: { path: string } }; flow?: DataFlow }) => judgementsOf({
    view: azureViewOf({ files: [{ stackName: stack?.node.path ?? 'Stack', path: stack?.node.path ?? '', template: 'cdk.tf.json', content }], ...(flow ? { flow } : {}) }), rules: RULES, profile, pack: 'RegulatedML',
  });
  const open = (found: readonly Judgement[]) => [...new Set(found.filter(({ finding }) => finding.answer !== COMPLIANT).map(({ finding }) => `${finding.rule.replace('RegulatedML-', '')} ${finding.answer}`))].sort();
  const made = make();
  const changed = (change: (resources: Record<string, Record<string, Record<string, unknown>>>) => void) => {
    const content = structuredClone(made.content) as { resource: Record<string, Record<string, Record<string, unknown>>> };
    change(content.resource);
    return judgedAs({ ...made, content });
  };
  const siteOf = (resources: Record<string, Record<string, Record<string, unknown>>>, name: string) => Object.entries(resources.azapi_resource!).find(([id]) => new RegExp(`^Vault_${name}_[0-9A-F]{8}$`).test(id))![1];
  const settingsIn = (one: Record<string, unknown>) => (one.body as { properties: { siteConfig: { appSettings: { name: string; value: string }[] } } }).properties.siteConfig;

  test('is a vault to the rules, which find nothing, with the tree and without', () => {
    for (const found of [judgedAs(made), judgedAs({ content: made.content })]) expect(open(found)).toEqual([]);
    const kept = judgedAs(made).map(({ finding }) => finding.rule.replace('RegulatedML-', ''));
    expect(new Set(kept)).toEqual(new Set(RULES.map(({ name }) => name)));
    expect([kept.filter((name) => name === 'AzureTokenVaultDirections').length, kept.filter((name) => name === 'AzureTokenVaultKeys').length]).toEqual([3, 6]);
  });

  test('says so where an override lets one identity in twice, or takes away what rules know it by', () => {
    expect(open(changed((resources) => {
      const list = settingsIn(siteOf(resources, 'Detokenize'));
      list.appSettings = list.appSettings.map((one) => (one.name === 'ACCESS' ? { name: 'ACCESS', value: settingsIn(siteOf(resources, 'Tokenize')).appSettings.find(({ name }) => name === 'ACCESS')!.value } : one));
    }))).toEqual(['AzureTokenVaultDirections non-compliant']);
    expect(open(changed((resources) => {
      for (const name of ['Tokenize', 'Detokenize', 'Shred']) settingsIn(siteOf(resources, name)).appSettings = [];
    }))).toEqual(['AzureFlowTokenVault non-compliant']);
    // its identity is none of the vault's then, and has roles in the store
    expect(open(changed((resources) => {
      settingsIn(siteOf(resources, 'Detokenize')).appSettings = [];
    }))).toEqual(['AzureFlowTokenVault non-compliant', 'AzureTokenVaultKeys non-compliant', 'AzureTokenVaultStore non-compliant']);
  });

  test('says so where an override has a step that trains act as somebody who is let in', () => {
    const text = JSON.stringify(made.content);
    const [own] = /azurerm_user_assigned_identity\.Pipeline_Train_Identity_[0-9A-F]+\.client_id/.exec(text)!;
    const [ingest] = /azurerm_user_assigned_identity\.Ingest_[0-9A-F]+/.exec(text)!;
    expect(open(judgedAs({ ...made, content: JSON.parse(text.replaceAll(own, `${ingest}.client_id`)) as Body }))).toEqual(['AzureTokenVaultTraining non-compliant']);
  });
});

test('a configuration without a vault is asked nothing', () => {
  expect(judgedIn(configuration({ [`${KEYS}.a`]: { role_definition_name: 'Key Vault Crypto User', scope: '/subscriptions/s', principal_id: 'p' }, [`${FLEX}.a`]: { app_settings: {} } }), RULES)).toEqual([]);
});

const leaf = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(TOKEN, identity('intake'), identity('gives', 'id'), access(identity('ward')), '${azurerm_cosmosdb_account.store.endpoint}', '${azurerm_key_vault_key.values.id}', '{', '${var.given ? "a" : null}', '__proto__'));
const NAMES = [
  'app_settings', 'properties', 'siteConfig', 'appSettings', 'name', 'value', 'ACCESS', 'COSMOS_ENDPOINT', 'WRAPPING_KEYS', 'grants', 'principal', 'identity', 'identity_ids', 'type', 'principal_id', 'principalId', 'scope', 'role_definition_id',
  'roleDefinitionId', 'role_definition_name', 'permissions', 'data_actions', 'computeId', 'compute', 'deploymentConfiguration', 'deploymentConfigurationType', 'clientId', 'outputs', 'jobType', 'resource_id', 'parent_id', '__proto__',
];
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...NAMES), tie('tree'), { maxKeys: 5 })),
}));

test('no rule on vaults throws on any JSON-shaped properties beside one', () => {
  const types = [...RULES.flatMap(({ resources }) => resources), 'azurerm_cosmosdb_sql_role_definition', 'azurerm_user_assigned_identity', `${SITE}/config`].filter((type) => !type.startsWith('RegulatedML::'));
  fc.assert(fc.property(fc.constantFrom(...types), tree, (type, properties) => {
    const body = typeof properties === 'object' && properties !== null && !Array.isArray(properties) ? properties as Body : { properties };
    for (const { finding } of judgedIn(configuration({ ...WHOLE, [`${type}.subject`]: body }), RULES)) expect(finding.detail ?? '').not.toContain('the rule failed');
  }), { numRuns: 200 });
});
