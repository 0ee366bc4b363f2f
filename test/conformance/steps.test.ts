import { Duration, Size } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  ApprovalStatus, ClarifyCheck, Condition, ContainerImage, DatasetFormat, Distribution, ExecutionVariable, InputMode, Instances, MLPipeline, ModelPackageGroup,
  Objective, Output, ParameterType, PrebuiltImage, ProblemType, QualityCheck, Range, RangeScale, RetryOn, RetryPolicy, SparkApplication, SplitType, Spot,
  StepType, TuningStrategy,
} from '../../lib/aws/pipeline';
import { code, ground, Ground, notebookCode } from '../aws/pipeline/fixture';
import { describeWithPython } from '../support/python';
import { allDefinitionErrors, definitionErrors, requestErrors, ConformanceError } from './definition';

const retries = [
  RetryPolicy.transient({ maxAttempts: 3, interval: Duration.seconds(10), backoffRate: 1.5 }),
  RetryPolicy.on([RetryOn.CAPACITY_ERROR], { expireAfter: Duration.hours(2) }),
];
const described = { displayName: 'A step', description: 'What it is for' };
const common = { ...described, retries };
const withoutJob = { ...described, retries: retries.slice(0, 1) };
const check = {
  ...described, maxRuntime: Duration.hours(1), environment: { MODE: 'fast' }, cache: Duration.days(30), instances: Instances.of('ml.m5.xlarge'),
};
const job = {
  ...common, maxRuntime: Duration.hours(1), environment: { MODE: 'fast', RUN: ExecutionVariable.EXECUTION_ID }, cache: Duration.days(30),
  instances: Instances.of('ml.m5.2xlarge', { count: 2, volumeSize: Size.gibibytes(50) }),
};

/** A training, for the steps that need a model. */
function trained({ pipeline, image, raw }: Ground, id = 'Fit') {
  return pipeline.addTraining(id, { image, code, inputs: [raw.input('train/').as('train')] });
}

function model(on: Ground) {
  return on.pipeline.addModel('Model', { image: on.image, artifact: trained(on).model });
}

function handler({ stack }: Ground) {
  return new lambda.Function(stack, 'Function', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
}

/** Each adds the step to a pipeline; the name says the type and how much of it is used. */
const CASES: Record<string, (on: Ground) => unknown> = {
  'Processing, minimal': ({ pipeline, image }) => pipeline.addProcessing('Clean', { image }),
  'Processing, full': ({ pipeline, image, raw }) => {
    const first = pipeline.addString('Prefix', { defaultValue: 'admissions', allowedValues: ['admissions', 'discharges'] });
    pipeline.addProcessing('Clean', {
      ...job, image, code, stepName: 'Clean-all', entrypoint: ['python3', 'other.py'], arguments: ['--prefix', first.valueAsString, `run=${ExecutionVariable.EXECUTION_ID}`],
      inputs: [raw.input('a/'), raw.input('b/').as('second').mountedAt('/opt/ml/processing/second')],
      outputs: [Output.of('train').at('/opt/ml/processing/output/x'), Output.propertyFile('report', 'report.json')],
    });
  },
  'Processing on local disks and parameters': ({ pipeline, image }) => {
    pipeline.addProcessing('Local', { image, instances: Instances.of('ml.g5.xlarge') });
    const type = pipeline.addString('Type', { defaultValue: 'ml.m5.large' });
    const count = pipeline.addInteger('Count', 1);
    pipeline.addProcessing('Any', { image, instances: Instances.of(type.valueAsString, { count: count.valueAsNumber }) });
  },
  'Processing in Spark': ({ pipeline, raw }) => pipeline.addProcessing('Spark', {
    image: ContainerImage.sagemaker(PrebuiltImage.SPARK, '3.5'), inputs: [raw.input()], entrypoint: ['smspark-submit', '/opt/ml/processing/input/code/main.py'],
    instances: Instances.of('ml.m5.xlarge', { count: 3 }), withoutNetworkIsolation: 'Spark workers talk to each other',
  }),
  'Training, minimal': (on) => trained(on),
  'Training, full': ({ pipeline, image, raw }) => pipeline.addTraining('Train', {
    ...job, image, code, inputs: [raw.input('train/').as('train'), raw.input('validation/').as('validation')],
    inputMode: InputMode.FAST_FILE, contentType: 'text/csv', hyperparameters: { depth: '5', run: ExecutionVariable.EXECUTION_ID },
    metrics: { 'validation:auc': 'auc=([0-9\\.]+)' }, distribution: Distribution.torchrun({ processesPerInstance: 1 }), keepAlive: Duration.minutes(30),
  }),
  'Training on spot capacity': ({ pipeline, image, raw }) => pipeline.addTraining('Train', {
    image, inputs: [raw.input()], spot: Spot.withCheckpoints({ wait: Duration.hours(2) }),
  }),
  'Training with MPI': ({ pipeline, image, raw }) => pipeline.addTraining('Train', {
    image, code, inputs: [raw.input()], instances: Instances.of('ml.p3.16xlarge', { count: 2 }), distribution: Distribution.mpi({ processesPerInstance: 8 }),
  }),
  'Training with parameter servers': ({ pipeline, image, raw }) => pipeline.addTraining('Train', {
    image, code, inputs: [raw.input()], instances: Instances.of('ml.c5.xlarge', { count: 2 }), distribution: Distribution.tensorflow({ parameterServers: true }),
  }),
  'Training of parallel models': ({ pipeline, image, raw }) => pipeline.addTraining('Train', {
    image, code, inputs: [raw.input()], instances: Instances.of('ml.p4d.24xlarge', { count: 2 }),
    distribution: Distribution.modelParallel({ processesPerInstance: 8, tensorParallelDegree: 2 }),
  }),
  'Tuning, minimal': ({ pipeline, image, raw }) => pipeline.addTuning('Tune', {
    image, inputs: [raw.input()], objective: Objective.minimize('loss'), metrics: { loss: 'loss=(.*)' }, ranges: { depth: Range.integer(1, 9) },
  }),
  'Tuning, full': ({ pipeline, image, raw }) => {
    const tuning = pipeline.addTuning('Tune', {
      ...job, image, code, inputs: [raw.input()], objective: Objective.maximize('auc'), metrics: { auc: 'auc=(.*)' }, hyperparameters: { seed: '7' },
      ranges: { c: Range.continuous(0.01, 10, RangeScale.LOGARITHMIC), depth: Range.integer(1, 9, RangeScale.LINEAR), penalty: Range.categorical('l1', 'l2') },
      maxTrainings: 20, maxParallelTrainings: 4, maxTuningTime: Duration.hours(12), strategy: TuningStrategy.RANDOM, earlyStopping: true, randomSeed: 42,
      spot: Spot.withCheckpoints(),
    });
    pipeline.addProcessing('Best', { image, inputs: [tuning.bestModel(), tuning.topModel(1).as('second')] });
    pipeline.addCondition('Good', { conditions: [Condition.greaterThan(tuning.bestMetric(), 0.5)], ifFalse: [pipeline.addFail('Weak', { message: 'weak' })] });
  },
  'Model, minimal': (on) => on.pipeline.addModel('Model', { image: on.image, artifact: trained(on).model }),
  'Model, full': (on) => on.pipeline.addModel('Model', { ...withoutJob, image: on.image, artifact: trained(on).model, environment: { THREADS: '2' } }),
  'RegisterModel, minimal': (on) => on.pipeline.addRegistration('Register', { training: trained(on) }),
  'RegisterModel, full': (on) => {
    const report = on.pipeline.addProcessing('Evaluate', { image: on.image, outputs: [Output.propertyFile('evaluation', 'evaluation.json')] });
    const quality = on.pipeline.addQualityCheck('Quality', { dataset: on.raw.input(), check: QualityCheck.data(), skipCheck: true });
    on.pipeline.addRegistration('Register', {
      ...withoutJob, training: trained(on), image: ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2'), environment: { THREADS: '2' }, approval: ApprovalStatus.APPROVED,
      contentTypes: ['application/json'], responseTypes: ['application/json'], modelQuality: report.propertyFileUri('evaluation'), checks: [quality],
      metadata: { commit: 'abc', run: ExecutionVariable.EXECUTION_ID }, group: new ModelPackageGroup(on.stack, 'Group'),
    });
  },
  'Condition, every kind': ({ pipeline, image }) => {
    const report = pipeline.addProcessing('Evaluate', { image, outputs: [Output.propertyFile('evaluation', 'evaluation.json')] });
    const auc = report.jsonGet('evaluation', 'metrics.auc');
    const text = pipeline.addString('Kind', { defaultValue: 'a' });
    const force = pipeline.addBoolean('Force', false);
    const least = pipeline.addFloat('Least', 0.7);
    pipeline.addCondition('Choose', {
      displayName: 'Choose', description: 'What to do',
      conditions: [
        Condition.equalTo(text.valueAsString, 'a'), Condition.equalToNumber(auc, 1), Condition.isTrue(force.valueAsString), Condition.greaterThan(auc, least.valueAsNumber),
        Condition.greaterThanOrEqual(auc, 0.7), Condition.lessThan(auc, 2), Condition.lessThanOrEqual(auc, 1), Condition.isIn(text.valueAsString, ['a', 'b']),
        Condition.not(Condition.anyOf(Condition.equalTo(text.valueAsString, 'c'), Condition.isIn(report.jsonGetString('evaluation', 'kind'), ['d']))),
      ],
      ifTrue: [pipeline.addProcessing('More', { image })], ifFalse: [pipeline.addFail('No', { message: `auc of ${ExecutionVariable.PIPELINE_NAME} is too low` })],
    });
  },
  'Fail, minimal': ({ pipeline }) => pipeline.addFail('Fail', { message: 'no' }),
  'QualityCheck of data, minimal': ({ pipeline, raw }) => pipeline.addQualityCheck('Quality', { dataset: raw.input(), check: QualityCheck.data() }),
  'QualityCheck of a model, full': (on) => on.pipeline.addQualityCheck('Quality', {
    ...check, dataset: on.raw.input(), group: new ModelPackageGroup(on.stack, 'Group'),
    check: QualityCheck.model({ problemType: ProblemType.BINARY_CLASSIFICATION, groundTruth: 'died', probability: 'p', threshold: 0.4 }),
    skipCheckParameter: on.pipeline.addBoolean('Skip', true), registerNewBaseline: true, failOnViolation: false,
    suppliedConstraints: 's3://bucket/constraints.json', suppliedStatistics: 's3://bucket/statistics.json',
  }),
  'QualityCheck of regression in JSON lines': ({ pipeline, raw }) => pipeline.addQualityCheck('Quality', {
    dataset: raw.input(), check: QualityCheck.model({ problemType: ProblemType.REGRESSION, groundTruth: 'days', inference: 'p', format: DatasetFormat.JSON_LINES }),
  }),
  'ClarifyCheck of data, minimal': ({ pipeline, raw }) => pipeline.addClarifyCheck('Bias', {
    dataset: raw.input(), check: ClarifyCheck.dataBias({ label: 'died', positiveLabels: ['1'], facets: [{ name: 'sex' }] }),
  }),
  'ClarifyCheck of a model, full': (on) => on.pipeline.addClarifyCheck('Bias', {
    ...check, dataset: on.raw.input(), group: new ModelPackageGroup(on.stack, 'Group'),
    check: ClarifyCheck.modelBias({
      label: 'died', positiveLabels: ['1'], facets: [{ name: 'sex', values: ['1'] }], headers: ['died', 'sex'], datasetType: 'text/csv', model: model(on),
      instanceType: 'ml.m5.large', contentType: 'text/csv', accept: 'text/csv', probabilityThreshold: 0.4,
    }),
    skipCheck: true, registerNewBaselineParameter: on.pipeline.addBoolean('Renew', false), failOnViolation: false, suppliedConstraints: 's3://bucket/constraints.json',
  }),
  'ClarifyCheck that explains': (on) => {
    const explain = on.pipeline.addClarifyCheck('Explain', {
      dataset: on.raw.input(), check: ClarifyCheck.explainability({ label: 'died', model: model(on), samples: 100, keepLocalValues: true }),
    });
    on.pipeline.addRegistration('Register', { training: trained(on, 'Again'), checks: [explain] });
  },
  'Transform, minimal': (on) => on.pipeline.addTransform('Predict', { model: model(on), input: on.raw.input() }),
  'Transform, full': (on) => {
    const predict = on.pipeline.addTransform('Predict', {
      ...common, model: model(on), input: on.raw.input(), contentType: 'application/json', accept: 'application/json', split: SplitType.NONE, maxPayloadMb: 20,
      joinInput: true, store: on.workspace.outputs, instances: Instances.of('ml.m5.xlarge', { count: 2 }), cache: Duration.days(1),
    });
    on.pipeline.addProcessing('Read', { image: on.image, inputs: [predict.output()] });
  },
  'Lambda, minimal': (on) => on.pipeline.addLambda('Call', { handler: handler(on) }),
  'Lambda, full': (on) => {
    const call = on.pipeline.addLambda('Call', {
      displayName: 'Call', arguments: { run: ExecutionVariable.EXECUTION_ID, text: 'x' }, cache: Duration.days(1), handler: handler(on),
      answers: { text: ParameterType.STRING, count: ParameterType.INTEGER, share: ParameterType.FLOAT, ok: ParameterType.BOOLEAN },
    });
    on.pipeline.addFail('Fail', { message: `answered ${call.answer('text')}` });
  },
  'Lambda of another account': (on) => on.pipeline.addLambda('Call', {
    handler: lambda.Function.fromFunctionArn(on.stack, 'Function', 'arn:aws:lambda:eu-central-1:123456789012:function:call:live'),
  }),
  'Callback, minimal': (on) => on.pipeline.addCallback('Wait', { queue: new sqs.Queue(on.stack, 'Queue') }),
  'Callback, full': (on) => {
    const wait = on.pipeline.addCallback('Wait', {
      displayName: 'Wait', queue: new sqs.Queue(on.stack, 'Queue'), arguments: { run: ExecutionVariable.EXECUTION_ID }, answers: { verdict: ParameterType.STRING },
      cache: Duration.days(1),
    });
    on.pipeline.addCondition('Verdict', {
      conditions: [Condition.equalTo(wait.answer('verdict'), 'yes')], ifFalse: [on.pipeline.addFail('No', { message: 'no' })],
    });
  },
  'EMR, minimal': ({ pipeline }) => pipeline.addEmr('Emr', { clusterId: 'j-2AXXXXXXGAPLF' }),
  'EMR, full': ({ pipeline, raw }) => pipeline.addEmr('Emr', {
    displayName: 'Emr', clusterId: pipeline.addString('Cluster', { defaultValue: 'j-2AXXXXXXGAPLF' }).valueAsString, jar: 's3://bucket/job.jar',
    arguments: ['--run', ExecutionVariable.EXECUTION_ID], mainClass: 'org.example.Job', inputs: [raw.input()], cache: Duration.days(1),
  }),
  'EMRServerless, minimal': (on) => on.pipeline.addEmrServerless('Spark', {
    application: new SparkApplication(on.stack, 'Application', { workspace: on.workspace, maxVcpus: 16 }), code, inputs: [on.raw.input()],
  }),
  'EMRServerless, full': (on) => {
    const spark = on.pipeline.addEmrServerless('Spark', {
      ...described, retries: [RetryPolicy.transient()], application: new SparkApplication(on.stack, 'Application', { workspace: on.workspace, maxVcpus: 16, maxMemory: Size.gibibytes(64) }), code,
      inputs: [on.raw.input()], arguments: ['--run', ExecutionVariable.EXECUTION_ID], sparkOptions: '--conf spark.executor.cores=2', store: on.workspace.outputs,
      maxRuntime: Duration.hours(1), cache: Duration.days(1),
    });
    on.pipeline.addProcessing('Read', { image: on.image, inputs: [spark.output()] });
  },
  'AutoML, minimal': ({ pipeline, raw }) => pipeline.addAutoML('Auto', { input: raw.input(), target: 'died' }),
  'AutoML, full': (on) => {
    const auto = on.pipeline.addAutoML('Auto', {
      ...common, input: on.raw.input(), target: 'died', contentType: 'text/csv;header=present', problemType: ProblemType.BINARY_CLASSIFICATION, objective: 'AUC',
      maxRuntime: Duration.hours(2), cache: Duration.days(1),
    });
    on.pipeline.addModel('Model', { image: ContainerImage.fromRegistry(auto.modelImageUri), artifact: auto.model });
  },
  'NotebookJob, minimal': ({ pipeline }) => pipeline.addNotebookJob('Report', { image: ContainerImage.sagemaker(PrebuiltImage.BASE_PYTHON), code: notebookCode }),
  'NotebookJob, full': (on) => {
    const report = on.pipeline.addNotebookJob('Report', {
      ...job, instances: Instances.of('ml.m5.xlarge'), image: ContainerImage.sagemaker(PrebuiltImage.SAGEMAKER_DISTRIBUTION, '3.2.0', { gpu: false }), code: notebookCode,
      kernelName: 'python3', parameters: { run: ExecutionVariable.EXECUTION_ID }, inputs: [on.raw.input('tables/')],
    });
    on.pipeline.addProcessing('Read', { image: on.image, inputs: [report.output()] });
  },
};

describeWithPython('each step\'s arguments fit the request shapes of the API behind it', () => {
  const names = Object.keys(CASES);
  const failures = new Map<string, unknown>();
  const types = new Set<string>();
  let errors: Map<string, ConformanceError[]>;

  beforeAll(() => {
    const definitions = new Map<string, { readonly Steps: Step[] }>();
    for (const name of names) {
      try {
        const on = ground();
        CASES[name](on);
        definitions.set(name, rendered(on.pipeline));
      } catch (error) {
        // One case that cannot be rendered must not hide the others.
        failures.set(name, error);
      }
    }
    for (const { Steps } of definitions.values()) for (const step of stepsOf(Steps)) types.add(step.Type);
    const found = allDefinitionErrors([...definitions.values()]);
    errors = new Map([...definitions.keys()].map((name, index) => [name, found[index]]));
  });

  test.each(names)('%s', (name) => {
    if (failures.has(name)) throw failures.get(name);
    expect(errors.get(name)).toEqual([]);
  });

  test('every step type has a case', () => {
    expect([...types].sort()).toEqual(Object.values(StepType).sort());
  });

  test('fails for an argument that the API does not know', () => {
    const on = ground();
    on.pipeline.addProcessing('Clean', { image: on.image });
    const definition = rendered(on.pipeline);
    Object.assign(definition.Steps[0].Arguments, { NetworkIsolation: true });
    expect(definitionErrors(definition).map(({ step, path }) => `${step} ${path}`)).toEqual(['Clean Steps[0].Arguments.NetworkIsolation']);
  });

  test('fails for a job of EMR Serverless that is retried after errors of SageMaker jobs only', () => {
    const on = ground();
    on.pipeline.addEmrServerless('Spark', {
      application: new SparkApplication(on.stack, 'Application', { workspace: on.workspace, maxVcpus: 16 }), code, inputs: [on.raw.input()],
      retries: [RetryPolicy.on([RetryOn.CAPACITY_ERROR])],
    });
    expect(() => rendered(on.pipeline)).toThrow(/is retried after errors of SageMaker jobs only.*name RetryOn\.SERVICE_FAULT or RetryOn\.THROTTLING/);
  });

  test('fails for a request that the API does not take', () => {
    expect(requestErrors({ service: 'sagemaker', operation: 'CreateEndpoint', parameters: { EndpointName: 'a b' } }).map(({ path }) => path)).toEqual([
      'CreateEndpoint.EndpointConfigName', 'CreateEndpoint.EndpointName',
    ]);
  });
});

interface Step {
  readonly Type: string;
  readonly Arguments: Record<string, unknown> & { readonly IfSteps?: Step[]; readonly ElseSteps?: Step[] };
}

function rendered(pipeline: MLPipeline): { readonly Steps: Step[] } {
  return pipeline._renderDefinition() as unknown as { Steps: Step[] };
}

function stepsOf(steps: Step[]): Step[] {
  return steps.flatMap((step) => [step, ...stepsOf(step.Arguments?.IfSteps ?? []), ...stepsOf(step.Arguments?.ElseSteps ?? [])]);
}
