import { createHash } from 'node:crypto';
import { type App, TerraformStack } from 'cdktf';
import {
  ComputeCluster, DataInput, DataStore, Identity, MLPipeline, NetworkMode, Objective, Output, Range, TokenVault, type TokenVaultProps, Workspace, Zone,
} from '../../../lib/azure';
import { Alphabet, Answer, Classification, Deidentification, DifferentialPrivacy, PrivacyBudget, PrivacyUnit, Purpose, Technique, TokenField } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { RegulatedMLChecks } from '../../../lib/rules/azure/pack';
import { recordIn } from '../../rules/azure/support';
import { armProblems, AzapiJson, describeWithArmTypes } from '../../support/arm-types';
import { azureStack, group, importedWorkspace, location, profile, resourcesOf, stackIn, synthesized } from '../../support/azure';
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
  const { answers, subjects } = recordIn(app);
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
  function ground(id = 'Stack', workspaceProps: object = {}, more: Partial<TokenVaultProps> = {}) {
    const { app, stack } = azureStack(id);
    const workspace = new Workspace(stack, 'Workspace', { profile, location, name: 'readmission', alarmEmails: ['security@example.org'], ...workspaceProps });
    const raw = workspace.addStore('Raw', { classification: Classification.PHI });
    const rejected = workspace.addStore('Rejected', { classification: Classification.PHI, zone: Zone.QUARANTINE });
    const vault = new TokenVault(stack, 'Vault', { workspace, ...vaultProps, ...more });
    const pipeline = new MLPipeline(stack, 'Pipeline', { workspace });
    const add = (name: string, props: object = {}) => pipeline.addDeidentification(name, { plan: tokenized, input: raw.input('admissions/'), quarantine: rejected, vault, ...props });
    return { app, stack, workspace, raw, vault, pipeline, add };
  }

  const made = ground();
  const step = made.add('Deidentify');
  const other = made.add('Again');
  const argsOf = ({ stack, pipeline }: { stack: TerraformStack; pipeline: MLPipeline }, name = 'deidentify') => String(jobsOf(stack, pipeline)[name]!.args);
  const azapi = (stack: TerraformStack, type: string) => Object.entries(synthesized(stack).resource!.azapi_resource!).filter(([, resource]) => String(resource.type).startsWith(`${type}@`));

  test('the job is told whom to ask, what its token is for and as whom, and within which budget', () => {
    expect(argsOf(made).slice(argsOf(made).indexOf('--token-vault'))).toMatch(new RegExp([
      '^--token-vault https://\\$\\{azapi_resource\\.Vault_Tokenize_[0-9A-F]{8}\\.name\\}\\.azurewebsites\\.net/api/tokenize --token-audience api://77777777-7777-4777-8777-777777777777',
      '--token-client-id \\$\\{azurerm_user_assigned_identity\\.Pipeline_Deidentify_Identity_[0-9A-F]{8}\\.client_id\\} --token-budget 6000 --token-callers 1$',
    ].join(' ')));
    // each as the identity that it has, in the component as in the node
    expect(argsOf(made, 'again')).toContain('Pipeline_Again_Identity');
    expect(azapi(made.stack, 'Microsoft.MachineLearningServices/workspaces/components/versions').map(([, { body }]) => JSON.stringify(body)).filter((body) => body.includes('--token-client-id ${azurerm_user_assigned_identity.Pipeline_Again'))).toHaveLength(2);
  });

  test('a vault that takes more is asked by several, and an audience that was given is the one', () => {
    const several = ground('Stack', {}, { itemsPerMinute: 200_000, application: { clientId: vaultProps.application.clientId, audience: 'api://vault' } });
    several.add('Deidentify');
    expect(argsOf(several)).toMatch(/ --token-audience api:\/\/vault .* --token-budget 200000 --token-callers 5$/);
  });

  test('its identity may ask for tokens, turns none back, and is attached to the workspace that Spark signs in with', () => {
    const [[, site]] = azapi(made.stack, 'Microsoft.Web/sites').filter(([name]) => name.startsWith('Vault_Tokenize_')) as [[string, { body: object }]];
    const [[, detokenize]] = azapi(made.stack, 'Microsoft.Web/sites').filter(([name]) => name.startsWith('Vault_Detokenize_')) as [[string, { body: object }]];
    const [signIn] = Object.entries(synthesized(made.stack).resource!.azapi_update_resource!).filter(([name]) => name.startsWith('Vault_Tokenize_SignIn')).map(([, resource]) => JSON.stringify(resource));
    for (const name of ['Deidentify', 'Again']) {
      const principal = new RegExp(`Pipeline_${name}_Identity_[0-9A-F]{8}\\.principal_id`);
      expect(JSON.stringify(site.body)).toMatch(principal);
      expect(signIn).toMatch(principal);
      expect(JSON.stringify(detokenize.body)).not.toMatch(principal);
    }
    expect(() => made.vault.grantDetokenize(step.identity, { purposes: [Purpose.of('care')] })).toThrow(/may tokenize with vault 'Stack\/Vault', and one identity that is stolen must not hold both directions/);
    const [[, workspace]] = azapi(made.stack, 'Microsoft.MachineLearningServices/workspaces') as [[string, { identity: { identity_ids: string[] }[] }]];
    expect(workspace.identity[0]!.identity_ids.filter((id) => /Pipeline_(Deidentify|Again)_Identity_[0-9A-F]{8}\.id/.test(id))).toHaveLength(2);
  });

  test('the managed network, that of Spark too, leads to the function that tokenizes and to no other, after the rules before it', () => {
    const rules = azapi(made.stack, 'Microsoft.MachineLearningServices/workspaces/outboundRules').map(([, rule]) => rule);
    expect(rules).toEqual([expect.objectContaining({
      body: { properties: { type: 'PrivateEndpoint', category: 'UserDefined', destination: { serviceResourceId: expect.stringMatching(/^\$\{azapi_resource\.Vault_Tokenize_[0-9A-F]{8}\.id\}$/) as string, subresourceTarget: 'sites', sparkEnabled: true } } },
      depends_on: [expect.stringMatching(/^azurerm_role_assignment\.Vault_Reach_Approval/), expect.stringMatching(/^azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint\./)],
    })]);
    // what Azure ML has to have to approve the endpoint at the other end, on that app alone
    expect(resourcesOf(made.stack, 'azurerm_role_definition')).toEqual([expect.objectContaining({ permissions: [{ actions: expect.arrayContaining(['Microsoft.Web/sites/privateEndpointConnectionsApproval/action']) as string[] }] })]);
    const approval = resourcesOf(made.stack, 'azurerm_role_assignment').filter(({ role_definition_id: role }) => role !== undefined);
    expect(approval).toEqual([expect.objectContaining({ scope: (rules[0]!.body as { properties: { destination: { serviceResourceId: string } } }).properties.destination.serviceResourceId, principal_id: expect.stringContaining('Workspace_Identity') as string })]);
  });

  test('a workspace of another stack opens its own network, and the stack of the vault does not wait for it', () => {
    const { app, workspace, vault } = ground('Vaults');
    const stack = stackIn(app, 'Elsewhere');
    const theirs = importedWorkspace(stack);
    const raw = theirs.outputs;
    const pipeline = new MLPipeline(stack, 'Pipeline', { workspace: theirs });
    pipeline.addDeidentification('Deidentify', { plan: tokenized, input: raw.input('admissions/'), quarantine: raw, vault });
    expect(azapi(stack, 'Microsoft.MachineLearningServices/workspaces/outboundRules')).toEqual([[expect.stringMatching(/^Pipeline_Deidentify_Reach/), expect.objectContaining({ parent_id: theirs.workspaceId })]]);
    app.synth();
    expect([TerraformStack.of(workspace), stack].map(({ dependencies }) => dependencies.map(({ node }) => node.id))).toEqual([[], ['Vaults']]);
  });

  test('values reach the vault as they came, and go on as pseudonyms', () => {
    const flow = DataFlow.of(made.stack);
    expect(flow.sourcesOf('Stack/Vault').sort()).toEqual(['Stack/Pipeline/Again/Tokens', 'Stack/Pipeline/Deidentify/Tokens']);
    expect(flow.classificationOf(`${step.node.path}/Tokens`)).toBe(Classification.PHI);
    expect(flow.classificationOf(step.node.path)).toBe(Classification.PSEUDONYMISED);
    expect(other.identity).not.toBe(step.identity);
  });

  test('the pack has no finding that is not accepted, and one on a vault that is less sensitive than what reaches it', () => {
    const findings = (scene: ReturnType<typeof ground>) => {
      new RegulatedMLChecks(scene.app, { profile });
      try {
        scene.app.synth();
      } catch {
        // the finding stops synth, and stands in the record
      }
      const { answers, subjects } = recordIn(scene.app);
      const own = answers.filter(({ subject }) => /Vault|Deidentify|Again/.test(subjects[subject]!.path));
      expect(own.length).toBeGreaterThan(150);
      return own.filter(({ answer, accepted }) => answer !== Answer.COMPLIANT && accepted === undefined).map(({ rule, subject }) => `${rule} ${subjects[subject]!.path}`);
    };
    expect(findings(made)).toEqual([]);
    const less = ground('Stack', {}, { classification: Classification.PERSONAL });
    less.add('Deidentify');
    expect(findings(less)).toEqual(['RegulatedML-FlowStoreClassification Stack/Vault']);
  });

  test.each<[string, object, RegExp]>([
    ['a plan that takes tokens and has no vault', { vault: undefined }, /the plan takes tokens of 'patientId', 'cardNumber' and has no vault: give a TokenVault that has these fields, as vault/],
    ['a vault that nothing asks', { plan: open }, /the plan takes no tokens, and the step is given a vault: leave it out/],
    ['a field that the vault does not have', { plan: Deidentification.of({ columns: { phone: Technique.token('phone') } }) }, /takes tokens of field 'phone', which vault 'Stack\/Vault' does not have: it has patientId, cardNumber/],
    ['a vault that is none', { vault: 'vault' }, /vault is 'vault': give a TokenVault/],
  ])('fails for %s', (_what, props, message) => {
    expect(() => ground().add('Deidentify', props)).toThrow(message);
  });

  test('fails for an identity that turns tokens back, and in a network of the own of a workspace, which Spark is not in', () => {
    const scene = ground();
    const ward = new Identity(scene.stack, 'Ward', { workspace: scene.workspace });
    scene.vault.grantDetokenize(ward, { purposes: [Purpose.of('care')] });
    expect(() => scene.add('Deidentify', { identity: ward })).toThrow(/'Stack\/Ward' may detokenize with vault 'Stack\/Vault'/);
    expect(() => ground('Own', { networkMode: NetworkMode.OWN, firewallAddress: '10.0.9.4' }).add('Deidentify')).toThrow(/Spark runs on nodes that nothing leads from to vault 'Own\/Vault', since workspace 'Own\/Workspace' has a network of its own: take a workspace with NetworkMode\.MANAGED/);
  });

  test('fails where a step that trains acts as the identity of the job', () => {
    const scene = ground();
    const clean = scene.add('Deidentify');
    const compute = new ComputeCluster(scene.stack, 'Cpu', { workspace: scene.workspace, size: 'Standard_D4s_v5' });
    scene.pipeline.addCommand('Train', { environment, code, compute, inputs: [clean.output('data')], outputs: Output.model('model'), identity: clean.identity });
    expect(() => scene.app.synth()).toThrow(/'Stack\/Pipeline\/Train' trains, and acts as an identity that vault 'Stack\/Vault' lets in/);
  });

  describeWithArmTypes('against the types of Azure', () => {
    test('its bodies are what Azure Resource Manager takes', () => {
      const bodies = (resourcesOf(made.stack, 'azapi_resource') as unknown as AzapiJson[]).filter(({ type }) => type.startsWith('Microsoft.MachineLearningServices/'));
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
