import { createHash } from 'node:crypto';
import type { App } from 'cdktf';
import { ComputeCluster, DataInput, DataStore, MLPipeline, Objective, Output, Range, Zone } from '../../../lib/azure';
import { Classification, Deidentification, DifferentialPrivacy, PrivacyBudget, PrivacyUnit, Technique } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { RegulatedMLChecks } from '../../../lib/rules/azure/pack';
import { recordIn } from '../../rules/azure/support';
import { armProblems, AzapiJson, describeWithArmTypes } from '../../support/arm-types';
import { azureStack, group, importedWorkspace, location, profile, resourcesOf } from '../../support/azure';
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
  ['tokens of a vault', { plan: Deidentification.of({ columns: { id: Technique.token('patientId') } }), key: undefined }, /the plan takes tokens of a vault, which steps on AWS ask and this one does not: .*Technique\.pseudonym/],
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

describeWithArmTypes('against the types of Azure', () => {
  test('its bodies are what Azure Resource Manager takes', () => {
    const { stack } = made();
    const bodies = (resourcesOf(stack, 'azapi_resource') as unknown as AzapiJson[]).filter(({ type }) => type.startsWith('Microsoft.MachineLearningServices/'));
    expect(bodies.flatMap((body) => armProblems(body))).toEqual([]);
  });
});
