import { createHash } from 'node:crypto';
import type { App } from 'cdktf';
import {
  ComputeCluster, DataInput, DataStore, Identity, MLPipeline, Objective, Output, Range, TokenVault, type TokenVaultProps, Workspace, Zone,
} from '../../../lib/azure';
import { Alphabet, Answer, Classification, Deidentification, DifferentialPrivacy, PrivacyBudget, PrivacyUnit, Purpose, Technique, TokenField } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { RegulatedMLChecks } from '../../../lib/rules/azure/pack';
import { answersIn } from '../../rules/azure/support';
import { armProblems, AzapiJson, describeWithArmTypes } from '../../support/arm-types';
import { azureStack, group, importedWorkspace, location, profile, resourcesOf, stackIn, synthesized, workspaceStack } from '../../support/azure';
import { code, environment, jobsOf, scene } from '../../support/azure-pipeline';

const plan = Deidentification.of({
  columns: { id: Technique.pseudonym(), age: Technique.age(), ill: Technique.keep('it is what the model learns') }, subject: 'id', quasiIdentifiers: ['age'], thresholds: { k: 5 },
});
const privacy = DifferentialPrivacy.dpSgd({ records: 25_600, batchSize: 256, epochs: 10, noiseMultiplier: 1.1, clippingNorm: 1, delta: 1e-6 });
const open = Deidentification.of({ columns: { age: Technique.age() } });

function made(props: object = {}) {
  const base = scene();
  const step = base.pipeline.addDeidentification('Deidentify', { plan, input: base.raw.input('admissions/'), quarantine: base.raw, key: base.raw.input('keys/'), ...props });
  return { ...base, step };
}

test('the job is given the plan and the digest it is held to, and reads and writes directly', () => {
  const { stack, pipeline } = made({ resources: { executors: 8 } });
  const { deidentify } = jobsOf(stack, pipeline);
  const [, text, digest] = /--plan-text (\S+) --plan-digest (\S+) --key \$\{\{inputs\.key\}\}\/pseudonym\.key$/.exec(deidentify.args as string)!;
  expect(Buffer.from(text!, 'base64url').toString()).toBe(plan.json);
  expect(digest).toBe(createHash('sha256').update(plan.json).digest('hex'));
  expect(deidentify).toMatchObject({
    type: 'spark', conf: { 'spark.executor.instances': 8 }, inputs: { data: { mode: 'Direct' }, key: { mode: 'Direct' } },
    outputs: { data: { mode: 'Direct' }, report: { mode: 'Direct' }, quarantine: { mode: 'Direct' } },
  });
});

test('what goes on is as the plan says, and what goes into quarantine is as it came', () => {
  const { stack, step } = made();
  const flow = DataFlow.of(stack);
  expect(flow.classificationOf(step.node.path)).toBe(Classification.PSEUDONYMISED);
  expect(flow.classificationOf(`${step.node.path}/Quarantine`)?.isIdentifying).toBe(true);
  expect(flow.node(step.node.path)?.deIdentification).toMatchObject(plan._promise);
});

test.each<[string, string | undefined, string]>([
  ['finds it as it was declared', undefined, 'compliant'], ['sees the digest of another plan', `--plan-digest ${'e'.repeat(64)}`, 'non-compliant'], ['sees a job without a plan', '--data x', 'non-compliant'],
])('our own rule %s', (_, args, expected) => {
  const { stack, pipeline, step } = made();
  const job = pipeline.node.findChild('Resource') as unknown as { addOverride(path: string, value: unknown): void };
  if (args !== undefined) job.addOverride('body.properties.componentSpec.jobs.deidentify.args', args);
  const app = stack.node.root as App;
  new RegulatedMLChecks(app, { profile });
  try {
    app.synth();
  } catch {
    // the finding stops synth, and stands in the record
  }
  const { answers, subjects } = answersIn(app);
  expect(answers.filter(({ rule }) => rule.endsWith('AzureFlowDeIdentificationMatches')).map(({ subject, answer }) => [subjects[subject]!.path, answer])).toEqual([[step.node.path, expected]]);
});

test.each<[string, object, RegExp]>([
  ['no key', { key: undefined }, /the plan takes a key .* and has none/],
  ['a key that nothing takes', { plan: open }, /takes no key, and the step is given one/],
  ['a file of the key in a folder', { keyFile: '../key' }, /keyFile is '\.\.\/key'/],
  ['free text without Presidio', { plan: Deidentification.of({ columns: { note: Technique.freeText() } }), key: undefined }, /lacks Presidio: give an environment/],
  ['no plan', { plan: {} }, /plan is an object: give a Deidentification/],
])('fails on %s', (_, props, message) => expect(() => made(props)).toThrow(message));

test('fails on a key among what it opens or beside the result, and on a quarantine that the next run would read', () => {
  const base = scene();
  const make = (id: string, props: object) => () => base.pipeline.addDeidentification(id, { plan, input: base.raw.input('admissions/'), quarantine: base.raw, key: base.raw.input('keys/'), ...props });
  expect(make('Among', { key: base.raw.input('admissions/keys/') })).toThrow("the key lies in 'Stack/Raw' among what it opens: keep them apart (GDPR Art. 4(5))");
  expect(make('Beside', { key: base.workspace.outputs.input('keys/') })).toThrow('where the result goes: whoever reads both can tell who is who');
  expect(make('All', { plan: open, key: undefined, input: base.raw.input() })).toThrow("the quarantine goes to 'Stack/Raw', all of which is its own input, so that the next run would read it");
});

test.each<[string, (pipeline: MLPipeline, from: DataInput) => unknown]>([
  ['a command', (pipeline, from) => pipeline.addCommand('Train', { environment, code, inputs: [from], outputs: Output.model('model'), privacy })],
  ['a sweep', (pipeline, from) => pipeline.addSweep('Train', { environment, code, inputs: [from], privacy, objective: Objective.maximize('auc'), ranges: { lr: Range.continuous(0.001, 1) } })],
])('%s that spends privacy fails behind a plan that leaves small groups out, through other steps too', (_, learn) => {
  const problemsOf = (thresholds: object) => {
    const { stack } = azureStack();
    const workspace = importedWorkspace(stack);
    const people = DataStore.fromAttributes(stack, 'People', {
      accountId: `${group}/providers/Microsoft.Storage/storageAccounts/readmissionpeople`, containerName: 'people', classification: Classification.PHI, zone: Zone.RAW, location,
      privacyBudget: PrivacyBudget.perYear({ epsilon: 8, delta: 1e-5, records: 30_000, unit: PrivacyUnit.RECORD }),
    });
    const compute = new ComputeCluster(stack, 'Cpu', { workspace, size: 'Standard_D4s_v5' });
    const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, compute });
    const held = Deidentification.of({ columns: { age: Technique.age() }, quasiIdentifiers: ['age'], thresholds });
    const clean = pipeline.addDeidentification('Deidentify', { plan: held, input: people.input('admissions/'), quarantine: people });
    const split = pipeline.addCommand('Split', { environment, code, inputs: [clean.output('data')], outputs: Output.named('train') });
    learn(pipeline, split.output());
    try {
      (stack.node.root as App).synth();
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(problemsOf({ k: 5 })).toBe('');
  expect(problemsOf({ k: 5, maxSuppressedShare: 0.02 })).toMatch(/Stack\/Pipeline\/Train: spends privacy, and 'Stack\/Pipeline\/Deidentify' before it leaves rows of small groups out \(maxSuppressedShare\)/);
});

describe('with tokens of a vault', () => {
  const tokenized = Deidentification.of({
    columns: { id: Technique.token('patientId'), card: Technique.token('cardNumber', { subject: 'id' }), age: Technique.age() }, quasiIdentifiers: ['age'], thresholds: { k: 5 },
  });
  const vaultProps: Omit<TokenVaultProps, 'workspace'> = {
    application: { clientId: '77777777-7777-4777-8777-777777777777' }, tenant: 'cardiology', purposes: [Purpose.of('care')],
    fields: { patientId: TokenField.random(), cardNumber: TokenField.formatPreserving({ alphabet: Alphabet.DIGITS, minLength: 12, maxLength: 19 }) },
  };

  /** A vault and a pipeline on one workspace. */
  function ground(more: Partial<TokenVaultProps> = {}) {
    const { app, stack } = azureStack();
    const workspace = new Workspace(stack, 'Workspace', { profile, location, name: 'readmission', alarmEmails: ['security@example.org'] });
    const raw = workspace.addStore('Raw', { classification: Classification.PHI });
    const rejected = workspace.addStore('Rejected', { classification: Classification.PHI, zone: Zone.QUARANTINE });
    const vault = new TokenVault(stack, 'Vault', { workspace, ...vaultProps, ...more });
    const pipeline = new MLPipeline(stack, 'Pipeline', { workspace });
    const add = (name: string, props: object = {}) => pipeline.addDeidentification(name, { plan: tokenized, input: raw.input('admissions/'), quarantine: rejected, vault, ...props });
    return { app, stack, workspace, raw, vault, pipeline, add };
  }

  /** What the rules answer on vault and steps, but for what holds. */
  function findings({ app }: ReturnType<typeof ground>): string[] {
    new RegulatedMLChecks(app, { profile });
    try {
      app.synth();
    } catch {
      // the finding stops synth, and stands in the record
    }
    const { answers, subjects } = answersIn(app);
    const own = answers.filter(({ subject }) => /Vault|Deidentify|Again/.test(subjects[subject]!.path));
    expect(own.length).toBeGreaterThan(150);
    return own.filter(({ answer, accepted }) => answer !== Answer.COMPLIANT && accepted === undefined).map(({ rule, subject }) => `${rule} ${subjects[subject]!.path}`);
  }

  const made = ground();
  const step = made.add('Deidentify');
  made.add('Again');
  const terraform = synthesized(made.stack).resource!;
  const jobs = jobsOf(made.stack, made.pipeline);
  const azapi = (type: string, resources = terraform) => Object.entries(resources.azapi_resource!).filter(([, resource]) => String(resource.type).startsWith(`${type}@`));
  const site = (name: string) => azapi('Microsoft.Web/sites').find(([id]) => id.startsWith(`Vault_${name}_`))![1];

  test('the job is told whom to ask, what its token is for and as whom, and within which budget', () => {
    for (const name of ['Deidentify', 'Again']) {
      const args = String(jobs[name.toLowerCase()]!.args);
      expect(args.slice(args.indexOf('--token-vault'))).toMatch(new RegExp([
        `^--token-vault https://${String(site('Tokenize').name)}\\.azurewebsites\\.net/api/tokenize --token-audience api://77777777-7777-4777-8777-777777777777`,
        `--token-client-id \\$\\{azurerm_user_assigned_identity\\.Pipeline_${name}_Identity_[0-9A-F]{8}\\.client_id\\} --token-budget 6000 --token-callers 1$`,
      ].join(' ')));
      // in the component as in the node
      expect(azapi('Microsoft.MachineLearningServices/workspaces/components/versions').filter(([, { body }]) => JSON.stringify(body).includes(args.slice(args.indexOf('--token-vault'))))).toHaveLength(2);
    }
  });

  test('its identity may ask for tokens, turns none back, and is attached to the workspace that Spark signs in with', () => {
    const signIn = JSON.stringify(Object.entries(terraform.azapi_update_resource!).find(([name]) => name.startsWith('Vault_Tokenize_SignIn')));
    for (const name of ['Deidentify', 'Again']) {
      const principal = new RegExp(`Pipeline_${name}_Identity_[0-9A-F]{8}\\.principal_id`);
      expect(JSON.stringify(site('Tokenize').body)).toMatch(principal);
      expect(signIn).toMatch(principal);
      expect(JSON.stringify(site('Detokenize').body)).not.toMatch(principal);
    }
    const [[, workspace]] = azapi('Microsoft.MachineLearningServices/workspaces') as unknown as [[string, { identity: { identity_ids: string[] }[] }]];
    expect(workspace.identity[0]!.identity_ids.filter((id) => /Pipeline_(Deidentify|Again)_Identity_[0-9A-F]{8}\.id/.test(id))).toHaveLength(2);
  });

  test('the managed network, that of Spark too, leads to the function that tokenizes and to no other, after the rules before it', () => {
    const function_ = expect.stringMatching(/^\$\{azapi_resource\.Vault_Tokenize_[0-9A-F]{8}\.id\}$/) as string;
    expect(azapi('Microsoft.MachineLearningServices/workspaces/outboundRules').map(([, rule]) => rule)).toEqual([expect.objectContaining({
      body: { properties: { type: 'PrivateEndpoint', category: 'UserDefined', destination: { serviceResourceId: function_, subresourceTarget: 'sites', sparkEnabled: true } } },
      depends_on: [expect.stringMatching(/^azurerm_role_assignment\.Vault_Reach_Approval/), expect.stringMatching(/^azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint\./)],
    })]);
    // what Azure ML has to have to approve the endpoint at the other end, on that app alone
    expect(Object.values(terraform.azurerm_role_definition!)).toEqual([expect.objectContaining({ permissions: [{ actions: [
      'Microsoft.Web/sites/read', 'Microsoft.Web/sites/privateEndpointConnections/read', 'Microsoft.Web/sites/privateEndpointConnections/write', 'Microsoft.Web/sites/privateEndpointConnectionsApproval/action',
    ] }] })]);
    expect(Object.values(terraform.azurerm_role_assignment!).filter(({ role_definition_id: role }) => role !== undefined)).toEqual([
      expect.objectContaining({ scope: function_, principal_id: expect.stringContaining('Workspace_Identity') as string }),
    ]);
  });

  test('values reach the vault as they came, and go on as pseudonyms', () => {
    const flow = DataFlow.of(made.stack);
    expect([...flow.sourcesOf('Stack/Vault')].sort()).toEqual(['Stack/Pipeline/Again/Tokens', 'Stack/Pipeline/Deidentify/Tokens']);
    expect(flow.classificationOf(`${step.node.path}/Tokens`)).toBe(Classification.PHI);
    expect(flow.classificationOf(step.node.path)).toBe(Classification.PSEUDONYMISED);
  });

  test('the pack has no finding that is not accepted', () => expect(findings(made)).toEqual([]));

  test.each<[string, object, RegExp]>([
    ['a plan that takes tokens and has no vault', { vault: undefined }, /the plan takes tokens of 'patientId', 'cardNumber' and has no vault: give a TokenVault that has these fields, as vault/],
    ['a vault that nothing asks', { plan: open }, /the plan takes no tokens, and the step is given a vault: leave it out/],
    ['a field that the vault does not have', { plan: Deidentification.of({ columns: { phone: Technique.token('phone') } }) }, /takes tokens of field 'phone', which vault 'Stack\/Vault' does not have: it has patientId, cardNumber/],
    ['a vault that is none', { vault: 'vault' }, /vault is 'vault': give a TokenVault/],
  ])('fails for %s', (_what, props, message) => {
    expect(() => made.add('Refused', props)).toThrow(message);
  });

  test('fails for an identity that turns tokens back, whichever was first', () => {
    expect(() => made.vault.grantDetokenize(step.identity, { purposes: [Purpose.of('care')] })).toThrow(/may tokenize with vault 'Stack\/Vault', and one identity that is stolen must not hold both directions/);
    const ward = new Identity(made.stack, 'Ward', { workspace: made.workspace });
    made.vault.grantDetokenize(ward, { purposes: [Purpose.of('care')] });
    expect(() => made.add('Both', { identity: ward })).toThrow(/'Stack\/Ward' may detokenize with vault 'Stack\/Vault', and one identity/);
  });

  test('fails in a network of the own of a workspace, which Spark is not in', () => {
    const { stack, workspace } = workspaceStack({ computeSubnetId: `${group}/providers/Microsoft.Network/virtualNetworks/readmission/subnets/computes` });
    const pipeline = new MLPipeline(stack, 'Pipeline', { workspace });
    expect(() => pipeline.addDeidentification('Deidentify', { plan: tokenized, input: workspace.models.input('admissions/'), quarantine: workspace.models, vault: made.vault }))
      .toThrow(/Spark runs on nodes that nothing leads from to vault 'Stack\/Vault', since workspace 'Stack\/Workspace' has a network of its own: take a workspace with NetworkMode\.MANAGED/);
  });

  test('what the vault is given is what the job is told, and what is less sensitive than its values is a finding; a step that trains is not let in', () => {
    const other = ground({ itemsPerMinute: 200_000, application: { ...vaultProps.application, audience: 'api://vault' }, classification: Classification.PERSONAL });
    const clean = other.add('Deidentify');
    expect(jobsOf(other.stack, other.pipeline).deidentify!.args).toMatch(/ --token-audience api:\/\/vault .* --token-budget 200000 --token-callers 5$/);
    expect(findings(other)).toEqual(['RegulatedML-FlowStoreClassification Stack/Vault']);
    const compute = new ComputeCluster(other.stack, 'Cpu', { workspace: other.workspace, size: 'Standard_D4s_v5' });
    other.pipeline.addCommand('Train', { environment, code, compute, inputs: [clean.output('data')], outputs: Output.model('model'), identity: clean.identity });
    expect(other.vault.node.validate()).toEqual([expect.stringMatching(/^'Stack\/Pipeline\/Train' trains, and acts as an identity that vault 'Stack\/Vault' lets in/)]);
  });

  test('a workspace of another stack has its network opened by the vault, which waits for it and is not waited for', () => {
    const { app, stack: vaults } = azureStack('Vaults');
    const vault = new TokenVault(vaults, 'Vault', {
      ...vaultProps, workspace: importedWorkspace(vaults), subnetId: `${group}/providers/Microsoft.Network/virtualNetworks/readmission/subnets/functions`,
      dataCollectionEndpointId: `${group}/providers/Microsoft.Insights/dataCollectionEndpoints/readmission`,
    });
    const stack = stackIn(app, 'Elsewhere');
    const workspace = importedWorkspace(stack);
    const pipeline = new MLPipeline(stack, 'Pipeline', { workspace });
    pipeline.addDeidentification('Deidentify', { plan: tokenized, input: workspace.models.input('admissions/'), quarantine: workspace.models, vault });
    app.synth();
    expect(azapi('Microsoft.MachineLearningServices/workspaces/outboundRules', synthesized(vaults).resource)).toEqual([[expect.stringMatching(/^Vault_Reach-/), expect.objectContaining({ parent_id: workspace.workspaceId })]]);
    expect([vaults, stack].map(({ dependencies }) => dependencies.map(({ node }) => node.id))).toEqual([['Elsewhere'], []]);
  });

  describeWithArmTypes('against the types of Azure', () => {
    test('its bodies are what Azure Resource Manager takes', () => {
      const bodies = (Object.values(terraform.azapi_resource!) as unknown as AzapiJson[]).filter(({ type }) => type.startsWith('Microsoft.MachineLearningServices/'));
      expect(bodies.some(({ type }) => type.includes('outboundRules'))).toBe(true);
      expect(bodies.flatMap((body) => armProblems(body))).toEqual([]);
    });
  });
});

describeWithArmTypes('against the types of Azure', () => {
  test('its bodies are what Azure Resource Manager takes', () => {
    const { stack } = made();
    const bodies = (resourcesOf(stack, 'azapi_resource') as unknown as AzapiJson[]).filter(({ type }) => type.startsWith('Microsoft.MachineLearningServices/'));
    expect(bodies.flatMap((body) => armProblems(body))).toEqual([]);
  });
});
