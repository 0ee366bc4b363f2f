import {
  AttachedDataFactory, AutoMLTask, Code, ComputeCluster, Distribution, Duration, EarlyTermination, Environment, Objective, Output, Range, RangeScale, SamplingStrategy,
} from '../../../lib/azure';
import { DataFlow } from '../../../lib/policy/flow';
import { armProblems, AzapiJson, describeWithArmTypes } from '../../support/arm-types';
import { resourcesOf } from '../../support/azure';
import { azapiOf, code, codeFolder, environment, jobsOf, scene, specOf, trained } from '../../support/azure-pipeline';

const objective = Objective.maximize('auc');
const ranges = { lr: Range.continuous(0.001, 1, RangeScale.LOGARITHMIC), depth: Range.integer(1, 4), kind: Range.categorical('a', 'b') };

describe('a command', () => {
  test('names all of its inputs and outputs to the program, unless it is told what to run', () => {
    const { stack, pipeline, raw } = scene();
    pipeline.addCommand('Clean', { environment, code, inputs: [raw.input('admissions/')], outputs: Output.named('train', 'test'), parameters: { seed: '7' } });
    pipeline.addCommand('Shell', { environment, code: Code.inImage('run.sh'), outputs: [], inputs: [] });
    pipeline.addCommand('Own', { environment, command: 'make ${{outputs.output}}' });
    expect(specOf(stack, 'Clean')).toMatchObject({
      type: 'command', command: 'python main.py --admissions ${{inputs.admissions}} --seed ${{inputs.seed}} --train ${{outputs.train}} --test ${{outputs.test}}',
      inputs: { admissions: { type: 'uri_folder', mode: 'ro_mount' }, seed: { type: 'string' } }, outputs: { train: { type: 'uri_folder', mode: 'rw_mount' } },
    });
    expect(specOf(stack, 'Shell').command).toBe('sh run.sh');
    expect(specOf(stack, 'Own').command).toBe('make ${{outputs.output}}');
  });

  test('works afresh in each run, since Azure ML compares where data lies and not what it is', () => {
    const { stack, pipeline, raw } = scene();
    pipeline.addCommand('Clean', { environment, code, inputs: [raw.input()] });
    pipeline.addCommand('Reuse', { environment, code, inputs: [raw.input()], reusesResults: true });
    expect([specOf(stack, 'Clean').is_deterministic, specOf(stack, 'Reuse').is_deterministic]).toEqual([false, true]);
  });

  test('is stopped after six hours, or when it is told', () => {
    const { stack, pipeline } = scene();
    pipeline.addCommand('Usual', { environment, code });
    pipeline.addCommand('Short', { environment, code, timeout: Duration.minutes(90), variables: { LOG_LEVEL: 'info' } });
    const { usual, short } = jobsOf(stack, pipeline);
    expect(usual.limits).toEqual({ job_limits_type: 'Command', timeout: 'PT6H' });
    expect(short).toMatchObject({ limits: { timeout: 'PT1H30M' }, environment_variables: { LOG_LEVEL: 'info' } });
  });

  test.each([
    ['pytorch', Distribution.pytorch({ processesPerNode: 4 }), { type: 'pytorch', process_count_per_instance: 4 }],
    ['tensorflow', Distribution.tensorflow({ parameterServers: 1 }), { type: 'tensorflow', parameter_server_count: 1, worker_count: 2 }],
    ['mpi, as Horovod uses it', Distribution.mpi({ processesPerNode: 2 }), { type: 'mpi', process_count_per_instance: 2 }],
    ['ray', Distribution.ray({ port: 6379 }), { type: 'ray', port: 6379 }],
  ])('runs on several nodes with %s, and records that their traffic is not encrypted', (_name, distribution, rendered) => {
    const { stack, pipeline, clean } = trained();
    const step = pipeline.addCommand('Large', { environment, code, inputs: [clean.output('train')], outputs: Output.model('model'), nodes: 3, distribution, sharedMemory: '8g' });
    expect(specOf(stack, 'Large')).toMatchObject({ distribution: rendered, resources: { instance_count: 3, shm_size: '8g' } });
    expect(step.weakenings).toEqual([expect.objectContaining({ control: 'encryption-in-transit' })]);
  });

  test('with a model among its outputs, or said to train, is a training', () => {
    const { stack, pipeline, raw } = scene();
    const kinds = [{ outputs: Output.mlflowModel('m') }, { trains: true }, {}].map((props, index) => pipeline.addCommand(`S${index}`, { environment, code, inputs: [raw.input()], ...props }));
    expect(kinds.map(({ node }) => DataFlow.of(stack).node(node.path)?.detail)).toEqual(['Training', 'Training', 'Processing']);
  });

  test('keeps an output in another store, in a folder that is named', () => {
    const { stack, pipeline, raw } = scene();
    pipeline.addCommand('Clean', { environment, code, outputs: Output.of('features').inStore(raw, 'features/') });
    expect(jobsOf(stack, pipeline).clean.outputs).toMatchObject({ features: { uri: 'azureml://datastores/raw/paths/features/' } });
    expect(resourcesOf(stack, 'azurerm_role_assignment')).toContainEqual(expect.objectContaining({ role_definition_name: 'Storage Blob Data Contributor', scope: expect.stringMatching(/containers\/raw$/) }));
  });

  const wrong: [string, object, RegExp][] = [
    ['nothing to run', { code: undefined }, /has neither command nor code: give one of them/],
    ['a command that names an input which is not there', { command: 'run ${{inputs.admisions}}' }, /its command names '\$\{\{inputs\.admisions\}\}', and there is no such input: did you mean 'admissions'/],
    ['a command that names an output which is not there', { command: 'run ${{outputs.model}}' }, /no such output: it has output/],
    ['no environment', { environment: undefined }, /environment is missing: give an Environment/],
    ['code that is a text', { code: 'steps/clean' }, /code is 'steps\/clean': give Code/],
    ['an input that is a text', { inputs: ['s3://bucket'] }, /inputs\[0\] is 's3:\/\/bucket': give a DataInput/],
    ['more nodes than the cluster has', { nodes: 5 }, /runs on 5 nodes, and 'Stack\/Cpu' has 4 at most: raise maxNodes, or lower nodes/],
    ['half a node', { nodes: 0.5 }, /runs on 0\.5 nodes: give a whole number from 1/],
    ['more workers than nodes', { nodes: 2, distribution: Distribution.tensorflow({ workers: 2, parameterServers: 1 }) }, /has 3 workers and parameter servers, each on a node of its own, and there are 2/],
    ['a distribution that is none', { distribution: 'mpi' }, /distribution is none: give one such as Distribution\.pytorch\(\)/],
    ['memory that is no size', { sharedMemory: '8 GB' }, /shares '8 GB' of memory/],
    ['two outputs of one name', { outputs: Output.named('a', 'a') }, /two outputs are called 'a'/],
    ['an input and a parameter of one name', { parameters: { admissions: '1' } }, /two inputs are called 'admissions': give each a name of its own with as\(\)/],
    ['a timeout that is a number', { timeout: 3600 }, /timeout is 3600: give a Duration/],
    ['an image in a registry where nobody was let in', { environment: Environment.image(`other.azurecr.io/x@sha256:${'b'.repeat(64)}`) }, /is in registry 'other\.azurecr\.io', where nobody was let in: bring it to readmissionacr\.azurecr\.io/],
  ];

  test.each(wrong)('fails with %s', (_title, props, message) => {
    const { pipeline, raw } = scene();
    expect(() => pipeline.addCommand('Clean', { environment, code, inputs: [raw.input('admissions/')], ...props } as never)).toThrow(message);
  });

  test('fails where neither it nor the pipeline has machines', () => {
    const { pipeline } = scene({ compute: undefined });
    expect(() => pipeline.addCommand('Clean', { environment, code })).toThrow(/runs on no compute: give compute to the step or to the pipeline/);
  });
});

describe('a sweep', () => {
  test('tries values of its inputs, within limits', () => {
    const { stack, pipeline, clean } = trained();
    pipeline.addSweep('Tune', { environment, code, inputs: [clean.output('train')], objective, ranges, maxTrials: 20, maxParallelTrials: 4, randomSeed: 3, earlyTermination: EarlyTermination.bandit(0.1, 5), timeout: Duration.hours(4) });
    expect(specOf(stack, 'Tune')).toMatchObject({
      type: 'command', command: 'python main.py --train ${{inputs.train}} --model ${{outputs.model}} --lr ${{inputs.lr}} --depth ${{inputs.depth}} --kind ${{inputs.kind}}',
      inputs: { lr: { type: 'number' }, depth: { type: 'integer' }, kind: { type: 'string' } },
    });
    expect(jobsOf(stack, pipeline).tune).toMatchObject({
      type: 'sweep', trial: { componentId: expect.stringContaining('azapi_resource.Pipeline_Tune_Component') }, objective: { goal: 'maximize', primary_metric: 'auc' },
      search_space: { depth: { type: 'quniform', min_value: 1, max_value: 4, q: 1 }, kind: { type: 'choice', values: ['a', 'b'] } },
      sampling_algorithm: { type: 'random', seed: 3 }, early_termination: { policy_type: 'Bandit', slack_factor: 0.1, delay_evaluation: 5, evaluation_interval: 1 },
      limits: { max_total_trials: 20, max_concurrent_trials: 4, timeout: 14_400, trial_timeout: 7200 },
    });
  });

  test('takes the exponents of a logarithmic range, as Azure ML wants them', () => {
    const { _search: search } = Range.continuous(0.001, 1, RangeScale.LOGARITHMIC);
    expect(search).toEqual({ type: 'loguniform', min_value: Math.log(0.001), max_value: 0 });
    expect(Math.exp(search.min_value as number)).toBeCloseTo(0.001);
  });

  test('is a tuning to the rules, and gives the model of the best trial', () => {
    const { stack, pipeline, clean } = trained();
    const sweep = pipeline.addSweep('Tune', { environment, code, inputs: [clean.output('train')], objective, ranges });
    expect(DataFlow.of(stack).node(sweep.node.path)?.detail).toBe('Tuning');
    expect(sweep.model.uri).toBe('${{parent.jobs.tune.outputs.model}}');
  });

  const wrong: [string, object, RegExp][] = [
    ['nothing to try', { ranges: {} }, /tries nothing: give a Range for at least one input/],
    ['a range that is none', { ranges: { lr: [0, 1] } }, /the range of 'lr' is a list: give one such as Range\.continuous/],
    ['an input that is given as well', { parameters: { lr: '1' } }, /tries values of 'lr', which is given as well/],
    ['a command that does not use what it tries', { command: 'python main.py ${{inputs.depth}} ${{inputs.kind}}' }, /tries values of 'lr', and its command does not name it/],
    ['more at a time than in all', { maxTrials: 2, maxParallelTrials: 3 }, /maxParallelTrials of 3 is not possible: use 1 to 2, the trials in all/],
    ['no trials', { maxTrials: 0 }, /maxTrials of 0 is not possible: use 1 to 1000/],
    ['a trial longer than all together', { trialTimeout: Duration.hours(7) }, /a trial may take PT7H and all together PT6H/],
    ['every combination of numbers', { strategy: SamplingStrategy.GRID }, /tries every combination, which only categorical ranges have/],
    ['Bayes on a logarithmic range', { strategy: SamplingStrategy.BAYESIAN }, /samples by Bayes, which takes no logarithmic range/],
    ['Bayes with early termination', { strategy: SamplingStrategy.BAYESIAN, ranges: { lr: Range.continuous(0, 1) }, earlyTermination: EarlyTermination.median() }, /samples by Bayes, which takes no early termination/],
    ['a seed without chance', { strategy: SamplingStrategy.BAYESIAN, ranges: { lr: Range.continuous(0, 1) }, randomSeed: 1 }, /has a seed, which only random sampling takes/],
    ['no objective', { objective: 'auc' }, /objective is 'auc': give an Objective/],
  ];

  test.each(wrong)('fails with %s', (_title, props, message) => {
    const { pipeline, clean } = trained();
    expect(() => pipeline.addSweep('Tune', { environment, code, inputs: [clean.output('train')], objective, ranges, ...props } as never)).toThrow(message);
  });

  test('fails with ranges and policies that are empty', () => {
    expect(() => Range.continuous(1, 1)).toThrow(/a range from 1 to 1 is empty/);
    expect(() => Range.continuous(0, 1, RangeScale.LOGARITHMIC)).toThrow(/a logarithmic range cannot begin at 0/);
    expect(() => Range.integer(0.5, 2)).toThrow(/0\.5 is no whole number/);
    expect(() => Range.categorical('a')).toThrow(/leaves nothing to try/);
    expect(() => EarlyTermination.bandit(0)).toThrow(/a slack factor of 0 is not possible/);
    expect(() => EarlyTermination.truncation(100)).toThrow(/a truncation of 100 percent/);
    expect(() => EarlyTermination.median(-1)).toThrow(/a delay of -1 reports/);
    expect(() => Objective.maximize('')).toThrow(/metric name '' is not usable/);
  });
});

describe('a parallel step', () => {
  test('puts a program to batches, and is a transform where it reads a model', () => {
    const { stack, pipeline, clean, train } = trained();
    const score = pipeline.addParallel('Score', { environment, code: Code.inImage('score.py'), batches: clean.output('test'), inputs: [train.model], nodes: 4, batchSize: '10mb', retries: 1, batchTimeout: Duration.minutes(2) });
    expect(specOf(stack, 'Score')).toMatchObject({
      type: 'parallel', input_data: '${{inputs.test}}', mini_batch_size: '10mb', error_threshold: 0, retry_settings: { max_retries: 1, timeout: 120 }, resources: { instance_count: 4 },
      task: { type: 'run_function', entry_script: 'score.py', program_arguments: '--model ${{inputs.model}}', append_row_to: '${{outputs.output}}' }, outputs: { output: { type: 'uri_file' } },
    });
    expect(DataFlow.of(stack).node(score.node.path)?.detail).toBe('Transform');
    expect(jobsOf(stack, pipeline).score.inputs).toMatchObject({ model: { value: '${{parent.jobs.train.outputs.model}}' } });
  });

  test.each([
    ['no code', { code: undefined }, /code is missing/],
    ['no batches', { batches: undefined }, /batches is missing/],
    ['two outputs', { outputs: Output.named('a', 'b') }, /has 2 outputs, and what the program returns goes to one/],
    ['batches of nothing', { batchSize: '0' }, /has batches of '0': give a number of files such as '10', or a size such as '10mb'/],
    ['less than no retries', { retries: -1 }, /has retries of -1: give a whole number from 0/],
  ] as [string, object, RegExp][])('fails with %s', (_title, props, message) => {
    const { pipeline, clean } = trained();
    expect(() => pipeline.addParallel('Score', { environment, code: Code.inImage('score.py'), batches: clean.output('test'), ...props } as never)).toThrow(message);
  });
});

describe('a Spark step', () => {
  const program = () => Code.fromFolder(codeFolder());

  test('reads and writes data directly, as its own identity', () => {
    const { stack, pipeline, raw } = scene();
    pipeline.addSpark('Join', { code: program(), inputs: [raw.input('admissions/')], resources: { executors: 4, memoryGb: 16 }, settings: { 'spark.sql.shuffle.partitions': '64' } });
    expect(jobsOf(stack, pipeline).join).toMatchObject({
      type: 'spark', identity: { identity_type: 'Managed' }, resources: { instance_type: 'standard_e4s_v3', runtime_version: '3.4' }, entry: { file: 'main.py', spark_job_entry_type: 'SparkJobPythonEntry' },
      conf: { 'spark.executor.instances': 4, 'spark.executor.memory': '16g', 'spark.sql.shuffle.partitions': '64' }, inputs: { admissions: { mode: 'Direct' } }, outputs: { output: { mode: 'Direct' } },
      args: '--admissions ${{inputs.admissions}} --output ${{outputs.output}}',
    });
    expect(specOf(stack, 'Join')).toMatchObject({ type: 'spark', code: expect.stringMatching(/^azureml:\$\{azapi_resource\..*\.id\}$/), entry: { file: 'main.py' }, inputs: { admissions: { mode: 'direct' } } });
  });

  test.each([
    ['code of an image', { code }, /takes its code from an image, which Spark has none of/],
    ['a size that Spark does not have', { resources: { size: 'Standard_D4s_v5' } }, /runs on nodes of size 'Standard_D4s_v5': serverless Spark takes standard_e4s_v3/],
    ['no executors', { resources: { executors: 0 } }, /has executors of 0: give a whole number from 1/],
    ['a version that is none', { resources: { sparkVersion: 'latest' } }, /runs Spark 'latest': give a version such as '3\.4'/],
  ] as [string, object, RegExp][])('fails with %s', (_title, props, message) => {
    const { pipeline, raw } = scene();
    expect(() => pipeline.addSpark('Join', { code: program(), inputs: [raw.input()], ...props } as never)).toThrow(message);
  });
});

describe('an AutoML step', () => {
  test('learns from a table of a step, explains its model and gives it', () => {
    const { stack, pipeline, clean } = trained();
    const table = pipeline.addCommand('Table', { environment, code, inputs: [clean.output('train')], outputs: Output.table('table') });
    const auto = pipeline.addAutoML('Auto', { task: AutoMLTask.CLASSIFICATION, training: table.output(), target: 'readmitted' });
    pipeline.addRegistration('Register', { training: auto, modelName: 'auto' });
    expect(jobsOf(stack, pipeline).auto).toMatchObject({
      type: 'automl', task: 'classification', primary_metric: 'auc_weighted', target_column_name: 'readmitted', training_data: '${{parent.jobs.table.outputs.table}}',
      limits: { max_trials: 20, max_concurrent_trials: 2, timeout_minutes: 360, enable_early_termination: true }, training: { enable_model_explainability: true },
      identity: { type: 'managed_identity' }, outputs: { best_model: { job_output_type: 'mlflow_model', name: 'auto' } },
    });
    expect(DataFlow.of(stack).node(auto.node.path)?.detail).toBe('AutoML');
  });

  test('learns from a store, as a table', () => {
    const { stack, pipeline, raw } = scene();
    pipeline.addAutoML('Auto', { task: AutoMLTask.REGRESSION, training: raw.input('table/'), validation: raw.input('validation/'), target: 'days', metric: 'r2_score' });
    expect(jobsOf(stack, pipeline).auto).toMatchObject({ primary_metric: 'r2_score', training_data: '${{parent.inputs.table}}', validation_data: '${{parent.inputs.validation}}' });
    expect(specOf(stack, pipeline.pipelineName).inputs).toEqual({ table: { type: 'mltable' }, validation: { type: 'mltable' } });
  });

  test.each([
    ['a folder that is no table', {}, /learns from output 'train', which is no table: declare it with Output\.table\('train'\)/],
    ['a metric of another task', { metric: 'r2_scor' }, /is after 'r2_scor': a classification takes auc_weighted/],
    ['a task that is none', { task: 'clustering' }, /is for task 'clustering': give AutoMLTask\.CLASSIFICATION/],
    ['no target', { target: '' }, /target is '': give the column that is to be predicted/],
    ['too many trials', { maxTrials: 1001 }, /maxTrials of 1001 is not possible/],
  ] as [string, object, RegExp][])('fails with %s', (_title, props, message) => {
    const { pipeline, clean } = trained();
    expect(() => pipeline.addAutoML('Auto', { task: AutoMLTask.CLASSIFICATION, training: clean.output('train'), target: 'y', ...props } as never)).toThrow(message);
  });
});

describe('a data transfer', () => {
  test('copies by a data factory, which may read and write what it copies and is not told to write over', () => {
    const { stack, workspace, pipeline, raw } = scene();
    const dataFactory = new AttachedDataFactory(stack, 'Factory', { workspace, dataFactoryId: '/subscriptions/1/resourceGroups/a/providers/Microsoft.DataFactory/factories/b', identity: workspace.identity });
    pipeline.addDataTransfer('Copy', { inputs: [raw.input('admissions/')], output: Output.of('copy'), dataFactory });
    expect(jobsOf(stack, pipeline).copy).toMatchObject({ type: 'data_transfer', task: 'copy_data', data_copy_mode: 'fail_if_conflict', computeId: expect.stringContaining('Factory') });
    expect(azapiOf(stack, 'computes')[0].body).toMatchObject({ properties: { computeType: 'DataFactory', disableLocalAuth: true } });
    expect(resourcesOf(stack, 'azurerm_role_assignment').filter(({ principal_id: who }) => who === workspace.identity.principalId).map(({ role_definition_name: role }) => role).sort())
      .toEqual(['Storage Blob Data Contributor', 'Storage Blob Data Reader']);
  });

  test('fails with nothing to copy, and without a data factory', () => {
    const { stack, workspace, pipeline, raw } = scene();
    const dataFactory = new AttachedDataFactory(stack, 'Factory', { workspace, dataFactoryId: '/x', identity: workspace.identity });
    expect(() => pipeline.addDataTransfer('Copy', { inputs: [], dataFactory })).toThrow(/copies nothing: give at least one input/);
    expect(() => pipeline.addDataTransfer('Other', { inputs: [raw.input()] } as never)).toThrow(/dataFactory is missing: give an AttachedDataFactory/);
    expect(() => new AttachedDataFactory(stack, 'Third', { workspace, dataFactoryId: '', identity: workspace.identity })).toThrow(/dataFactoryId is ''/);
  });
});

describeWithArmTypes('bodies of steps', () => {
  test('fit the types of Azure Resource Manager', () => {
    const { stack, workspace, pipeline, clean, train, raw } = trained();
    const gpu = new ComputeCluster(stack, 'Gpu', { workspace, size: 'Standard_NC24ads_A100_v4' });
    const dataFactory = new AttachedDataFactory(stack, 'Factory', { workspace, dataFactoryId: '/x', identity: workspace.identity });
    pipeline.addSweep('Tune', { environment, code: Code.fromFolder(codeFolder()), inputs: [clean.output('train')], objective, ranges, compute: gpu });
    pipeline.addParallel('Score', { environment, code: Code.inImage('score.py'), batches: clean.output('test'), inputs: [train.model] });
    pipeline.addSpark('Join', { code: Code.fromFolder(codeFolder({ 'main.py': '2' })), inputs: [raw.input()] });
    pipeline.addDataTransfer('Copy', { inputs: [raw.input()], dataFactory });
    const bodies = (resourcesOf(stack, 'azapi_resource') as unknown as AzapiJson[]).filter(({ type }) => type.startsWith('Microsoft.MachineLearningServices/'));
    expect(new Set(bodies.map(({ type }) => type.split('@')[0].split('/').slice(2).join('/')))).toEqual(new Set(['codes/versions', 'components/versions', 'computes', 'datastores', 'environments/versions']));
    expect(bodies.flatMap((body) => armProblems(body))).toEqual([]);
  });
});
