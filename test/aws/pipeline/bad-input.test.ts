import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { CfnParameter, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  ClarifyCheck, Code, Condition, ContainerImage, Distribution, FailStep, Instances, MLPipeline, ModelPackageGroup, Objective, Output, ParameterType, PipelineStep, PrebuiltImage, ProblemType, QualityCheck, Range, RangeScale,
  RetryOn, RetryPolicy, SparkApplication, Spot, TuningStrategy,
} from '../../../lib/aws/pipeline';
import { DataInput } from '../../../lib/aws/storage';
import { Purpose } from '../../../lib/policy';
import { code, ground, Ground } from './fixture';

const EMPTY = fs.mkdtempSync(path.join(os.tmpdir(), 'empty-'));
afterAll(() => fs.rmSync(EMPTY, { recursive: true }));

const processing = ({ pipeline, image }: Ground, id: string, more: object = {}) => pipeline.addProcessing(id, { image, code, ...more });
const training = ({ pipeline, image, raw }: Ground, more: object = {}) => pipeline.addTraining('Train', { image, code, inputs: [raw.input()], ...more });
const tuning = ({ pipeline, image, raw }: Ground, more: object = {}) => pipeline.addTuning('Tune', {
  image, code, inputs: [raw.input()], objective: Objective.maximize('auc'), ranges: { c: Range.continuous(0, 1) }, ...more,
});

describe('fails at construction', () => {
  const cases: [string, (base: Ground) => unknown, RegExp][] = [
    ['a step named twice', (base) => [processing(base, 'A'), processing(base, 'B', { stepName: 'A' })], /Pipeline\/B: step name 'A' is taken by Stack\/Pipeline\/A: give another/],
    ['a name of 65 characters', (base) => processing(base, 'a'.repeat(65)), /step name 'a{65}' is not usable: give 1 to 64/],
    ['a name with a blank', (base) => processing(base, 'A', { stepName: 'a b' }), /Pipeline\/A: step name 'a b' is not usable/],
    ['an empty name', (base) => processing(base, 'A', { stepName: '' }), /step name '' is not usable/],
    ['an id twice', (base) => [processing(base, 'A'), processing(base, 'A')], /^Stack\/Pipeline\/A: the id 'A' is taken by another step/],
    ['an id twice, with a slash', (base) => [processing(base, 'A/B', { stepName: 'X' }), processing(base, 'A/B', { stepName: 'Y' })], /the id 'A\/B' is taken/],
    ['an id that is a token', (base) => processing(base, Lazy.string({ produce: () => 'x' })), /^Stack\/Pipeline: the id of a step is a token/],
    ['no id', (base) => processing(base, undefined as never), /^Stack\/Pipeline: a step has the id undefined: give it a name/],
    ...['Resource', 'Role', 'Failure', 'Models', 'Definition'].map((id): [string, (base: Ground) => unknown, RegExp] =>
      [`the id ${id}`, (base) => processing(base, id), new RegExp(`^Stack/Pipeline/${id}: the pipeline itself has something with the id '${id}': give the step another id`)]),
    ['a trigger with the id of a step', (base) => [processing(base, 'A'), base.pipeline.runOnNewData('A', base.raw)], /^Stack\/Pipeline\/A: the id 'A' is taken by another step or trigger/],
    ['a step without props', (base) => base.pipeline.addProcessing('Q', undefined as never), /^Stack\/Pipeline\/Q: its props are undefined: give an object with image/],
    ['an image as text', (base) => processing(base, 'Q', { image: 'python:3.12' }), /^Stack\/Pipeline\/Q: image is 'python:3.12': give a ContainerImage/],
    ['a registration of nothing', (base) => base.pipeline.addRegistration('Q', {} as never), /^Stack\/Pipeline\/Q: training is missing: give the step of addTraining/],
    ['an input that is undefined', (base) => processing(base, 'Q', { inputs: [undefined] }), /^Stack\/Pipeline\/Q: inputs\[0\] is undefined: give a DataInput/],
    ['a hole in the inputs', (base) => processing(base, 'Q', { inputs: new Array(1) }), /inputs\[0\] is undefined/],
    ['a store as input', (base) => processing(base, 'Q', { inputs: [base.raw] }), /^Stack\/Pipeline\/Q: inputs\[0\] is an object: give a DataInput: input\(\) of a store/],
    ['an input that is no list', (base) => processing(base, 'Q', { inputs: base.raw.input() }), /inputs is an object: give a list, each a DataInput/],
    ['training without a list of inputs', (base) => training(base, { inputs: undefined }), /has no inputs/],
    ['a pipeline without a workspace', ({ stack }) => new MLPipeline(stack, 'P', {} as never), /^Stack\/P: workspace is missing: give a Workspace/],
    ['two pipelines of one name', ({ stack, workspace }) => new MLPipeline(stack, 'Other', { workspace, pipelineName: 'Readmission' }), /^Stack\/Other: pipelineName 'Readmission' is taken by Stack\/Pipeline in the same account and region/],
    ['a property of nothing', (base) => processing(base, 'A').propertyAsNumber('Nonsense.Foo'), /^Stack\/Pipeline\/A: 'Nonsense.Foo' is no property of a Processing step: take one such as /],
    ['a property spelled wrong', (base) => training(base).property('ModelArtefacts.S3ModelArtifacts'), /no property of a Training step: take one such as ModelArtifacts/],
    ['a property of a fail step', (base) => base.pipeline.addFail('F', { message: 'x' }).property('X'), /it has none/],
    ['an empty property', (base) => processing(base, 'A').property(''), /the path of the property is ''/],
    ['a metric where none is declared', (base) => training(base).metric('auc'), /^Stack\/Pipeline\/Train: declares no metrics, so not 'auc': give metrics/],
    ['retries for a minute and a half', () => RetryPolicy.transient({ expireAfter: Duration.seconds(90) }), /^expireAfter of .* is not possible: give whole minutes, such as Duration.minutes\(2\)/],
    ['retries for no time', () => RetryPolicy.transient({ expireAfter: Duration.minutes(0) }), /expireAfter of no time/],
    ['a fraction of a second of runtime', (base) => processing(base, 'A', { maxRuntime: Duration.millis(1500) }), /^Stack\/Pipeline\/A: maxRuntime of .* is not possible: give whole seconds/],
    ['a model retried after errors of jobs', (base) => {
      base.pipeline.addRegistration('R', { training: training(base), retries: [RetryPolicy.on([RetryOn.CAPACITY_ERROR])] });
      return base.pipeline._renderDefinition();
    }, /^Stack\/Pipeline\/R: is retried after errors of SageMaker jobs only, which a RegisterModel step does not have/],
    ['an illegal pipeline name', () => ground({ pipelineName: 'a_b' }), /pipelineName 'a_b' is not usable/],
    ['a pipeline name that is a token', () => ground({ pipelineName: Lazy.string({ produce: () => 'x' }) }), /pipelineName is not known at synth/],
    ['no parallel steps', () => ground({ maxParallelSteps: 0 }), /maxParallelSteps of 0 is not possible/],
    ['an illegal experiment', () => ground({ experiment: 'x y' }), /experiment 'x y' is not usable/],
    ['a missing folder', () => Code.fromAsset('/nowhere/at/all'), /code folder '\/nowhere\/at\/all' does not exist/],
    ['an empty folder', () => Code.fromAsset(EMPTY), /is empty: put main.py/],
    ['a program that is not there', (base) => [base, Code.fromAsset(__dirname)], /has no 'main.py': it holds .*name the file to run/],
    ['an instance type that is none', () => Instances.of('ml.m5.huge'), /unknown instance type 'ml.m5.huge'/],
    ['an instance type for something else', (base) => processing(base, 'A', { instances: Instances.of('ml.trn1.2xlarge') }), /cannot run on 'ml.trn1.2xlarge'/],
    ['an unknown output', (base) => processing(base, 'A').output('model'), /Pipeline\/A: has no output 'model': it has 'output'/],
    ['which of several outputs', (base) => processing(base, 'A', { outputs: Output.named('x', 'y') }).output(), /has the outputs 'x', 'y': name one of them/],
    ['an output twice', (base) => processing(base, 'A', { outputs: Output.named('x', 'x') }), /two outputs are called 'x'/],
    ['no outputs', (base) => processing(base, 'A', { outputs: [] }), /has no outputs/],
    ['an illegal output', () => Output.of('a/b'), /output name 'a\/b' is not usable/],
    ['an output elsewhere', () => Output.of('a').at('/tmp/x'), /SageMaker collects outputs below \/opt\/ml\/processing\/ only/],
    ['a condition on an output that is no property file', (base) => processing(base, 'A').jsonGet('output', 'a.b'), /output 'output' has no property file: declare it with Output.propertyFile/],
    ['a condition on an output that does not exist', (base) => processing(base, 'A').jsonGet('report', 'a.b'), /Pipeline\/A: has no output 'report'/],
    ['an empty path into a property file', (base) => processing(base, 'A', { outputs: [Output.propertyFile('r', 'r.json')] }).jsonGet('r', ''), /the path into property file 'r' is empty/],
    ['an input twice', (base) => processing(base, 'A', { inputs: [base.raw.input('x/'), base.raw.input('y/x/')] }), /two inputs are called 'x': rename one with as\(\)/],
    ['an input called code, beside code', (base) => processing(base, 'A', { inputs: [base.raw.input().as('code')] }), /two inputs are called 'code'/],
    ['a runtime of 8 days of processing', (base) => processing(base, 'A', { maxRuntime: Duration.days(8) }), /maxRuntime of 691200 seconds is not possible: use 1 second to 7 days/],
    ['a weakening without a reason', (base) => processing(base, 'A', { withoutNetworkIsolation: 'because' }), /withoutNetworkIsolation gives no reason/],
    ['an empty entrypoint', (base) => processing(base, 'A', { entrypoint: [] }), /entrypoint is empty/],
    ['a notebook as processing', (base) => processing(base, 'A', { code: undefined, image: base.image }) && base.pipeline.addNotebookJob('N', { image: base.image, code }), /the program 'main.py' is no notebook/],
    ['training without inputs', (base) => training(base, { inputs: [] }), /has no inputs/],
    ['a metric that is none', (base) => training(base, { metrics: { auc: 'x' } }).metric('f1'), /has no metric 'f1': it has auc/],
    ['instances kept too long', (base) => training(base, { keepAlive: Duration.hours(2) }), /keepAlive of 7200 seconds is too long/],
    ['instances kept on spot', (base) => training(base, { keepAlive: Duration.minutes(5), spot: Spot.withCheckpoints() }), /keepAlive does not go with spot/],
    ['a runtime on spot that only the deployment knows', (base) => training(base, { spot: Spot.withCheckpoints(), maxRuntime: Duration.seconds(new CfnParameter(base.stack, 'N', { type: 'Number' }).valueAsNumber) }), /^Stack\/Pipeline\/Train: takes spot capacity.*write both out/],
    ['a model beyond a number that only the deployment knows', (base) => tuning(base, { maxTrainings: new CfnParameter(base.stack, 'N', { type: 'Number' }).valueAsNumber }).topModel(50), /rank 50 is not possible: use 0 to 49/],
    ['a relative checkpoint path', () => Spot.withCheckpoints({ localPath: 'x' }), /checkpoint path 'x' is not usable/],
    ['a distribution without code', (base) => training(base, { code: undefined, distribution: Distribution.torchrun() }), /has a distribution and no code/],
    ['workers on one instance', (base) => training(base, { distribution: Distribution.tensorflow() }), /needs at least 2 instances and has 1/],
    ['degrees that do not fit', (base) => training(base, {
      instances: Instances.of('ml.p4d.24xlarge', { count: 2 }), distribution: Distribution.modelParallel({ processesPerInstance: 8, tensorParallelDegree: 3 }),
    }), /multiply to 3, which does not divide the 16 processes/],
    ['a context wider than its shard', () => Distribution.modelParallel({ processesPerInstance: 8, hybridShardDegree: 2, contextParallelDegree: 4 }), /contextParallelDegree 4 is more than hybridShardDegree 2/],
    ['half a process', () => Distribution.mpi({ processesPerInstance: 0.5 }), /processesPerInstance of 0.5 is not possible/],
    ['a range the wrong way round', () => Range.continuous(2, 1), /a range from 2 to 1 is empty/],
    ['a logarithmic range from 0', () => Range.continuous(0, 1, RangeScale.LOGARITHMIC), /a logarithmic range cannot begin at 0/],
    ['a range of halves', () => Range.integer(0.5, 2), /0.5 is no whole number/],
    ['one category', () => Range.categorical('a'), /leaves nothing to tune/],
    ['no ranges', (base) => tuning(base, { ranges: {} }), /has no ranges/],
    ['fixed and tuned', (base) => tuning(base, { hyperparameters: { c: '1' } }), /hyperparameter 'c' is fixed and tuned/],
    ['more parallel than all', (base) => tuning(base, { maxTrainings: 2, maxParallelTrainings: 3 }), /maxParallelTrainings 3 is more than maxTrainings 2/],
    ['an objective that is no metric', (base) => tuning(base, { metrics: { f1: 'x' } }), /the objective 'auc' is none of the metrics: they are f1/],
    ['a grid of numbers', (base) => tuning(base, { strategy: TuningStrategy.GRID }), /the grid strategy takes categorical ranges only/],
    ['a model beyond the trainings', (base) => tuning(base, { maxTrainings: 2 }).topModel(2), /rank 2 is not possible: use 0 to 1/],
    ['no conditions', (base) => base.pipeline.addCondition('C', { conditions: [], ifTrue: [processing(base, 'A')] }), /has no conditions/],
    ['no branches', (base) => base.pipeline.addCondition('C', { conditions: [Condition.equalTo('a', 'b')] }), /has no branches/],
    ['a comparison with no number', () => Condition.greaterThan(NaN, 1), /compares NaN, which is no finite number/],
    ['one of nothing', () => Condition.isIn('a', []), /has no values/],
    ['any of one', () => Condition.anyOf(Condition.equalTo('a', 'b')), /give at least two/],
    ['an empty message', (base) => base.pipeline.addFail('F', { message: '' }), /the message has 0 characters/],
    ['a parameter twice', ({ pipeline }) => [pipeline.addString('P'), pipeline.addFloat('P')], /parameter 'P' is declared twice/],
    ['an illegal parameter', ({ pipeline }) => pipeline.addString('a b'), /parameter name 'a b' is not usable/],
    ['half an integer', ({ pipeline }) => pipeline.addInteger('P', 0.5), /is no whole number/],
    ['a default that is not allowed', ({ pipeline }) => pipeline.addString('P', { defaultValue: 'x', allowedValues: ['y'] }), /'x' of parameter 'P' is not one of y/],
    ['text as a number', ({ pipeline }) => pipeline.addString('P').valueAsNumber, /parameter 'P' holds a string, not a number/],
    ['no retries', () => RetryPolicy.transient({ maxAttempts: 0 }), /maxAttempts of 0 is not possible/],
    ['retries of nothing', () => RetryPolicy.on([]), /names no error/],
    ['a bias check without groups', () => ClarifyCheck.dataBias({ label: 'y', positiveLabels: ['1'], facets: [] }), /has no facets/],
    ['a token in a Clarify configuration', (base) => base.pipeline.addClarifyCheck('C', {
      check: ClarifyCheck.dataBias({ label: base.pipeline.addString('L').valueAsString, positiveLabels: ['1'], facets: [{ name: 'sex' }] }), dataset: base.raw.input(),
    }), /can hold neither pipeline variables nor other tokens/],
    ['a text that decides whether to check', (base) => base.pipeline.addQualityCheck('Q', { check: QualityCheck.data(), dataset: base.raw.input(), skipCheckParameter: base.pipeline.addString('S') }), /declare it with addBoolean/],
    ['a model quality without answers', () => QualityCheck.model({ problemType: ProblemType.REGRESSION, groundTruth: 'y' }), /has no inference column/],
    ['an answer that is not given', (base) => base.pipeline.addLambda('L', { handler: handler(base), answers: { a: ParameterType.STRING } }).answer('b'), /gives no answer 'b': it gives a/],
    ['a text answer as a number', (base) => base.pipeline.addLambda('L', { handler: handler(base), answers: { a: ParameterType.STRING } }).answerAsNumber('a'), /answer 'a' is a string, not a number/],
    ['a cluster that is none', (base) => base.pipeline.addEmr('E', { clusterId: 'mine' }), /clusterId 'mine' is none/],
    ['Spark without a workspace', ({ stack }) => new SparkApplication(stack, 'S', {} as never), /^Stack\/S: workspace is missing: give a Workspace/],
    ['Spark on one CPU', ({ stack, workspace }) => new SparkApplication(stack, 'S', { workspace, maxVcpus: 1 }), /maxVcpus of 1 is not possible/],
    ['AutoML with half an objective', (base) => base.pipeline.addAutoML('M', { input: base.raw.input(), target: 'y', objective: 'AUC' }), /problemType and objective go together/],
    ['sharing with a name', ({ stack }) => new ModelPackageGroup(stack, 'G', { sharedWith: ['*'] }), /'\*' is no account/],
    ['an illegal group', ({ stack }) => new ModelPackageGroup(stack, 'G', { groupName: 'a_b' }), /groupName 'a_b' is not usable/],
    ['an ARN of something else', ({ stack }) => ModelPackageGroup.fromAttributes(stack, 'G', { modelPackageGroupArn: 'arn:aws:s3:::x' }), /is no ARN of a model package group/],
  ];

  test.each(cases)('%s', (_, act, message) => {
    expect(() => act(ground())).toThrow(message);
  });
});

describe('fails at synth, and names the construct', () => {
  const cases: [string, (base: Ground) => unknown, RegExp][] = [
    ['an empty pipeline', () => undefined, /Stack\/Pipeline: the pipeline has no steps/],
    ['an input that no step or store provides', (base) => processing(base, 'A', {
      inputs: [DataInput.of({ uri: 's3://x/y/', name: 'y', sourceId: 'Stack/Nothing', reader: { grantReadTo: () => undefined } })],
    }), /Stack\/Pipeline\/A: reads from 'Stack\/Nothing', which is no store and no step of this app/],
    ['a cycle', (base) => {
      const a = processing(base, 'A');
      const b = processing(base, 'B', { inputs: [a.output()] });
      a.addDependency(b);
    }, /Stack\/Pipeline\/A: waits for itself \(A → B → A\)/],
    ['a step that waits for itself', (base) => {
      const a = processing(base, 'A');
      a.addDependency(a);
    }, /Stack\/Pipeline\/A: waits for itself \(A → A\)/],
    ['a step of another pipeline as dependency', (base) => {
      const other = new MLPipeline(base.stack, 'Other', { workspace: base.workspace });
      processing(base, 'A', { dependsOn: [new FailStep(other, 'F', { message: 'x' })] });
    }, /Stack\/Pipeline\/A: depends on 'Stack\/Other\/F', a step of another pipeline/],
    ['the output of another pipeline', (base) => {
      const other = new MLPipeline(base.stack, 'Other', { workspace: base.workspace });
      processing(base, 'A', { inputs: [other.addProcessing('P', { image: base.image, code }).output()] });
    }, /Stack\/Pipeline\/A: reads the output of 'Stack\/Other\/P', a step of another pipeline/],
    ['a parameter of another pipeline', (base) => {
      const other = new MLPipeline(base.stack, 'Other', { workspace: base.workspace });
      other.addFail('F', { message: 'x' });
      processing(base, 'A', { arguments: [`--x=${other.addString('P').valueAsString}`] });
    }, /Stack\/Pipeline\/A: uses a value of 'Stack\/Other', which is not part of this pipeline/],
    ['a branch of another pipeline', (base) => {
      const other = new MLPipeline(base.stack, 'Other', { workspace: base.workspace });
      base.pipeline.addCondition('C', { conditions: [Condition.equalTo('a', 'b')], ifTrue: [other.addFail('F', { message: 'x' })] });
    }, /Stack\/Pipeline\/C: branches to 'Stack\/Other\/F', a step of another pipeline/],
    ['a step in two branches', (base) => {
      const a = processing(base, 'A');
      base.pipeline.addCondition('C', { conditions: [Condition.equalTo('a', 'b')], ifTrue: [a] });
      base.pipeline.addCondition('D', { conditions: [Condition.equalTo('a', 'b')], ifFalse: [a] });
    }, /Stack\/Pipeline\/A: stands in the branches of 'C' and of 'D'/],
    ['a step that uses what runs in a branch only', (base) => {
      const a = processing(base, 'A');
      base.pipeline.addCondition('C', { conditions: [Condition.equalTo('a', 'b')], ifTrue: [a] });
      processing(base, 'B', { inputs: [a.output()] });
    }, /Stack\/Pipeline\/B: uses 'A', which runs only in a branch of 'C'/],
    ['data collected for another purpose', (base) => {
      const other = new MLPipeline(base.stack, 'Billing', { workspace: base.workspace, purpose: Purpose.of('billing') });
      base.pipeline.addFail('F', { message: 'x' });
      other.addProcessing('A', { image: base.image, code, inputs: [base.raw.input()] });
    }, /Stack\/Billing\/A: reads from 'Stack\/Workspace\/Raw', whose data is for 'readmission-risk', in a pipeline for 'billing'/],
    ['a condition that waits for its own branch', (base) => {
      const a = processing(base, 'A', { outputs: [Output.propertyFile('r', 'r.json')] });
      base.pipeline.addCondition('C', { conditions: [Condition.greaterThan(a.jsonGet('r', 'x'), 1)], ifTrue: [a] });
    }, /waits for itself/],
    ['a trigger that gives an unknown parameter', (base) => {
      processing(base, 'A');
      base.pipeline.runOnNewData('New', base.raw, 'x/', { parameters: { Unknown: '1' } });
    }, /Stack\/Pipeline\/New: gives parameter 'Unknown', which the pipeline does not have: it has none/],
  ];

  test.each(cases)('%s', (_, act, message) => {
    const base = ground();
    act(base);
    expect(() => base.app.synth()).toThrow(message);
  });
});

function handler({ stack }: Ground): lambda.IFunction {
  return lambda.Function.fromFunctionArn(stack, 'Handler', 'arn:aws:lambda:eu-central-1:123456789012:function:notify');
}

test('what a step is called may hold underscores, and begin with a dash', () => {
  const base = ground();
  expect(processing(base, 'A', { stepName: 'clean_up' }).stepName).toBe('clean_up');
  expect(processing(base, '-b_').stepName).toBe('-b_');
});

test('a model is retried after errors of the service only', () => {
  const base = ground();
  base.pipeline.addRegistration('R', { training: training(base), retries: [RetryPolicy.transient()] });
  const [, step] = base.pipeline._renderDefinition().Steps as { RetryPolicies: { ExceptionType: string[] }[] }[];
  expect(step.RetryPolicies[0].ExceptionType).toEqual(['Step.SERVICE_FAULT', 'Step.THROTTLING']);
});

test('pipelines of one name stand in different regions, or in stacks that do not say where', () => {
  const { app, workspace } = ground();
  const one = new Stack(app, 'One');
  expect(() => [one, new Stack(app, 'Two')].map((stack) => new MLPipeline(stack, 'P', { workspace, pipelineName: 'readmission' }))).not.toThrow();
});

test('metrics of images that bring their own need no declaration', () => {
  const base = ground();
  expect(() => training(base, { code: undefined, image: ContainerImage.sagemaker(PrebuiltImage.XGBOOST, '1.7-1') }).metric('validation:auc')).not.toThrow();
});

test('a tuning warns where code needs a toolkit that the image may not have', () => {
  const base = ground();
  const warnings = (step: PipelineStep) => step.node.metadata.filter(({ data }) => String(data).includes('sagemaker-training')).length;
  expect(warnings(tuning(base))).toBe(1);
  expect(warnings(base.pipeline.addTuning('Prebuilt', {
    image: ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.2-1'), code, inputs: [base.raw.input()], objective: Objective.maximize('auc'), metrics: { auc: 'auc=(.*)' }, ranges: { c: Range.continuous(0, 1) },
  }))).toBe(0);
});
