import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DataAzurermClientConfig } from '@cdktf/provider-azurerm/lib/data-azurerm-client-config';
import { DataAzurermUserAssignedIdentity } from '@cdktf/provider-azurerm/lib/data-azurerm-user-assigned-identity';
import type { TerraformStack } from 'cdktf';
import {
  ComputeCluster, Duration, Identity, type IIdentity, MLPipeline, Output, TokenVault, type TokenVaultProps, Workspace,
} from '../../../lib/azure';
import { ACCESS, CONTAINERS } from '../../../lib/azure/privacy/vault-access';
import { Alphabet, Answer, Classification, FormatPreservingMode, Purpose, TokenField } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { RegulatedMLChecks } from '../../../lib/rules/azure/pack';
import { answersIn } from '../../rules/azure/support';
import { azureStack, group, importedWorkspace, location, profile, resourcesOf, subscription, synthesized } from '../../support/azure';
import { code, environment } from '../../support/azure-pipeline';

const root = join(__dirname, '..', '..', '..');
const CARE = Purpose.of('care');
const RISK = Purpose.of('readmission-risk');
const CLIENT = '77777777-7777-4777-8777-777777777777';

beforeAll(() => {
  if (!existsSync(join(root, 'build', 'runtime', 'shred-http'))) execFileSync(process.execPath, [join(root, '.ci', 'bundle.mjs')], { cwd: root });
});

const fields = { patientId: TokenField.random({ keyVersion: 2 }), nationalId: TokenField.deterministic(), cardNumber: TokenField.formatPreserving({ alphabet: Alphabet.DIGITS, minLength: 12, maxLength: 19 }) };

/** A vault in a workspace of its own, with somebody who may do each thing. */
function ground(props: Partial<TokenVaultProps> = {}) {
  const { app, stack } = azureStack();
  const workspace = new Workspace(stack, 'Workspace', { profile, location, name: 'readmission', alarmEmails: ['security@example.org'] });
  const vault = new TokenVault(stack, 'Vault', { workspace, application: { clientId: CLIENT }, tenant: 'cardiology', fields, purposes: [CARE, RISK], ...props });
  const identity = (id: string) => new Identity(stack, id, { workspace });
  return { app, stack, workspace, vault, identity };
}

const { app, stack, vault, identity, workspace } = ground();
const [ingest, ward, officer] = [identity('Ingest'), identity('Ward'), identity('Officer')];
vault.grantTokenize(ingest);
vault.grantDetokenize(ward, { purposes: [CARE] });
vault.grantShred(officer);
new RegulatedMLChecks(app, { profile });
const made = synthesized(stack);
const ofVault = (type: string) => Object.entries(made.resource?.[type] ?? {}).filter(([name]) => name.startsWith('Vault_')).map(([, body]) => body);
const [account] = ofVault('azurerm_cosmosdb_account');
const sites = ofVault('azapi_resource').filter(({ type }) => String(type).startsWith('Microsoft.Web/sites@'));
const settingsOf = (name: string) => {
  const [, site] = Object.entries(made.resource!.azapi_resource!).find(([id]) => new RegExp(`^Vault_${name}_[0-9A-F]{8}$`).test(id))!;
  const { appSettings } = (site.body as { properties: { siteConfig: { appSettings: { name: string; value: string }[] } } }).properties.siteConfig;
  return Object.fromEntries(appSettings.map(({ name: variable, value }) => [variable, value]));
};

describe('the store of a vault', () => {
  test('is one region, private, without keys to steal, encrypted with the key of the workspace, and recoverable for 7 days', () => {
    expect(account).toMatchObject({
      public_network_access_enabled: false, local_authentication_disabled: true, access_key_metadata_writes_enabled: false, network_acl_bypass_for_azure_services: false, minimal_tls_version: 'Tls12',
      key_vault_key_id: expect.stringContaining('azapi_resource.Workspace_Key'), default_identity_type: expect.stringMatching(/^UserAssignedIdentity=\$\{azurerm_user_assigned_identity\.Workspace_KeyUser/),
      geo_location: [{ location, failover_priority: 0, zone_redundant: true }], automatic_failover_enabled: false, multiple_write_locations_enabled: false,
      consistency_policy: { consistency_level: 'Strong' }, backup: { type: 'Continuous', tier: 'Continuous7Days' }, capabilities: [{ name: 'EnableServerless' }], lifecycle: { prevent_destroy: true },
    });
  });

  test('is a container for each thing that an identity can be given alone, parted as the functions ask', () => {
    const containers = ofVault('azurerm_cosmosdb_sql_container');
    expect(Object.fromEntries(containers.map(({ name, partition_key_paths: paths }) => [name, (paths as string[])[0]]))).toEqual(CONTAINERS);
    expect(containers.filter(({ default_ttl: ttl }) => ttl !== undefined).map(({ name }) => name)).toEqual(['budgets']);
    expect(containers.filter(({ indexing_policy: index }) => (index as { indexing_mode: string }).indexing_mode !== 'none').map(({ name }) => name)).toEqual(['subjects']);
    for (const { lifecycle } of containers) expect(lifecycle).toEqual({ prevent_destroy: true });
  });

  test('lets each function do what it has to, container by container, and nothing else', () => {
    const definitions = Object.fromEntries(Object.entries(made.resource!.azurerm_cosmosdb_sql_role_definition!).map(([name, { permissions }]) => [name, (permissions as [{ data_actions: string[] }])[0].data_actions]));
    const assigned = ofVault('azurerm_cosmosdb_sql_role_assignment').flatMap(({ principal_id: principal, role_definition_id: definition, scope }) => {
      const by = /Vault_(Tokenize|Detokenize|Shred)_Identity/.exec(String(principal))![1]!.toLowerCase();
      const container = /\/colls\/([a-z-]+)$/.exec(String(scope))?.[1] ?? '(account)';
      return definitions[/definition\.([\w-]+)\.id/.exec(String(definition))![1]!]!.map((action) => `${by} ${container} ${action.replace(/^Microsoft\.DocumentDB\/databaseAccounts\/(sqlDatabases\/containers\/)?/, '')}`);
    });
    const allowed = Object.entries(ACCESS).flatMap(([by, { containers }]) => [`${by} (account) readMetadata`, ...Object.entries(containers).flatMap(([container, actions]) => actions.map((action) => `${by} ${container} ${action}`))]);
    expect(assigned.sort()).toEqual(allowed.sort());
    expect(ofVault('azurerm_cosmosdb_sql_role_assignment').filter(({ role_definition_id: id }) => String(id).includes('00000000-0000-0000-0000'))).toEqual([]);
  });

  test.each([[Duration.days(30), 'Continuous30Days', 30], [undefined, 'Continuous7Days', 7]])('with a period of %s is backed up so, and the functions say so', (recoveryPeriod, tier, days) => {
    const other = ground({ recoveryPeriod });
    expect(resourcesOf(other.stack, 'azurerm_cosmosdb_account')[0]).toMatchObject({ backup: { type: 'Continuous', tier } });
    expect(JSON.stringify(resourcesOf(other.stack, 'azapi_resource'))).toContain(`\\\\\\"recoveryDays\\\\\\":${days}`.replace(/\\\\\\/g, '\\'));
  });
});

describe('keys of a vault', () => {
  test('are three in the vault of the workspace, in hardware, made new by themselves', () => {
    const keys = ofVault('azapi_resource').filter(({ type }) => String(type).startsWith('Microsoft.KeyVault/vaults/keys'));
    expect(keys).toHaveLength(3);
    for (const { body, lifecycle } of keys) {
      expect(body).toMatchObject({ properties: { kty: 'RSA-HSM', keyOps: ['wrapKey', 'unwrapKey'], rotationPolicy: { lifetimeActions: expect.arrayContaining([expect.objectContaining({ action: { type: 'rotate' } })]) as object[] } } });
      expect(lifecycle).toMatchObject({ prevent_destroy: true });
    }
  });

  test('may be used by the functions that need them, one by one', () => {
    const uses = Object.values(made.resource!.azurerm_role_assignment!).filter(({ role_definition_name: role }) => role === 'Key Vault Crypto Service Encryption User')
      .map(({ principal_id: principal, scope }) => [/Vault_(\w+?)_Identity/.exec(String(principal))?.[1], /Vault_Key-(\w+?)[._}]/.exec(String(scope))?.[1] ?? /Vault_Key_?-?([a-z]+)/.exec(String(scope))?.[1]] as const)
      .filter(([by]) => by !== undefined).map(([by, key]) => `${by!.toLowerCase()} ${key}`);
    expect(uses.sort()).toEqual(Object.entries(ACCESS).flatMap(([by, { keys }]) => keys.map((key) => `${by} ${key}`)).sort());
  });
});

describe('functions of a vault', () => {
  test('are three apps that nobody reaches but over private endpoints, each with an identity, a plan and an account of its own', () => {
    expect(sites).toHaveLength(3);
    for (const { body, identity: own } of sites) {
      expect(body).toMatchObject({
        kind: 'functionapp,linux',
        properties: {
          httpsOnly: true, publicNetworkAccess: 'Disabled', virtualNetworkSubnetId: expect.stringContaining('azurerm_subnet.Workspace_Network_Functions'),
          siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2', ftpsState: 'Disabled' }, functionAppConfig: { runtime: { name: 'node', version: '22' }, deployment: { storage: { authentication: { type: 'UserAssignedIdentity' } } } },
        },
      });
      expect((own as [{ identity_ids: string[] }])[0].identity_ids).toHaveLength(1);
    }
    for (const type of ['azurerm_service_plan', 'azurerm_storage_account', 'azurerm_user_assigned_identity']) expect(ofVault(type)).toHaveLength(3);
    const services = ofVault('azurerm_private_endpoint').map(({ private_service_connection: connection }) => (connection as { subresource_names: string[] }).subresource_names[0]);
    expect(services.sort()).toEqual(['Sql', 'blob', 'blob', 'blob', 'sites', 'sites', 'sites']);
    const zones = Object.values(made.resource!.azurerm_private_dns_zone!).map(({ name }) => name);
    expect(zones).toEqual(expect.arrayContaining(['privatelink.documents.azure.com', 'privatelink.azurewebsites.net']));
    const policies = ofVault('azapi_update_resource').filter(({ type }) => String(type).includes('basicPublishingCredentialsPolicies'));
    expect(policies.map(({ body }) => (body as { properties: object }).properties)).toEqual(Array(6).fill({ allow: false }));
  });

  test('hold no secret, and no connection string', () => {
    for (const name of ['Tokenize', 'Detokenize', 'Shred']) {
      expect(Object.keys(settingsOf(name)).sort()).toEqual([
        'ACCESS', 'AUDIT_LOG', 'AzureWebJobsStorage__blobServiceUri', 'AzureWebJobsStorage__clientId', 'AzureWebJobsStorage__credential', 'COSMOS_ENDPOINT', 'IDENTITY_CLIENT_ID', 'VAULT', 'WRAPPING_KEYS',
      ]);
    }
  });

  test('are told the fields, the purposes and who may call; only the one that detokenizes knows purposes', () => {
    const [tokenize, detokenize, shred] = ['Tokenize', 'Detokenize', 'Shred'].map(settingsOf) as [Record<string, string>, Record<string, string>, Record<string, string>];
    expect(JSON.parse(tokenize.VAULT!)).toEqual({
      tenant: 'cardiology', purposes: {}, itemsPerMinute: 6_000, recoveryDays: 7,
      fields: { patientId: { kind: 'random', version: 2 }, nationalId: { kind: 'deterministic', version: 1 }, cardNumber: { kind: 'format-preserving', version: 1, alphabet: '0123456789', minLength: 12, maxLength: 19 } },
    });
    expect(JSON.parse(detokenize.VAULT!)).toMatchObject({ purposes: { 'care': 'care', 'readmission-risk': 'readmission-risk' } });
    expect(JSON.parse(tokenize.ACCESS!)).toEqual({ role: 'Tokenize', grants: [{ principal: expect.stringContaining('Ingest') as string }] });
    expect(JSON.parse(detokenize.ACCESS!)).toEqual({ role: 'Detokenize', grants: [{ principal: expect.stringContaining('Ward') as string, purposes: ['care'] }] });
    expect(JSON.parse(shred.ACCESS!)).toEqual({ role: 'Shred', grants: [{ principal: expect.stringContaining('Officer') as string }] });
    expect(JSON.parse(tokenize.AUDIT_LOG!)).toMatchObject({ stream: `Custom-${vault.auditTableName}` });
  });

  test('have the platform check sign-ins, and let in who was granted something; nobody, where nobody was', () => {
    const signIns = (of: TerraformStack) => Object.values(synthesized(of).resource!.azapi_update_resource!).filter(({ type }) => String(type).includes('sites/config')).map(({ body }) => body as { properties: {
      globalValidation: object; identityProviders: { azureActiveDirectory: { registration: object; validation: { allowedAudiences: string[]; defaultAuthorizationPolicy: { allowedPrincipals: { identities: string[] } } } } };
    } });
    for (const { properties: { globalValidation, identityProviders: { azureActiveDirectory: { registration, validation } } } } of signIns(stack)) {
      expect(globalValidation).toEqual({ requireAuthentication: true, unauthenticatedClientAction: 'Return401' });
      expect(registration).toEqual({ clientId: CLIENT, openIdIssuer: expect.stringMatching(/^https:\/\/login\.microsoftonline\.com\/\$\{data\.azurerm_client_config\..*tenant_id\}\/v2\.0$/) as string });
      expect(validation.allowedAudiences).toEqual([`api://${CLIENT}`, CLIENT]);
      expect(validation.defaultAuthorizationPolicy.allowedPrincipals.identities).toEqual([expect.stringMatching(/Ingest|Ward|Officer/)]);
    }
    expect(signIns(ground().stack).map(({ properties }) => properties.identityProviders.azureActiveDirectory.validation.defaultAuthorizationPolicy.allowedPrincipals.identities)).toEqual(Array(3).fill(['00000000-0000-0000-0000-000000000000']));
  });

  test('call from a subnet that leads to private endpoints and to where sign-ins are checked, and nowhere else', () => {
    const [subnet] = resourcesOf(stack, 'azurerm_subnet').filter(({ name }) => name === 'functions');
    expect(subnet).toMatchObject({ address_prefixes: ['10.0.128.0/18'], default_outbound_access_enabled: false, delegation: [{ service_delegation: { name: 'Microsoft.App/environments' } }] });
    const rules = made.resource!.azurerm_network_security_group!.Workspace_Network_Functions_Rules_C31B50F0 ?? Object.entries(made.resource!.azurerm_network_security_group!).find(([name]) => name.startsWith('Workspace_Network_Functions'))![1];
    expect((rules.security_rule as { direction: string; access: string; destination_address_prefix: string }[]).map(({ direction, access, destination_address_prefix: to }) => `${direction} ${access} ${to}`)).toEqual([
      'Inbound Deny *', 'Outbound Allow VirtualNetwork', 'Outbound Allow AzureActiveDirectory', 'Outbound Deny *',
    ]);
  });

  test('are deployed again when their code is another, with nothing but the sign-in of whoever applies', () => {
    const deployments = Object.entries(made.resource!.terraform_data!).filter(([name]) => name.startsWith('Vault_')).map(([name, body]) => [name.split('_')[1]!, body] as const);
    expect(deployments).toHaveLength(3);
    for (const [app, { triggers_replace: triggers, provisioner, depends_on: after }] of deployments) {
      // code that answers before sign-ins are checked would take anybody's word
      expect(after).toContainEqual(expect.stringMatching(new RegExp(`^azapi_update_resource\\.Vault_${app}_SignIn_`)));
      expect((triggers as unknown[])[0]).toMatch(/^[0-9A-F]{32}$/i);
      expect(JSON.stringify(provisioner)).toMatch(/az functionapp deployment source config-zip --resource-group .* --name .* --src assets\/.*archive\.zip/);
    }
  });
});

describe('records of a vault', () => {
  test('come into a table that is kept as long as the profile keeps audit records, over an endpoint that only the network reaches', () => {
    const [table] = ofVault('azapi_resource').filter(({ type }) => String(type).includes('workspaces/tables'));
    expect(table).toMatchObject({ name: vault.auditTableName, body: { properties: { plan: 'Analytics', totalRetentionInDays: 2556 } }, lifecycle: { prevent_destroy: true } });
    expect(ofVault('azurerm_monitor_data_collection_endpoint')).toEqual([expect.objectContaining({ public_network_access_enabled: false })]);
    expect(ofVault('azurerm_monitor_private_link_scoped_service')).toHaveLength(1);
    const [rule] = ofVault('azurerm_monitor_data_collection_rule') as [{ stream_declaration: [{ column: { name: string }[] }]; data_flow: [{ output_stream: string }] }];
    expect(rule.data_flow[0].output_stream).toBe(`Custom-${vault.auditTableName}`);
    const columns = (table!.body as { properties: { schema: { columns: { name: string }[] } } }).properties.schema.columns;
    expect(rule.stream_declaration[0].column).toEqual(columns);
    // what the functions write
    expect(columns.map(({ name }) => name)).toEqual(['TimeGenerated', 'Action', 'Outcome', 'RequestId', 'Caller', 'Purpose', 'Refusal', 'Items', 'Tokens', 'Subjects']);
    const writers = ofVault('azurerm_role_assignment').filter(({ role_definition_name: role }) => role === 'Monitoring Metrics Publisher');
    expect(writers).toHaveLength(3);
  });

  test('raise an alarm for each refusal', () => {
    expect(ofVault('azurerm_monitor_scheduled_query_rules_alert_v2')).toEqual([expect.objectContaining({
      criteria: [expect.objectContaining({ query: `${vault.auditTableName} | where Outcome == 'refused'`, threshold: 0, operator: 'GreaterThan' })], action: { action_groups: [expect.stringContaining('Workspace_Alarms')] },
    })]);
  });
});

describe('grants', () => {
  test('of more purposes to the same identity add up; who tokenizes may erase', () => {
    const other = ground();
    const both = other.identity('Both');
    other.vault.grantDetokenize(both, { purposes: [CARE] });
    other.vault.grantDetokenize(both, { purposes: [RISK, CARE] });
    other.vault.grantShred(both);
    const text = JSON.stringify(synthesized(other.stack));
    expect(text).toContain('\\"purposes\\":[\\"care\\",\\"readmission-risk\\"]');
  });

  test('fails for both directions, for a purpose that there is not, for none, and for nobody', () => {
    const other = ground();
    const one = other.identity('One');
    other.vault.grantTokenize(one);
    expect(() => other.vault.grantDetokenize(one, { purposes: [CARE] })).toThrow(/'Stack\/One' may tokenize with vault 'Stack\/Vault', and one identity that is stolen must not hold both directions/);
    expect(() => other.vault.grantDetokenize(other.identity('Two'), { purposes: [Purpose.of('marketing')] })).toThrow(/gives nothing back for purpose 'marketing': it has care, readmission-risk/);
    expect(() => other.vault.grantDetokenize(other.identity('Three'), { purposes: [] })).toThrow(/takes a purpose: give some of care, readmission-risk$/);
    expect(() => other.vault.grantTokenize('somebody' as never)).toThrow(/is to let in 'somebody': give an identity/);
    expect(() => other.vault.detokenizeUrl(Purpose.of('marketing'))).toThrow(/gives nothing back/);
  });

  test('fails for both directions of one principal that is imported twice, however its id is written', () => {
    const other = ground();
    const principalId = 'aaaaaaaa-0000-4000-8000-000000000001';
    const imported = (id: string, principal: string) => Identity.fromAttributes(other.stack, id, { identityId: `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/ward`, principalId: principal, clientId: CLIENT });
    other.vault.grantTokenize(imported('First', principalId));
    expect(() => other.vault.grantDetokenize(imported('Second', principalId.toUpperCase()), { purposes: [CARE] })).toThrow(/'Stack\/Second' may tokenize with vault 'Stack\/Vault', and one identity that is stolen must not hold both directions/);
    other.vault.grantShred(imported('Third', principalId));
    const second = ground();
    second.vault.grantDetokenize(Identity.fromAttributes(second.stack, 'First', { identityId: 'i', principalId, clientId: CLIENT }), { purposes: [CARE] });
    expect(() => second.vault.grantTokenize(Identity.fromAttributes(second.stack, 'Second', { identityId: 'i', principalId, clientId: CLIENT }))).toThrow(/may detokenize with vault/);
  });

  describe('of an identity that is looked up', () => {
    const other = ground();
    const lookUp = (id: string, name: string, resourceGroupName: string) => {
      const { id: identityId, principalId, clientId } = new DataAzurermUserAssignedIdentity(other.stack, `${id}Data`, { name, resourceGroupName });
      return Identity.fromAttributes(other.stack, id, { identityId, principalId, clientId });
    };
    const ask = (id: string) => new DataAzurermClientConfig(other.stack, `${id}Data`).objectId;
    const imported = (id: string, principalId: string) => Identity.fromAttributes(other.stack, id, { identityId: 'i', principalId, clientId: CLIENT });
    other.vault.grantTokenize(lookUp('First', 'ward', 'hospital'));
    other.vault.grantTokenize(new Identity(other.stack, 'Made', { workspace: other.workspace, name: 'made-here' }));
    other.vault.grantTokenize(imported('Deployer', ask('Deployer')));

    test.each<[string, () => IIdentity]>([
      ['twice, in any case', () => lookUp('Second', 'Ward', 'Hospital')], ['by the name that the app gives it', () => lookUp('Named', 'made-here', other.workspace.resourceGroupName)],
      ['by the group as it is written', () => lookUp('Written', 'made-here', 'readmission')], ['as who applies', () => imported('Applier', ask('Applier'))],
    ])('%s, fails for both directions', (_, identity) => {
      expect(() => other.vault.grantDetokenize(identity(), { purposes: [CARE] })).toThrow(/may tokenize with vault 'Stack\/Vault', and one identity that is stolen must not hold both directions/);
    });

    test('by another name, or in another group, is another', () => {
      const [one, two] = [lookUp('Other', 'clinic', 'hospital'), lookUp('Elsewhere', 'ward', 'practice')];
      for (const identity of [one, two, lookUp('Again', 'clinic', 'hospital')]) other.vault.grantDetokenize(identity, { purposes: [CARE] });
      // the second time that it is looked up adds no caller
      const [site] = Object.entries(synthesized(other.stack).resource!.azapi_resource!).filter(([name]) => /^Vault_Detokenize_[0-9A-F]{8}$/.test(name));
      expect([...new Set(JSON.stringify(site).match(/data\.azurerm_user_assigned_identity\.\w+\.principal_id/g))]).toEqual(['OtherData', 'ElsewhereData'].map((id) => `data.azurerm_user_assigned_identity.${id}.principal_id`));
    });
  });

  test('fails at synth where a step that trains acts as an identity that may use the vault', () => {
    const other = ground();
    const compute = new ComputeCluster(other.stack, 'Cpu', { workspace: other.workspace, size: 'Standard_D4s_v5' });
    const pipeline = new MLPipeline(other.stack, 'Pipeline', { workspace: other.workspace, compute });
    const [trainer, quiet] = [other.identity('Trainer'), other.identity('Quiet')];
    pipeline.addCommand('Train', { environment, code, inputs: [other.workspace.outputs.input()], outputs: Output.model('model'), identity: trainer });
    pipeline.addCommand('Weights', { environment, code, inputs: [other.workspace.outputs.input()], outputs: Output.named('weights'), trains: true, identity: quiet });
    const clean = pipeline.addCommand('Clean', { environment, code, inputs: [other.workspace.outputs.input()], outputs: Output.named('clean') });
    other.vault.grantTokenize(clean.identity);
    expect(other.vault.node.validate()).toEqual([]);
    other.vault.grantDetokenize(trainer, { purposes: [CARE] });
    expect(other.vault.node.validate()).toEqual([expect.stringMatching(/^'Stack\/Pipeline\/Train' trains, and acts as an identity that vault 'Stack\/Vault' lets in/)]);
    other.vault.grantTokenize(quiet);
    expect(other.vault.node.validate().map((message) => /^'([^']+)' trains/.exec(message)?.[1])).toEqual(['Stack/Pipeline/Train', 'Stack/Pipeline/Weights']);
    expect(() => other.app.synth()).toThrow(/trains, and acts as an identity/);
  });
});

test('addresses name the function, and the purpose', () => {
  expect([vault.tokenizeUrl, vault.shredUrl, vault.detokenizeUrl(CARE)].map((url) => url.replace(/^https:\/\/.*\.azurewebsites\.net/, ''))).toEqual(['/api/tokenize', '/api/shred', '/api/detokenize/care']);
});

test('the registration has a role for each function, with ids that stay', () => {
  expect(TokenVault.APP_ROLES.map(({ value, id }) => `${value} ${id}`)).toMatchInlineSnapshot(`
[
  "Tokenize b7d633f2-c5d2-8ad7-830c-e87ddaf667f0",
  "Detokenize 7890cc7e-f8a9-85af-882b-b48fea277eaf",
  "Shred 971de6d8-df29-8de4-8b44-ca8c4bcaddf5",
]
`);
});

test('a vault is a store of the flow, and its trade is on record', () => {
  expect(DataFlow.of(vault).nodes.filter(({ id }) => id === 'Stack/Vault')).toEqual([expect.objectContaining({ kind: 'store', detail: 'vault', region: location, classification: Classification.PHI })]);
  expect(vault.node.metadata.map(({ data }) => data)).toContainEqual(expect.objectContaining({ dimension: 'privacy', choice: 'tokens in place of patientId, nationalId, cardNumber', costs: expect.stringContaining('nationalId, cardNumber') as string }));
});

test('the pack has no finding on a vault, nor on what it has the workspace make, that is not accepted', () => {
  app.synth();
  const { answers, subjects } = answersIn(app);
  const own = answers.filter(({ subject }) => /Vault|Functions|documents\.azure|azurewebsites/.test(subjects[subject]!.path));
  expect(own.length).toBeGreaterThan(100);
  expect(own.filter(({ answer, accepted }) => answer !== Answer.COMPLIANT && accepted === undefined).map(({ rule, detail, subject }) => `${rule} ${subjects[subject]!.path} ${detail ?? ''}`)).toEqual([]);
  expect(own.filter(({ accepted }) => accepted !== undefined)).toEqual([]);
});

describe('a workspace that was there before', () => {
  const given = { subnetId: `${group}/providers/Microsoft.Network/virtualNetworks/readmission/subnets/functions`, dataCollectionEndpointId: `${group}/providers/Microsoft.Insights/dataCollectionEndpoints/readmission` };
  const on = (props: Partial<TokenVaultProps>) => {
    const { stack: own } = azureStack();
    new TokenVault(own, 'Vault', { workspace: importedWorkspace(own), application: { clientId: CLIENT }, tenant: 'cardiology', fields, purposes: [CARE], ...props });
    return own;
  };

  test('gives the vault a subnet and an endpoint of records that exist', () => {
    const own = on(given);
    expect(JSON.stringify(resourcesOf(own, 'azapi_resource'))).toContain(given.subnetId);
    expect(resourcesOf(own, 'azurerm_monitor_data_collection_endpoint')).toEqual([]);
    expect(resourcesOf(own, 'azurerm_monitor_data_collection_rule')).toEqual([expect.objectContaining({ data_collection_endpoint_id: given.dataCollectionEndpointId })]);
    expect(resourcesOf(own, 'azurerm_subnet')).toEqual([]);
  });

  test('fails without them, and says both', () => {
    expect(() => on({})).toThrow(/vault 'Stack\/Vault' stands on a ground that was there before: give subnetId of a subnet delegated to Microsoft\.App\/environments, and dataCollectionEndpointId of an endpoint/);
    expect(() => on({ subnetId: given.subnetId })).toThrow(/before: give dataCollectionEndpointId/);
  });
});

describe('refused', () => {
  test.each<[string, Partial<Record<keyof TokenVaultProps, unknown>>, RegExp]>([
    ['no workspace', { workspace: undefined }, /workspace is missing: give the workspace that it stands on/],
    ['no application', { application: undefined }, /application is missing: give the registration that callers sign in to/], ['an application without an id', { application: { clientId: 'vault' } }, /application is .*clientId: '<id of the application>'/],
    ['a tenant that is none', { tenant: 'a b' }, /tenant is 'a b': give 1 to 64 letters/], ['no fields', { fields: {} }, /has no fields/], ['a field that is none', { fields: { a: {} } }, /field 'a' is/],
    ['a name of a field', { fields: { 'a-b': TokenField.random() } }, /field 'a-b' is not usable/], ['no purposes', { purposes: [] }, /has no purposes/], ['a purpose twice', { purposes: [CARE, CARE] }, /has purpose 'care' twice/],
    ['a purpose that is none', { purposes: ['care'] }, /purposes\[0\] is 'care': give a purpose/], ['another period', { recoveryPeriod: Duration.days(14) }, /recoveryPeriod is .*: give Duration\.days\(7\) or Duration\.days\(30\)/],
    ['too many at a time', { concurrency: 1_001 }, /concurrency is 1001/], ['no items a minute', { itemsPerMinute: 0 }, /itemsPerMinute is 0/], ['a subnet that is none', { subnetId: 'subnet' }, /subnetId is 'subnet': give an id such as/],
    ['an endpoint of another kind', { dataCollectionEndpointId: `${subscription}/resourceGroups/g/providers/Microsoft.Insights/components/c` }, /dataCollectionEndpointId of vault 'Stack\/Vault' is/],
    ['a classification that is none', { classification: 'phi' }, /classification is 'phi'/],
  ])('fails for %s', (_what, props, message) => {
    const { stack: own } = azureStack();
    const all = { workspace, application: { clientId: CLIENT }, tenant: 'cardiology', fields, purposes: [CARE], ...props } as never;
    expect(() => new TokenVault(own, 'Vault', all)).toThrow(message);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['FF3', () => TokenField.formatPreserving({ alphabet: Alphabet.DIGITS, minLength: 12, maxLength: 19, mode: FormatPreservingMode.FF3 }), /mode 'FF3' is refused/],
    ['a small domain', () => TokenField.formatPreserving({ alphabet: Alphabet.DIGITS, minLength: 5, maxLength: 19 }), /fewer than a million texts of 5 symbols of an alphabet of 10.*at least 6/],
    ['lengths', () => TokenField.formatPreserving({ alphabet: Alphabet.DIGITS, minLength: 9, maxLength: 8 }), /lengths from 9 to 8 are not usable/],
    ['no alphabet', () => TokenField.formatPreserving({ alphabet: '0123456789' as never, minLength: 6, maxLength: 8 }), /the alphabet is '0123456789'/],
    ['a symbol twice', () => Alphabet.of('aba'), /has 'a' twice/], ['one symbol', () => Alphabet.of('a'), /has 1 symbols/], ['a version', () => TokenField.random({ keyVersion: 0 }), /the version of a key is 0/],
  ])('fails for %s of a field', (_what, make, message) => {
    expect(make).toThrow(message);
  });
});
