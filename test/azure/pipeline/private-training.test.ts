import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'cdktf';
import { Code, CommandStepProps, DataStore, Distribution, Output, Zone } from '../../../lib/azure';
import { Classification, DifferentialPrivacy, PrivacyBudget, PrivacyUnit, Sampling } from '../../../lib/policy';
import { armProblems } from '../../support/arm-types';
import { group, location, resourcesOf } from '../../support/azure';
import { azapiOf, codeFolder, environment, scene, specOf } from '../../support/azure-pipeline';
import { describeWithJobsPython, jobsPython } from '../../support/jobs-python';

const MODEL = { 'model.py': 'from torch import nn\n\n\ndef build(features, hyperparameters):\n    return nn.Linear(len(features), 1)\n' };
const privacy = DifferentialPrivacy.dpSgd({ records: 64, batchSize: 16, steps: 8, noiseMultiplier: 1, clippingNorm: 1, delta: 1e-3 });
const scratch = mkdtempSync(join(tmpdir(), 'private-training-azure-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function trained(more: Partial<CommandStepProps> = {}) {
  const all = scene();
  const people = DataStore.fromAttributes(all.stack, 'People', {
    accountId: `${group}/providers/Microsoft.Storage/storageAccounts/readmissionpeople`, containerName: 'people', classification: Classification.PHI, zone: Zone.RAW, location,
    privacyBudget: PrivacyBudget.perYear({ epsilon: 100, delta: 1e-2, records: 70, unit: PrivacyUnit.RECORD }),
  });
  const train = all.pipeline.addCommand('Train', {
    environment, code: Code.privateTraining(codeFolder(MODEL)), inputs: [people.input('people/').as('train')], outputs: [Output.model('model'), ...Output.named('checkpoints')],
    parameters: { label: 'died' }, privacy, ...more,
  });
  return { ...all, train };
}

/** What is uploaded: the name in the folder of code, and where it lies. */
const uploads = ({ stack }: ReturnType<typeof scene>) => (resourcesOf(stack, 'azurerm_storage_blob') as { name: string; source: string }[]).map(({ name, source }) => ({ name: name.split('/').slice(1).join('/'), source }));

describe('the code of a private training', () => {
  test('is that of the library and the folder of the model', () => {
    const names = uploads(trained()).map(({ name }) => name);
    expect(names.filter((name) => !name.startsWith('private_training/')).sort()).toEqual(['main.py', 'user/model.py']);
    expect(names).toEqual(expect.arrayContaining(['private_training/accountant.py', 'private_training/training.py']));
  });

  test('is a command that is told the numbers of its privacy, the inputs and where to write', () => {
    const { stack } = trained();
    const spec = specOf(stack, 'Train') as { command: string };
    expect(spec.command).toMatch(/^python main\.py --train \$\{\{inputs\.train\}\} --dp_mechanism \$\{\{inputs\.dp_mechanism\}\} .*--label \$\{\{inputs\.label\}\} --model \$\{\{outputs\.model\}\} --checkpoints \$\{\{outputs\.checkpoints\}\}$/);
    expect(azapiOf(stack, 'components/versions').flatMap(armProblems)).toEqual([]);
  });

  test('runs in several processes, which Azure ML starts', () => {
    expect(specOf(trained({ distribution: Distribution.pytorch({ processesPerNode: 2 }) }).stack, 'Train')).toMatchObject({ distribution: { type: 'pytorch', process_count_per_instance: 2 } });
  });

  test('has another version when the model is another', () => {
    const versionOf = (text: string) => Code.privateTraining(codeFolder({ 'model.py': text }))._key;
    expect(versionOf('def build(): return 1')).not.toBe(versionOf('def build(): return 2'));
    expect(versionOf('def build(): return 1')).toBe(versionOf('def build(): return 1'));
  });

  test.each([
    ['that is missing', () => 'no/such/folder', /code folder 'no\/such\/folder' does not exist .*: give the path of a folder with model\.py/],
    ['without a model', () => codeFolder({ 'main.py': '' }), /has no 'model\.py': it holds main\.py; define build\(features, hyperparameters\) in it/],
    ['whose model is not built', () => codeFolder({ 'model.py': 'x = 1' }), /defines no build: define build\(features, hyperparameters\)/],
  ])('fails for a folder %s', (_, folder, message) => {
    expect(() => Code.privateTraining(folder())).toThrow(message);
  });
});

test('fails without privacy, which has its numbers, and for samples that are not drawn one by one', () => {
  expect(() => trained({ privacy: undefined })).toThrow(/takes all of its numbers from privacy: give privacy/);
  const shuffled = DifferentialPrivacy.dpSgd({ records: 64, batchSize: 16, epochs: 2, noiseMultiplier: 1, clippingNorm: 1, delta: 1e-3, sampling: Sampling.SHUFFLED });
  expect(() => trained({ privacy: shuffled })).toThrow(/does DP-SGD on Poisson samples/);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['without a label', {}, /^Stack\/Pipeline\/Train: has no parameter 'label': name the column/], ['with one that is spelt like it', { lable: 'died' }, /parameter 'lable' is none .*did you mean 'label'\?/],
  ['with a rate that is no number', { label: 'died', learning_rate: 'fast' }, /parameter 'learning_rate' is 'fast': give a number above 0/],
])('fails %s', (_, parameters, message) => {
  expect(() => trained({ parameters })).toThrow(message);
});

test('leaves a command of one\'s own to say what it likes', () => {
  const told = Object.keys(privacy.settings).map((name) => `--${name} \${{inputs.${name}}}`).join(' ');
  expect(() => trained({ parameters: {}, command: `python main.py --train \${{inputs.train}} --model \${{outputs.model}} --checkpoints \${{outputs.checkpoints}} --label died ${told}` })).not.toThrow();
});

describeWithJobsPython('a job as it is synthesized', () => {
  test('trains with the numbers of its privacy', () => {
    const all = trained();
    const app = all.stack.node.root as App;
    app.synth();
    const code = join(scratch, 'code');
    for (const { name, source } of uploads(all)) {
      mkdirSync(join(code, name, '..'), { recursive: true });
      cpSync(join(app.outdir, 'stacks', 'Stack', source), join(code, name));
    }
    const [data, model, checkpoints] = ['train', 'model', 'checkpoints'].map((name) => join(scratch, name));
    mkdirSync(data);
    writeFileSync(join(data, 'people.csv'), `a,died\n${Array.from({ length: 70 }, (_, row) => `${row / 35 - 1},${row % 2}\n`).join('')}`);
    const places: Record<string, string> = { 'inputs.train': data, 'outputs.model': model, 'outputs.checkpoints': checkpoints };
    const given: Record<string, string> = { ...privacy.settings, label: 'died' };
    const [, ...words] = (specOf(all.stack, 'Train') as { command: string }).command.split(' ')
      .map((word) => word.replace(/^\$\{\{(.*)\}\}$/, (_, name: string) => places[name] ?? given[name.replace('inputs.', '')]));
    const job = spawnSync(jobsPython()!, words, { cwd: code, encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } });
    expect({ status: job.status, stderr: job.status === 0 ? '' : job.stderr }).toEqual({ status: 0, stderr: '' });
    expect(job.stdout).toMatch(/dp_noise_multiplier=1\.0\ndp_sample_rate=0\.25\ndp_steps=8\n$/);
    const statement = JSON.parse(readFileSync(join(model, 'privacy.json'), 'utf8')) as { epsilon: number };
    expect(statement.epsilon / privacy.guarantee.epsilon).toBeCloseTo(1, 9);
  });
});
