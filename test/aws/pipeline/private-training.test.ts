import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Code, Condition, ContainerImage, Distribution, Instances, Objective, PrebuiltImage, PseudonymKey, Range, Spot, TrainingStepProps, TuningStrategy } from '../../../lib/aws/pipeline';
import { Classification, ColumnType, Deidentification, DifferentialPrivacy, DpSgdProps, PrivacyBudget, PrivacyUnit, PrivateSelection, Sampling, TableFormat, Technique } from '../../../lib/policy';
import { privateTrainingProblem } from '../../../lib/policy/privacy/private-training';
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
const OWN = { label: 'died', person: 'who' };

function ground() {
  const base = plainGround();
  const people = base.workspace.addStore('People', {
    classification: Classification.PHI, privacyBudget: PrivacyBudget.perYear({ epsilon: 20, delta: 1e-3, records: 64, unit: PrivacyUnit.PERSON }),
  });
  const train = (more: Partial<TrainingStepProps> = {}) => base.pipeline.addTraining('Train', {
    image: base.image, code: Code.privateTraining(folder), inputs: [people.input().as('train')], privacy: DifferentialPrivacy.dpSgd(PROPS), hyperparameters: OWN, ...more,
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
      image: base.image, code: Code.privateTraining(folder), inputs: [base.people.input().as('train')], privacy: DifferentialPrivacy.dpSgd(PROPS), hyperparameters: OWN,
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
    ['in an image of SageMaker that has no torch', { image: ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2') }, /in image 'sklearn' 1.4-2 of AWS, which has no Opacus: build one .*fromEcrRepository/],
    ['in an image of AWS with torch alone', { image: ContainerImage.deepLearningContainer('pytorch-training', '2.6.0-cpu-py312') }, /in image 'pytorch-training' of AWS, which has no Opacus/],
    ['without a label', { hyperparameters: { person: 'who' } }, /has no hyperparameter 'label': name the column that is to be foretold, or define load/],
    ['with a label that is empty', { hyperparameters: { label: '', person: 'who' } }, /has no hyperparameter 'label'/],
    ['with a label that is spelt like one', { hyperparameters: { lable: 'died', person: 'who' } }, /hyperparameter 'lable' is none that .* reads, and model.py does not name it: did you mean 'label'\?/],
    ['with a rate that is spelt like one', { hyperparameters: { ...OWN, learning_rat: '1' } }, /hyperparameter 'learning_rat' .*: did you mean 'learning_rate'\?/],
    ['without the column of a person, whom it hides', { hyperparameters: { label: 'died' } }, /hides each person, and has no hyperparameter 'person': name the column/],
    ['with an optimizer that it does not have', { hyperparameters: { ...OWN, optimizer: 'adamw' } }, /hyperparameter 'optimizer' is 'adamw': did you mean 'adam'\? use one of 'sgd', 'adam'/],
    ['with a rate that is no number', { hyperparameters: { ...OWN, learning_rate: 'fast' } }, /'learning_rate' is 'fast': give a number above 0$/],
    ['with a momentum of 1', { hyperparameters: { ...OWN, momentum: '1' } }, /'momentum' is '1': give a number from 0 to below 1$/],
    ['with half a unit in memory', { hyperparameters: { ...OWN, max_batch: '0.5' } }, /'max_batch' is '0.5': give a whole number from 1$/],
    ['with a batch beside that of its privacy', { hyperparameters: { ...OWN, batch_size: '8' } }, /'batch_size' is given beside privacy, .*: leave it out, and set batchSize in DifferentialPrivacy.dpSgd/],
    ['with gradients of several samples', { hyperparameters: { ...OWN, accumulation_steps: '2' } }, /'accumulation_steps' puts several samples into one step/],
    ['with a number of privacy that there is not', { hyperparameters: { ...OWN, dp_sigma: '2' } }, /'dp_sigma' means nothing to the code of a private training/],
  ])('fails %s', (_, more, message) => {
    expect(() => ground().train(more)).toThrow(message);
  });

  test('leaves to the model what model.py names, and to the run what is decided then', () => {
    const reading = join(scratch, 'reading');
    mkdirSync(reading, { recursive: true });
    writeFileSync(join(reading, 'model.py'), 'def build(features, hyperparameters):\n    return hyperparameters["speed"], hyperparameters["hidden"]\n');
    const base = ground();
    const rate = base.pipeline.addString('Rate', { defaultValue: '1' });
    expect(() => base.train({ code: Code.privateTraining(reading), hyperparameters: { ...OWN, speed: '3', hidden: '8', learning_rate: rate.valueAsString } })).not.toThrow();
  });

  test('fails at synth where its privacy rests on more people than the budget of its store has', () => {
    const [fitting, beyond] = [ground(), ground()];
    fitting.train();
    beyond.train({ privacy: DifferentialPrivacy.dpSgd({ ...PROPS, records: 640, batchSize: 160, noiseMultiplier: 2 }) });
    expect(() => fitting.app.synth()).not.toThrow();
    expect(() => beyond.app.synth()).toThrow(/Stack\/Pipeline\/Train: its privacy rests on 640 persons, and by the budget of what it learns from there may be fewer \('Stack\/Workspace\/People' has 64 persons\).*: lower records of its privacy, or raise those of the budget/);
  });

  test('takes no label and no person where model.py reads the data itself', () => {
    const reading = join(scratch, 'loading');
    mkdirSync(reading, { recursive: true });
    writeFileSync(join(reading, 'model.py'), 'def load(folder, hyperparameters):\n    return [], [], []\n\n\ndef build(features, hyperparameters):\n    return None\n');
    expect(() => ground().train({ code: Code.privateTraining(reading), hyperparameters: {} })).not.toThrow();
  });

  test('fails for inputs of which none is the one to learn from', () => {
    const base = ground();
    expect(() => base.train({ inputs: [base.people.input('a/').as('a'), base.people.input('b/').as('b')] })).toThrow(/has the inputs a, b, and the code of a private training learns from 'train'.*: name it with as\('train'\)/);
  });

  test('fails in a processing step, which has no privacy', () => {
    const { pipeline, image, people } = ground();
    expect(() => pipeline.addProcessing('Train', { image, code: Code.privateTraining(folder), inputs: [people.input()] })).toThrow(/takes the numbers of its privacy and gives out a model: use addTraining/);
  });

  test('fails for a label that the plan before it does not leave, and for a table that is no CSV', () => {
    const learning = (label: string, more: object = {}) => {
      const base = ground();
      const { pipeline, people } = base;
      const plan = Deidentification.of({ columns: { who: Technique.pseudonym(), died: Technique.keep('it is what is foretold', ColumnType.BOOLEAN), name: Technique.suppress() }, ...more });
      const clean = pipeline.addDeidentification('Clean', { plan, input: people.input('rows/'), quarantine: people, key: PseudonymKey.fromFile(base.workspace.addStore('Keys', { classification: Classification.PHI }).input('keys/')) });
      return base.train({ inputs: [clean.output().as('train')], hyperparameters: { label, person: 'who' } });
    };
    expect(() => learning('died')).not.toThrow();
    expect(() => learning('dead')).toThrow(/hyperparameter 'label' is 'dead', which is no column that 'Stack\/Pipeline\/Clean' leaves: did you mean 'died'\?/);
    expect(() => learning('name')).toThrow(/'label' is 'name', which is no column that 'Stack\/Pipeline\/Clean' leaves: use one of who, died/);
    expect(() => learning('died', { output: TableFormat.PARQUET })).toThrow(/learns from parquet that 'Stack\/Pipeline\/Clean' writes, and the code of a private training reads CSV/);
  });

  test('is judged by what the job itself reads, refuses and bounds', () => {
    const settings = readFileSync(join(__dirname, '../../../lib/runtime/private-training/private_training/settings.py'), 'utf8');
    const problem = (given: Record<string, string>) => privateTrainingProblem({ settings: { dp_unit: 'person' }, given: { ...OWN, ...given }, called: 'hyperparameter', tuned: [], inputs: ['train'], model: '', isLate: () => false });
    const listed = (name: string) => [...new RegExp(`${name} = [({]([\\s\\S]*?)\\n?[)}]\\n`).exec(settings)![1].matchAll(/\(("[^)]*")\)|("[a-z_]+")(?=,|$)/g)].flatMap(([, several, one]) => (several ?? one).split(', ').map((text) => text.replace(/"/g, '')));
    const refused = [...listed('NOT_TAKEN'), ...listed('ACCUMULATION'), ...listed('WEIGHTED')].filter((name) => /^[a-z_]+$/.test(name));
    expect(refused.length).toBeGreaterThan(20);
    expect(refused.filter((name) => problem({ [name]: '1' }) === undefined)).toEqual([]);
    const read = [...settings.matchAll(/number\("([a-z_]+)", [^=]*?((?:, )?(?:above|at_least)=[^)]*)\)/g)].filter(([, name]) => !name.startsWith('dp_'));
    expect(read.map(([, name]) => name)).toEqual(['learning_rate', 'momentum', 'weight_decay', 'max_batch', 'checkpoint_steps', 'seed']);
    for (const [, name, bounds] of read) {
      const least = Number(/(?:above|at_least)=(\d)/.exec(bounds)![1]);
      expect([name, problem({ [name]: String(least) }) === undefined]).toEqual([name, bounds.includes('at_least')]);
      expect([name, problem({ [name]: String(least - 1) }) === undefined]).toEqual([name, false]);
      expect([name, problem({ [name]: String(least + 0.5) }) === undefined]).toEqual([name, !bounds.includes('whole')]);
      expect([name, problem({ [name]: String(least + 1) }) === undefined]).toEqual([name, !bounds.includes('below=1')]);
    }
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
