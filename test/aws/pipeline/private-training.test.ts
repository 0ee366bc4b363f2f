import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Code, Condition, Distribution, Instances, Objective, Range, Spot, TrainingStepProps, TuningStrategy } from '../../../lib/aws/pipeline';
import { Classification, DifferentialPrivacy, DpSgdProps, PrivacyBudget, PrivacyUnit, PrivateSelection, Sampling } from '../../../lib/policy';
import { chargeOf } from '../../../lib/policy/privacy/privacy-charge';
import { spentMetrics } from '../../../lib/aws/pipeline/private/reservation';
import type { Run } from '../../../lib/runtime/ledger-rules/ledger';
import { verdictOf } from '../../../lib/runtime/ledger-rules/verdict';
import { describeWithJobsPython, jobsPython } from '../../support/jobs-python';
import { ground as plainGround } from './fixture';

const scratch = mkdtempSync(join(tmpdir(), 'private-training-'));
const folder = join(scratch, 'model');
mkdirSync(join(folder, 'parts'), { recursive: true });
writeFileSync(join(folder, 'model.py'), 'from parts.layers import head\n\n\ndef build(features, hyperparameters):\n    return head(len(features))\n');
writeFileSync(join(folder, 'parts', 'layers.py'), 'from torch import nn\n\n\ndef head(width):\n    return nn.Linear(width, 1)\n');
writeFileSync(join(folder, 'requirements.txt'), 'torch\n');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const PROPS: DpSgdProps = { records: 64, batchSize: 16, steps: 8, noiseMultiplier: 1, clippingNorm: 1, delta: 1e-3, unit: PrivacyUnit.PERSON };

function ground() {
  const base = plainGround();
  const people = base.workspace.addStore('People', {
    classification: Classification.PHI, privacyBudget: PrivacyBudget.perYear({ epsilon: 20, delta: 1e-3, records: 64, unit: PrivacyUnit.PERSON }),
  });
  const train = (more: Partial<TrainingStepProps> = {}) => base.pipeline.addTraining('Train', {
    image: base.image, code: Code.privateTraining(folder), inputs: [people.input().as('train')], privacy: DifferentialPrivacy.dpSgd(PROPS), hyperparameters: { label: 'died', person: 'who' }, ...more,
  });
  return { ...base, people, train };
}

interface Request {
  readonly AlgorithmSpecification: { readonly ContainerEntrypoint: string[]; readonly MetricDefinitions?: { readonly Name: string; readonly Regex: string }[] };
  readonly HyperParameters: Record<string, string>;
}

const requestOf = ({ pipeline }: ReturnType<typeof ground>) => (pipeline._renderDefinition() as unknown as { Steps: { Name: string; Arguments: Request }[] }).Steps.find((step) => step.Name === 'Train')!.Arguments;
const archiveIn = (outdir: string) => {
  const { files } = JSON.parse(readFileSync(join(outdir, 'Stack.assets.json'), 'utf8')) as { files: Record<string, { source: { path: string } }> };
  return join(outdir, Object.values(files).map(({ source }) => source.path).find((path) => path.endsWith('.code.tar.gz'))!);
};

describe('the code of a private training', () => {
  test('is that of the library and the folder of the model, in one archive', () => {
    const base = ground();
    base.train();
    const names = execFileSync('tar', ['-tzf', archiveIn(base.app.synth().directory)], { encoding: 'utf8' }).trim().split('\n');
    expect(names.filter((name) => !name.startsWith('private_training/'))).toEqual(['main.py', 'user/model.py', 'user/parts/layers.py']);
    expect(names).toEqual(expect.arrayContaining(['accountant', 'checkpoint', 'job', 'training'].map((name) => `private_training/${name}.py`)));
  });

  test('is the same archive from one day to the next', () => {
    const made = () => {
      const base = ground();
      base.train();
      return archiveIn(base.app.synth().directory).split('/').at(-1);
    };
    expect(made()).toBe(made());
  });

  test('brings the metrics that it prints, for conditions', () => {
    const base = ground();
    const step = base.train();
    base.pipeline.addCondition('Good', { conditions: [Condition.greaterThanOrEqual(step.metric('validation:auc'), 0.7)], ifTrue: [], ifFalse: [base.pipeline.addFail('Weak', { message: 'weak' })] });
    expect(requestOf(base).AlgorithmSpecification.MetricDefinitions?.map(({ Name }) => Name)).toEqual(['validation:auc', 'validation:loss']);
    expect(() => step.metric('validation:f1')).toThrow(/has no metric 'validation:f1': it has validation:auc, validation:loss/);
  });

  test('counts on after an interruption by itself, wherever its checkpoints lie', () => {
    const [usual, elsewhere] = [ground(), ground()];
    usual.train({ spot: Spot.withCheckpoints() });
    elsewhere.train({ spot: Spot.withCheckpoints({ localPath: '/opt/elsewhere' }) });
    expect(requestOf(usual).HyperParameters).not.toHaveProperty('checkpoints');
    expect(requestOf(elsewhere).HyperParameters).toMatchObject({ checkpoints: '/opt/elsewhere' });
  });

  test('runs in several processes under torchrun', () => {
    const base = ground();
    base.train({ distribution: Distribution.torchrun({ processesPerInstance: 2 }), instances: Instances.of('ml.m5.xlarge', { count: 2 }) });
    expect(requestOf(base).AlgorithmSpecification.ContainerEntrypoint.slice(4)).toEqual([
      'torchrun', '--nnodes=2', '--nproc-per-node=2', '--rdzv-backend=c10d', '--rdzv-endpoint=algo-1:29400', '--rdzv-id=training', 'main.py',
    ]);
  });

  test('is tuned by its norm and by what is its own', () => {
    const base = ground();
    base.pipeline.addTuning('Tune', {
      image: base.image, code: Code.privateTraining(folder), inputs: [base.people.input().as('train')], privacy: DifferentialPrivacy.dpSgd(PROPS), hyperparameters: { label: 'died' },
      objective: Objective.maximize('validation:auc'), ranges: { dp_clipping_norm: Range.continuous(0.1, 2), learning_rate: Range.continuous(0.1, 4) },
      strategy: TuningStrategy.RANDOM, privateSelection: PrivateSelection.poisson(3),
    });
    const tune = (base.pipeline._renderDefinition() as unknown as { Steps: { Name: string; Arguments: { TrainingJobDefinition: Request } }[] }).Steps.find(({ Name }) => Name === 'Tune')!;
    expect(tune.Arguments.TrainingJobDefinition.AlgorithmSpecification.MetricDefinitions?.map(({ Name }) => Name)).toContain('validation:auc');
  });

  test.each<[string, Partial<TrainingStepProps>, RegExp]>([
    ['without privacy', { privacy: undefined }, /^Stack\/Pipeline\/Train: runs the code of a private training, which takes all of its numbers from privacy: give privacy, such as DifferentialPrivacy.dpSgd$/],
    ['with batches that are shuffled', { privacy: DifferentialPrivacy.dpSgd({ ...PROPS, sampling: Sampling.SHUFFLED }) }, /does DP-SGD on Poisson samples, and its privacy is DP-SGD with .*shuffled batches.*leave sampling out, or bring code of your own$/],
    ['for a federation', { privacy: DifferentialPrivacy.federated({ clients: 10, rounds: 3, noiseMultiplier: 4, clippingNorm: 1, delta: 1e-3 }) }, /does DP-SGD on Poisson samples, and its privacy is federated averaging/],
  ])('fails %s', (_, more, message) => {
    expect(() => ground().train(more)).toThrow(message);
  });

  test('fails for a folder that is missing, has no model, or a model that is not built', () => {
    const [empty, without] = ['empty', 'without'].map((name) => join(scratch, name));
    for (const one of [empty, without]) mkdirSync(one, { recursive: true });
    writeFileSync(join(without, 'model.py'), 'x = 1\n');
    expect(() => Code.privateTraining(join(scratch, 'nowhere'))).toThrow(/code folder '.*nowhere' does not exist .*: give the path of a folder with model\.py/);
    expect(() => Code.privateTraining(empty)).toThrow(/is empty: put model\.py and what it imports into it/);
    writeFileSync(join(empty, 'main.py'), '');
    expect(() => Code.privateTraining(empty)).toThrow(/has no 'model\.py': it holds main\.py; define build\(features, hyperparameters\) in it/);
    expect(() => Code.privateTraining(without)).toThrow(/defines no build: define build\(features, hyperparameters\), which returns a torch module/);
  });
});

describeWithJobsPython('a job as it is synthesized', () => {
  test('trains, and what it prints settles the ledger by the steps that it took', () => {
    const base = ground();
    const privacy = DifferentialPrivacy.dpSgd(PROPS);
    base.train({ privacy, maxRuntime: Duration.hours(1) });
    const { AlgorithmSpecification: { ContainerEntrypoint: entrypoint }, HyperParameters: told } = requestOf(base);
    const root = join(scratch, 'ml');
    for (const place of ['input/config', 'input/data/code', 'input/data/train']) mkdirSync(join(root, place), { recursive: true });
    writeFileSync(join(root, 'input/config/hyperparameters.json'), JSON.stringify(told));
    writeFileSync(join(root, 'input/data/train/people.csv'), `who,a,b,died\n${Array.from({ length: 90 }, (_, row) => `${row % 70},${row / 45 - 1},${(row * 7 % 11) / 5 - 1},${row % 2}\n`).join('')}`);
    copyFileSync(archiveIn(base.app.synth().directory), join(root, 'input/data/code/code.tar.gz'));
    const [shell, ...words] = entrypoint.map((word) => word.replace('/opt/ml', root).replace(/^python3$/, jobsPython()!));
    const job = spawnSync(shell, words, { encoding: 'utf8', env: { ...process.env, ML_ROOT: root, OMP_NUM_THREADS: '1' } });
    expect({ status: job.status, failure: existsSync(join(root, 'output/failure')), stderr: job.status === 0 ? '' : job.stderr }).toEqual({ status: 0, failure: false, stderr: '' });

    const found = Object.entries(spentMetrics(privacy)).map(([name, regex]): [string, number] => [name, Number([...job.stdout.matchAll(new RegExp(regex, 'g'))].at(-1)![1])]);
    const asked = { unit: PrivacyUnit.PERSON, delta: 1e-3, training: privacy._noisySteps, trainings: 1 };
    const run = { asked, charges: [chargeOf(privacy._noisySteps, 1)] } as unknown as Run;
    const report = { name: 'Train', status: 'Completed', began: true, told, reported: Object.fromEntries(found) };
    expect(verdictOf(run, { complete: true, jobs: [report] })).toEqual({ charges: [chargeOf(privacy._noisySteps, 1)], text: 'verified: as reserved' });
    const statement = JSON.parse(readFileSync(join(root, 'model/privacy.json'), 'utf8')) as { epsilon: number; unit: string };
    expect(statement.epsilon / privacy.guarantee.epsilon).toBeCloseTo(1, 9);
    expect(statement.unit).toBe('person');
  });
});
