import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Condition, MLPipeline, ParameterType } from '../../../lib/aws/pipeline';
import type { Rehearsal } from '../../../lib/evidence/rehearsal';
import { Classification } from '../../../lib/policy';
import { roundedUp } from '../../../lib/policy/privacy/checks';
import { chargeOf, epsilonOfCharges } from '../../../lib/policy/privacy/privacy-charge';
import { gate } from '../support';
import { assemblyOf, describeWithAnyPython, dpSgd, place, PLAIN_PYTHON, priv, program, small, tuned } from './fixture';

const GOOD = ['auc,0.8', 'jane@example.org'];
const app = (folder: string) => ['--app', join(folder, 'cdk.out')];
const runs = (cwd: string, pipeline: string) => readdirSync(join(cwd, '.regulated-ml/run', pipeline)).sort();
const resultIn = (cwd: string, pipeline: string) => JSON.parse(readFileSync(join(cwd, '.regulated-ml/run', pipeline, runs(cwd, pipeline).at(-1)!, 'run.json'), 'utf8')) as Rehearsal;
const statuses = ({ steps }: Rehearsal) => Object.fromEntries(steps.map(({ name, status }) => [name, status]));
const logs = (cwd: string, pipeline: string, name: string) => readFileSync(join(cwd, '.regulated-ml/run', pipeline, runs(cwd, pipeline).at(-1)!, 'logs', `${name}.log`), 'utf8');

describeWithAnyPython('run', () => {
  let assembly: string;
  beforeAll(() => { assembly = assemblyOf(small); });

  const call = (cwd: string, ...words: string[]) => gate(['run', ...app(assembly), '--python', PLAIN_PYTHON!, ...words], { cwd, env: { PATH: process.env.PATH! } });
  const first = (cwd: string, ...words: string[]) => call(cwd, '--data', 'Raw=data', ...words);

  test('runs each step after what it needs, takes the branch of what was measured, and registers the model for a person to approve', async () => {
    const cwd = place(GOOD);
    const { code, out, err } = await first(cwd, '--parameter', 'Floor=0.75');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const result = resultIn(cwd, 'small');
    expect(statuses(result)).toEqual({ Prepare: 'done', Train: 'done', Evaluate: 'done', Good: 'done', Register: 'done', Refuse: 'not-taken' });
    expect(result).toMatchObject({
      schema: 'regulated-ml-run/1', pipeline: 'Ml/Pipeline', outcome: 'succeeded', parameters: { Floor: '0.75', Season: 'summer' }, branches: { Good: 'True' }, privacy: [],
      models: [{ step: 'Register', version: 1, approval: 'PendingManualApproval', metadata: { floor: '0.75' } }],
    });
    expect(result.steps[1]!.metrics).toEqual([{ name: 'auc', value: 0.8 }]);
    expect(out).toMatch(/Good +Condition +True 0 s\n {4}metrics\.auc\.value 0\.8 ≥ Parameters\.Floor 0\.75: holds\n/);
    const group = readdirSync(join(cwd, '.regulated-ml/registry'))[0]!;
    expect([group, result.models[0]!.group]).toEqual([group, expect.stringMatching(/^[a-z0-9-]+-local$/)]);
    expect(JSON.parse(readFileSync(join(cwd, '.regulated-ml/registry', group, '1.json'), 'utf8'))).toMatchObject({
      ModelApprovalStatus: 'PendingManualApproval', CustomerMetadataProperties: { floor: '0.75' }, local: { run: result.id, artifacts: [{ sha256: result.models[0]!.sha256 }] },
    });
    const report = Object.values((JSON.parse(readFileSync(join(cwd, '.regulated-ml/registry', group, '1.json'), 'utf8')) as { local: { reports: object } }).local.reports);
    expect(report).toEqual([{ metrics: { auc: { value: 0.8 } } }]);
  });

  test('takes the other branch when a figure is too low, and fails as the pipeline says', async () => {
    const cwd = place(['auc,0.4']);
    const { code, out } = await first(cwd);
    expect([code, statuses(resultIn(cwd, 'small'))]).toEqual([1, { Prepare: 'done', Train: 'done', Evaluate: 'done', Good: 'done', Register: 'not-taken', Refuse: 'failed' }]);
    expect(out).toMatch(/Failed at 'Refuse': the model is not good enough\n/);
    expect(existsSync(join(cwd, '.regulated-ml/registry'))).toBe(false);
  });

  test('leaves nothing of people on the terminal or in what it says of a run, keeps all from repositories and other users, and leaves no root behind', async () => {
    const cwd = place(['jane@example.org', 'auc,0.8', 'crash']);
    const { out, err } = await first(cwd, '--json');
    expect(logs(cwd, 'small', 'Prepare')).toMatch(/jane@example\.org/);
    expect(out + err).not.toMatch(/jane/);
    expect(JSON.parse(out)).toMatchObject({ outcome: 'failed', steps: [{ name: 'Prepare', status: 'failed', message: 'ended with exit code 1' }, ...Array.from({ length: 5 }, () => ({ status: 'not-started' }))] });
    expect(readFileSync(join(cwd, '.regulated-ml/.gitignore'), 'utf8')).toBe('*\n');
  });

  test('goes on after a failure with the step that failed, with the parameters and data it began with', async () => {
    const cwd = place([...GOOD, 'fail']);
    const { code, out } = await first(cwd, '--parameter', 'Floor=0.79');
    expect([code, out]).toEqual([1, expect.stringMatching(/✗ Prepare +Processing +failed: a row asks for a failure\n/)]);
    writeFileSync(join(cwd, 'data/rows/train.csv'), GOOD.join('\n'));
    expect((await call(cwd, '--resume')).code).toBe(0);
    expect(resultIn(cwd, 'small').parameters.Floor).toBe('0.79');
    expect(runs(cwd, 'small')).toHaveLength(1);
    expect(await call(cwd, '--resume')).toEqual({ code: 2, out: '', err: expect.stringMatching(/run '\w{12}' has come to its end: begin a new one, without --resume/) });
  });

  test('keeps what is finished as long as what it read and wrote is the same', async () => {
    const cwd = place(['auc,0.4']);
    await first(cwd);
    expect((await call(cwd, '--resume')).out).toMatch(/Prepare +Processing +kept from before\n.*Train +Training +kept from before\n.*Evaluate +Processing +kept from before\n.*Good +Condition +False/);
    // a parameter that only the condition reads
    const { code, out } = await call(cwd, '--resume', '--parameter', 'Floor=0.3');
    expect([code, out]).toEqual([0, expect.stringMatching(/Evaluate +Processing +kept from before\n.*Good +Condition +True[^]*Register +RegisterModel +[\d.]+ s/)]);
  });

  test('runs again what reads something else, or whose outputs are not as they were', async () => {
    const cwd = place(['auc,0.4']);
    await first(cwd);
    const stores = join(cwd, '.regulated-ml/run/small', runs(cwd, 'small')[0]!, 'stores');
    appendFileSync(join(stores, readdirSync(stores).find((name) => name.endsWith('Outputs'))!, `small/Prepare/train/${runs(cwd, 'small')[0]!}/train.csv`), '\n');
    expect((await call(cwd, '--resume')).out).toMatch(/Prepare +Processing +[\d.]+ s\n.*Train +Training +kept/);
    writeFileSync(join(cwd, 'data/rows/train.csv'), 'auc,0.9');
    const { code, out } = await call(cwd, '--resume');
    expect([code, out]).toEqual([0, expect.stringMatching(/Prepare +Processing +[\d.]+ s\n.*Train +Training +[\d.]+ s\n.*Evaluate +Processing +[\d.]+ s\n/)]);
  });

  test('takes what a step would give from whoever calls it, and says so', async () => {
    const cwd = place(GOOD);
    const { code, out } = await first(cwd, '--assume', 'Good={"Outcome":"False"}', '--assume', 'Train', '--assume', 'Evaluate');
    expect([code, statuses(resultIn(cwd, 'small'))]).toEqual([1, { Prepare: 'done', Train: 'assumed', Evaluate: 'assumed', Good: 'assumed', Register: 'not-taken', Refuse: 'failed' }]);
    expect(out).toMatch(/Not shown: what came of 'Train', 'Evaluate', 'Good' was given, and not found out\n/);
  });

  test.each([
    ['by its path', { "ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri": 's3://assumed/train/' }],
    ['by the path that messages name', { 'ProcessingOutputConfig.Outputs.train.S3Output.S3Uri': 's3://assumed/train/' }],
    ['as SageMaker describes it', { ProcessingOutputConfig: { Outputs: [{ OutputName: 'train', S3Output: { S3Uri: 's3://assumed/train/' } }] } }],
  ])('reads what an assumed step would have written from where it is said to be, %s', async (_how, given) => {
    const cwd = place([], { 'rows/train.csv': GOOD.join('\n') });
    const { code, err } = await call(cwd, '--assume', `Prepare=${JSON.stringify(given)}`, '--data', 's3://assumed/train=rows');
    expect([code, err, statuses(resultIn(cwd, 'small')).Prepare]).toEqual([0, '', 'assumed']);
  });

  test('fails before the first step where others read what an assumed step would have written, and says the words to give', async () => {
    const { code, err } = await call(place([]), '--assume', 'Prepare');
    expect([code, err]).toEqual([2, expect.stringContaining("what step 'Train' reads is what an assumed step gives: give --assume 'Prepare={\"ProcessingOutputConfig.Outputs.train.S3Output.S3Uri\":\"…\"}', an address such as s3://assumed/data/, and --data s3://assumed/data=<folder>")]);
  });

  test.each([
    ['nothing', 'nothing', /Failed at 'Train': channel 'train' of step 'Train' is empty: nothing lies below 's3:\/\/.*\/small\/Prepare\/train\/\w+', and SageMaker takes no input without an object; see why the step that writes there has written nothing/],
    ['no model', 'model,none', /Failed at 'Train': left nothing in \/opt\/ml\/model, and another step reads its model/],
  ])('fails where a step has written %s that another reads, as in the cloud', async (_what, row, said) => {
    const cwd = place(['auc,0.8', row]);
    const { code, out } = await first(cwd);
    expect([code, out]).toEqual([1, expect.stringMatching(said)]);
    expect(statuses(resultIn(cwd, 'small'))).toMatchObject({ Train: 'failed', Register: 'not-started' });
  });

  test('fails for a folder without a file, which SageMaker would not take as an input', async () => {
    const cwd = place(GOOD);
    mkdirSync(join(cwd, 'hollow/rows/of'), { recursive: true });
    expect(await call(cwd, '--data', 'Raw=hollow')).toMatchObject({ code: 2, err: expect.stringMatching(/what step 'Prepare' reads is empty: .*; put into that folder what is to be read/) });
  });

  test('two runs at once have folders, roots and versions of their own', async () => {
    const cwd = place(GOOD);
    const both = await Promise.all([first(cwd), first(cwd)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(runs(cwd, 'small')).toHaveLength(2);
    const registry = join(cwd, '.regulated-ml/registry');
    expect(readdirSync(join(registry, readdirSync(registry)[0]!)).sort()).toEqual(['1.json', '2.json']);
  });

  test('ends all that runs when it is told to, and goes on from there; a run of another process is left to it', async () => {
    const cwd = place([...GOOD, 'sleep']);
    const script = join(cwd, 'gate.ts');
    writeFileSync(script, `import { run } from ${JSON.stringify(join(__dirname, '../../../lib/cli/main'))};\nvoid run(process.argv.slice(2)).then((code) => { process.exitCode = code; });\n`);
    const root = join(__dirname, '../../..');
    const words = ['--tsconfig', join(root, 'tsconfig.dev.json'), script, 'run', ...app(assembly), '--python', PLAIN_PYTHON!, '--data', 'Raw=data'];
    const child = spawn(join(root, 'node_modules/.bin/tsx'), words, { cwd, stdio: 'ignore' });
    const ended = new Promise<number | null>((done) => child.once('exit', done));
    const log = () => join(cwd, '.regulated-ml/run/small', runs(cwd, 'small')[0]!, 'logs/Prepare.log');
    for (let tries = 0; tries < 300 && !(existsSync(join(cwd, '.regulated-ml/run/small')) && existsSync(log()) && readFileSync(log(), 'utf8').includes('read')); tries++) await sleep(100);
    expect((await call(cwd, '--resume')).err).toMatch(/run '\w{12}' is being run by process \d+: wait until it ends, or end it/);
    const journal = () => JSON.parse(readFileSync(join(cwd, '.regulated-ml/run/small', runs(cwd, 'small')[0]!, 'journal.json'), 'utf8')) as { root?: string };
    const { root: temporary } = journal();
    expect(existsSync(temporary!)).toBe(true);
    child.kill('SIGINT');
    expect(await ended).toBe(1);
    expect([existsSync(temporary!), journal().root, statuses(resultIn(cwd, 'small')).Prepare]).toEqual([false, undefined, 'interrupted']);
    writeFileSync(join(cwd, 'data/rows/train.csv'), GOOD.join('\n'));
    expect((await call(cwd, '--resume')).code).toBe(0);
  });

  test('goes on after its process was killed', async () => {
    const cwd = place(GOOD);
    await first(cwd);
    const folder = join(cwd, '.regulated-ml/run/small', runs(cwd, 'small')[0]!);
    const journal = JSON.parse(readFileSync(join(folder, 'journal.json'), 'utf8')) as { steps: Record<string, object>; outcome?: string };
    const { Prepare } = journal.steps;
    writeFileSync(join(folder, 'journal.json'), JSON.stringify({ ...journal, outcome: undefined, root: '/etc', steps: { Prepare, Train: { type: 'Training', status: 'running', log: 'x/Train.log' } } }));
    // of a process that is no more
    writeFileSync(join(folder, 'lock'), '999999999');
    const { code, out } = await call(cwd, '--resume');
    expect([code, out]).toEqual([0, expect.stringMatching(/Prepare +Processing +kept from before\n.*Train +Training +[\d.]+ s/)]);
    expect([existsSync('/etc'), existsSync(join(folder, 'lock'))]).toEqual([true, false]);
  });

  test('fails when a step leaves a link instead of a file', async () => {
    const cwd = place(['link']);
    expect((await first(cwd)).out).toMatch(/failed: 'link\.csv' is a link: only files and folders are handed on/);
  });

  test.each<[string, RegExp]>([
    ['--parameter Flor=1', /--parameter 'Flor' is none of this pipeline: did you mean 'Floor'\? it has Floor, Season/],
    ['--parameter Floor=high', /--parameter 'Floor' is 'high': give a number/],
    ['--parameter Season=spring', /--parameter 'Season' is 'spring': give one of summer, winter/],
    ['--parameter Floor', /--parameter 'Floor' is no pair: give --parameter name=value/],
    ['--parameter Floor=1 --parameter Floor=2', /--parameter 'Floor' is given twice/],
    ['smal', /there is no pipeline 'smal' in '.*': did you mean 'small'\? there is 'Ml\/Pipeline' \(small\)/],
    ['--data Row=data', /--data 'Row' names no store of the app: it has .*'Ml\/Workspace\/Raw'/],
    ['--data Raw=nowhere', /--data 'Raw' is to be read from 'nowhere', which is no folder/],
    ['--data Raw/../Outputs=data', /the address 's3:\/\/[^']*' leads out of its bucket/],
    ['--assume Trian', /--assume 'Trian' is no step of this pipeline: did you mean 'Train'\?/],
    ['--assume Good', /--assume 'Good' is a condition: give --assume Good=\{"Outcome":"True"\}, or False/],
    ['--assume Train=nowhere.json', /--assume 'Train' is 'nowhere\.json': give the properties as JSON, or a file of JSON that is there/],
    ['--assume Train={x', /--assume 'Train': what is given is no JSON/],
    ['--max-trials none', /--max-trials is 'none': give a whole number from 1/],
    ['--resume', /there is no run of pipeline 'Ml\/Pipeline' to go on with/],
    ['--resume --run ../../x', /--resume '\.\.\/\.\.\/x' is no run/],
    ['--run aaaaaaaaaaaa', /--run 'aaaaaaaaaaaa' names a run to go on with: give --resume, too/],
    ['--python data', /--python 'data' cannot be run/],
    ['--app data', /there is nothing to check in 'data'/],
  ])('fails with 2 before anything runs: %s', async (words, message) => {
    const cwd = place(GOOD);
    const { code, out, err } = await first(cwd, ...words.split(' '));
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringMatching(message) });
    expect(existsSync(join(cwd, '.regulated-ml'))).toBe(false);
  });

  test('fails with 2 where nothing says what a store is, and names the flag', async () => {
    const { code, err } = await call(place(GOOD));
    expect([code, err]).toEqual([2, expect.stringMatching(/what step 'Prepare' reads is in store 'Ml\/Workspace\/Raw', prefix 'rows\/', and nothing says where that is on this machine: give --data Raw=<folder>/)]);
    const empty = await call(place(GOOD, { 'other/x.csv': 'x' }), '--data', 'Raw=other');
    expect([empty.code, empty.err]).toEqual([2, expect.stringMatching(/nothing is there in the folder that was named/)]);
  });

  test('takes a prefix of a store, an address, and folders that are links', async () => {
    const cwd = place([], { 'far/train.csv': GOOD.join('\n') });
    mkdirSync(join(cwd, 'linked'));
    symlinkSync(join(cwd, 'far'), join(cwd, 'linked/rows'));
    expect((await call(cwd, '--data', 'Workspace/Raw/rows=far')).code).toBe(0);
    expect((await call(cwd, '--data', 's3://Ml.Workspace.Raw/rows=far')).code).toBe(0);
    expect((await call(cwd, '--data', 'Ml/Workspace/Raw=linked')).code).toBe(0);
  });
});

describeWithAnyPython('run of steps that this machine does not have', () => {
  const call = (assembly: string, cwd: string, ...words: string[]) => gate(['run', ...app(assembly), '--python', PLAIN_PYTHON!, '--data', 'Raw=data', ...words], { cwd, env: { PATH: process.env.PATH! } });

  test('fails before the first step for what a program imports, but not for what it may do without', async () => {
    const assembly = assemblyOf(({ stack, workspace, image }) => {
      const raw = workspace.addStore('Raw', { classification: Classification.PSEUDONYMISED });
      const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: 'astray' });
      pipeline.addProcessing('Astray', { image, code: program('elsewhere'), inputs: [raw.input('rows/')] });
    });
    const cwd = place(GOOD);
    const { code, err } = await call(assembly, cwd);
    expect([code, err]).toEqual([2, expect.stringMatching(/step 'Astray' imports 'nowhere_to_be_found': .* does not have that; install what is missing there, or name another interpreter with --python/)]);
    expect(existsSync(join(cwd, '.regulated-ml'))).toBe(false);
  });

  test('fails with what to install where Spark finds no Java', async () => {
    const assembly = assemblyOf(({ stack, workspace, image }) => {
      const raw = workspace.addStore('Raw', { classification: Classification.PSEUDONYMISED });
      new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: 'javaless' }).addProcessing('Spark', { image, code: program('javaless'), inputs: [raw.input('rows/')] });
    });
    const { code, out } = await call(assembly, place(GOOD));
    expect([code, out]).toEqual([1, expect.stringMatching(/Failed at 'Spark': ended with exit code 1; it needs Java, which is not here: install Java 17, or say with JAVA_HOME where it is/)]);
  });

  test('skips what runs in images, queues and functions of others, with what waits for it, and comes to no end', async () => {
    const assembly = assemblyOf(({ stack, workspace, image }) => {
      const raw = workspace.addStore('Raw', { classification: Classification.PSEUDONYMISED });
      const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: 'cloudy' });
      const call = pipeline.addLambda('Call', { handler: lambda.Function.fromFunctionArn(stack, 'F', 'arn:aws:lambda:eu-central-1:123456789012:function:f'), answers: { floor: ParameterType.FLOAT } });
      pipeline.addProcessing('Sealed', { image, inputs: [raw.input('rows/')] });
      pipeline.addProcessing('Bare', { image, entrypoint: ['no-such-program', '/opt/ml/processing'], inputs: [raw.input('rows/')] });
      pipeline.addCondition('High', { conditions: [Condition.greaterThan(call.answerAsNumber('floor'), 1)], ifTrue: [pipeline.addFail('Stop', { message: 'too high' })] });
    });
    const cwd = place(GOOD);
    const { code, out } = await call(assembly, cwd);
    const result = resultIn(cwd, 'cloudy');
    expect([code, result.outcome]).toEqual([1, 'incomplete']);
    expect(result.steps.map(({ name, status, message }) => [name, status, message])).toEqual([
      ['Call', 'skipped', expect.stringMatching(/^it calls the function 'arn:aws:lambda:.*:function:f', which is not here$/)],
      ['Sealed', 'skipped', expect.stringMatching(/^it runs what is built into its image, '.*', and no image is run here$/)],
      ['Bare', 'skipped', 'it runs \'no-such-program\', which its image has and this machine has not'],
      ['High', 'waiting', 'waits for \'Call\', which was skipped'], ['Stop', 'waiting', 'waits for \'High\', which waits itself'],
    ]);
    expect(out).toMatch(/Incomplete: 5 steps did not run \(Call, Sealed, Bare, High, Stop\)/);
    const after = await call(assembly, cwd, '--resume', '--assume', 'Call={"OutputParameters":{"floor":2}}', '--assume', 'Sealed', '--assume', 'Bare');
    expect([after.code, statuses(resultIn(cwd, 'cloudy'))]).toEqual([1, { Call: 'assumed', Sealed: 'assumed', Bare: 'assumed', High: 'done', Stop: 'failed' }]);
  });

  test('tunes at random within the ranges, the same whenever it is run, and asks the best model', async () => {
    const assembly = assemblyOf(tuned);
    const cwd = place(GOOD, { 'data/questions/a.csv': '1\n2\n', 'data/questions/b.csv': '3' });
    expect((await call(assembly, cwd)).code).toBe(0);
    const journal = (id: string) => JSON.parse(readFileSync(join(cwd, '.regulated-ml/run/tuned', id, 'journal.json'), 'utf8')) as { steps: { Tune: { trials: { hyperparameters: { penalty: string }; metrics: { auc: number } }[]; properties: { BestTrainingJob: { TunedHyperParameters: object } } } } };
    const [one] = runs(cwd, 'tuned');
    const { trials, properties } = journal(one!).steps.Tune;
    expect(trials).toHaveLength(3);
    for (const { hyperparameters: { penalty }, metrics } of trials) {
      expect(Number(penalty)).toBeGreaterThanOrEqual(0);
      expect(Number(penalty)).toBeLessThan(0.5);
      expect(metrics.auc).toBeCloseTo(0.8 - Number(penalty), 12);
    }
    const best = trials.map(({ hyperparameters }) => hyperparameters).sort((a, b) => Number(a.penalty) - Number(b.penalty))[0]!;
    expect(properties.BestTrainingJob.TunedHyperParameters).toEqual(best);
    const answers = join(cwd, '.regulated-ml/run/tuned', one!, 'stores/Ml.Workspace.Outputs/tuned/Ask', one!);
    const auc = String(Math.max(...trials.map(({ metrics }) => metrics.auc)));
    expect([readFileSync(join(answers, 'a.csv.out'), 'utf8'), readFileSync(join(answers, 'b.csv.out'), 'utf8')]).toEqual([`1,1:${auc}\n2,2:${auc}\n`, `3,3:${auc}\n`]);
    expect((await call(assembly, cwd, '--max-trials', '1')).code).toBe(0);
    const two = runs(cwd, 'tuned').find((id) => id !== one)!;
    expect(journal(two).steps.Tune.trials.map(({ hyperparameters }) => hyperparameters)).toEqual([trials[0]!.hyperparameters]);
    expect(resultIn(cwd, 'tuned').steps[0]!.notes).toEqual(['drawn at random: the strategy Bayesian is SageMaker\'s', '1 of 3 trainings']);
  });
});

describeWithAnyPython('run of a private training', () => {
  let assembly: string;
  beforeAll(() => { assembly = assemblyOf(priv); });
  const call = (cwd: string, ...words: string[]) => gate(['run', ...app(assembly), '--python', PLAIN_PYTHON!, ...words], { cwd, env: { PATH: process.env.PATH! } });
  interface Ledger { readonly runs: Record<string, { readonly charges: { readonly steps: number }[]; readonly settlement?: { readonly verdict: string } }> }
  const ledgerIn = (cwd: string) => JSON.parse(readFileSync(join(cwd, '.regulated-ml/privacy-ledger.json'), 'utf8')) as Ledger;

  test('reserves, trains, settles what it has spent, and says so in the registry and in the evidence', async () => {
    const cwd = place(['auc,0.8', 'steps,400']);
    expect((await call(cwd, '--data', 'Raw=data')).code).toBe(0);
    const { privacy, models, id } = resultIn(cwd, 'private');
    expect(privacy).toEqual([{ step: 'Train', unit: 'record', delta: 1e-6, trainings: 1, planned: expect.any(Number), spent: expect.any(Number), verdict: 'verified: 400 steps of 1000 reserved', inLedger: true }]);
    const spent = epsilonOfCharges([chargeOf({ ...dpSgd()._noisySteps, steps: 400, passes: 400 }, 1)], 1e-6);
    expect([privacy[0]!.spent, privacy[0]!.planned]).toEqual([spent, dpSgd().guarantee.epsilon]);
    expect(models[0]!.metadata).toMatchObject({ 'privacy-epsilon': String(spent), 'privacy-verdict': 'verified: 400 steps of 1000 reserved' });
    await gate(['report', join(assembly, 'cdk.out'), '--framework', 'GDPR', '--residency', 'EU', '--run', `.regulated-ml/run/private/${id}`], { cwd });
    const html = readFileSync(join(cwd, 'evidence-out/evidence.html'), 'utf8');
    expect(html).toMatch(/Runs on one machine/);
    expect(html).toContain(`ε = ${roundedUp(spent)} of ${roundedUp(dpSgd().guarantee.epsilon)} planned`);
    expect(html).toContain('of the definition that was judged here');
    expect(JSON.parse(readFileSync(join(cwd, 'evidence-out/evidence.json'), 'utf8'))).toMatchObject({ rehearsals: [{ id, isOfThis: true, models: [{ version: 1 }] }] });
  });

  test('stops a run for which the budget has no room, before it trains, in the words of the ledger', async () => {
    const cwd = place(['auc,0.8']);
    let code = 0;
    let out = '';
    for (let tries = 0; tries < 8 && code === 0; tries++) ({ code, out } = await call(cwd, '--data', 'Raw=data'));
    expect(out).toMatch(/✗ TrainReserve +Lambda +failed: the privacy budget of 'Ml\/Workspace\/Raw' \(Ml\.Workspace\.Raw\) for the calendar year \d{4} is exhausted/);
    expect(resultIn(cwd, 'private').steps.find(({ name }) => name === 'Train')!.status).toBe('not-started');
    expect(Object.keys(ledgerIn(cwd).runs).length).toBeGreaterThan(2);
  });

  test('charges a training that failed, beside the one that came to an end', async () => {
    const cwd = place(['no number']);
    expect((await call(cwd, '--data', 'Raw=data')).code).toBe(1);
    writeFileSync(join(cwd, 'data/rows/train.csv'), 'auc,0.8\nsteps,100');
    expect((await call(cwd, '--resume')).code).toBe(0);
    const [{ charges, settlement }] = Object.values(ledgerIn(cwd).runs) as [Ledger['runs'][string]];
    expect([charges.map(({ steps }) => steps), settlement!.verdict]).toEqual([[1100], expect.stringMatching(/^more than was reserved: a job ended as Failed/)]);
    expect(resultIn(cwd, 'private').privacy[0]!.trainings).toBe(2);
  });

  test('fails when it would train again under a reservation that is settled', async () => {
    const cwd = place(['auc,0.8']);
    await call(cwd, '--data', 'Raw=data');
    const folder = join(cwd, '.regulated-ml/run/private', runs(cwd, 'private')[0]!);
    const journal = JSON.parse(readFileSync(join(folder, 'journal.json'), 'utf8')) as object;
    writeFileSync(join(folder, 'journal.json'), JSON.stringify({ ...journal, outcome: 'failed' }));
    writeFileSync(join(cwd, 'data/rows/train.csv'), 'auc,0.81');
    expect((await call(cwd, '--resume')).out).toMatch(/✗ Train +Training +failed: would spend privacy again under a reservation that is settled/);
    rmSync(folder, { recursive: true });
  });
});
