import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  ClarifyCheck, Code, Condition, ContainerImage, Distribution, Instances, MLPipeline, MLPipelineProps, Objective, Output, ParameterType, ProblemType, QualityCheck,
  Range, RangeScale, RetryPolicy, SparkApplication, Spot,
} from '../../../lib/aws/pipeline';
import { DataStore } from '../../../lib/aws/storage';
import { Workspace } from '../../../lib/aws/workspace';
import { Classification, Purpose } from '../../../lib/policy';
import { workspaceStack } from '../../support/workspace';

export interface Ground {
  readonly app: App;
  readonly stack: Stack;
  readonly workspace: Workspace;
  readonly raw: DataStore;
  readonly pipeline: MLPipeline;
  readonly image: ContainerImage;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'code-'));
fs.writeFileSync(path.join(folder, 'main.py'), 'print(1)\n');
const notebooks = fs.mkdtempSync(path.join(os.tmpdir(), 'notebook-'));
fs.writeFileSync(path.join(notebooks, 'report.ipynb'), '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}');
process.on('exit', () => [folder, notebooks].forEach((one) => fs.rmSync(one, { recursive: true, force: true })));

/** Code of one line. */
export const code = Code.fromAsset(folder);
/** A notebook. */
export const notebookCode = Code.fromAsset(notebooks, { program: 'report.ipynb' });

/** A workspace, a store and an empty pipeline. */
export function ground(props: Partial<MLPipelineProps> = {}): Ground {
  const { app, stack, workspace } = workspaceStack();
  const raw = workspace.addStore('Raw', { classification: Classification.PHI, purpose: Purpose.of('readmission-risk') });
  const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: 'readmission', ...props });
  const image = ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'steps'), `sha256:${'a'.repeat(64)}`);
  return { app, stack, workspace, raw, pipeline, image };
}

/** The usual pipeline, as a user writes it. */
export function usualPipeline(props: Partial<MLPipelineProps> = {}) {
  const base = ground(props);
  const { pipeline, image, raw } = base;
  const clean = pipeline.addProcessing('Pseudonymise', {
    image, code, inputs: [raw.input('admissions/')], outputs: Output.named('train', 'validation', 'test'),
    deIdentifiesTo: Classification.PSEUDONYMISED, instances: Instances.of('ml.m5.large'),
  });
  const train = pipeline.addTuning('Train', {
    image, code, inputs: [clean.output('train'), clean.output('validation')],
    objective: Objective.maximize('validation:auc'), metrics: { 'validation:auc': 'validation:auc=([0-9\\.]+)' },
    ranges: { c: Range.continuous(0.001, 10, RangeScale.LOGARITHMIC) },
  });
  const evaluate = pipeline.addProcessing('Evaluate', {
    image, code, inputs: [train.bestModel().mountedAt('/opt/ml/processing/model'), clean.output('test')],
    outputs: [Output.propertyFile('evaluation', 'evaluation.json')],
  });
  const register = pipeline.addRegistration('Register', { training: train, modelQuality: evaluate.propertyFileUri('evaluation') });
  const fail = pipeline.addFail('TooWeak', { message: 'the model is too weak' });
  const condition = pipeline.addCondition('GoodEnough', {
    conditions: [Condition.greaterThanOrEqual(evaluate.jsonGet('evaluation', 'binary_classification_metrics.auc.value'), 0.7)],
    ifTrue: [register], ifFalse: [fail],
  });
  return { ...base, clean, train, evaluate, register, fail, condition };
}

/** The usual pipeline and one of every other step. */
export function completePipeline() {
  const base = usualPipeline();
  const { stack, workspace, pipeline, image, raw, clean, train } = base;
  const skip = pipeline.addBoolean('SkipChecks', true);
  const rate = pipeline.addFloat('Rate', 0.1);
  const model = pipeline.addModel('Model', { image, artifact: train.bestModel() });
  const single = pipeline.addTraining('Single', {
    image, code, inputs: [clean.output('train')], spot: Spot.withCheckpoints(), cache: Duration.days(7), distribution: Distribution.torchrun(),
    instances: Instances.of('ml.g5.12xlarge', { count: 2 }), hyperparameters: { rate: rate.valueAsString }, retries: [RetryPolicy.transient()],
  });
  const toolkit = pipeline.addTraining('Toolkit', { image, code, inputs: [clean.output('train')], distribution: Distribution.mpi({ processesPerInstance: 4 }) });
  const transform = pipeline.addTransform('Transform', { model, input: clean.output('test') });
  const bias = pipeline.addClarifyCheck('Bias', {
    check: ClarifyCheck.modelBias({ model, label: 'died', positiveLabels: ['1'], facets: [{ name: 'sex' }], probabilityThreshold: 0.3 }),
    dataset: clean.output('test'), skipCheckParameter: skip, registerNewBaseline: true, group: base.register.group,
  });
  const dataBias = pipeline.addClarifyCheck('DataBias', {
    check: ClarifyCheck.dataBias({ label: 'died', positiveLabels: ['1'], facets: [{ name: 'sex', values: ['f'] }] }), dataset: clean.output('train'),
  });
  const explain = pipeline.addClarifyCheck('Explain', { check: ClarifyCheck.explainability({ model, label: 'died', samples: 100 }), dataset: clean.output('test') });
  const quality = pipeline.addQualityCheck('Quality', { check: QualityCheck.data(), dataset: clean.output('train'), cache: Duration.days(1) });
  const modelQuality = pipeline.addQualityCheck('ModelQuality', {
    check: QualityCheck.model({ problemType: ProblemType.BINARY_CLASSIFICATION, groundTruth: 'died', probability: 'score', threshold: 0.5 }), dataset: transform.output(),
  });
  const checked = pipeline.addRegistration('RegisterChecked', { training: single, group: base.register.group, checks: [bias, dataBias, explain, quality, modelQuality] });
  const handler = lambda.Function.fromFunctionArn(stack, 'Handler', 'arn:aws:lambda:eu-central-1:123456789012:function:notify');
  const notify = pipeline.addLambda('Notify', { handler, arguments: { model: model.modelName }, answers: { ticket: ParameterType.STRING } });
  const queue = sqs.Queue.fromQueueArn(stack, 'Questions', 'arn:aws:sqs:eu-central-1:123456789012:questions');
  const callback = pipeline.addCallback('Ask', { queue, arguments: { ticket: notify.answer('ticket') }, answers: { score: ParameterType.FLOAT } });
  const emr = pipeline.addEmr('Cluster', { clusterId: 'j-1K48XXXXXXHCB', arguments: ['spark-submit', raw.uri('jobs/a.py')] });
  const application = new SparkApplication(stack, 'Spark', { workspace, maxVcpus: 16 });
  const serverless = pipeline.addEmrServerless('Aggregate', { application, code, inputs: [raw.input('admissions/')], deIdentifiesTo: Classification.PSEUDONYMISED });
  const autoML = pipeline.addAutoML('AutoML', { input: serverless.output(), target: 'died' });
  const notebook = pipeline.addNotebookJob('Notebook', { image, code: notebookCode, inputs: [clean.output('test')], parameters: { rate: rate.valueAsString } });
  pipeline.addCondition('Choose', {
    conditions: [
      Condition.greaterThan(train.bestMetric(), rate.valueAsNumber), Condition.not(Condition.equalTo(notify.answer('ticket'), '')),
      Condition.anyOf(Condition.isTrue(skip.valueAsString), Condition.lessThan(callback.answerAsNumber('score'), 1)), Condition.isIn(notify.answer('ticket'), ['a', 'b']),
    ],
    ifTrue: [checked],
  });
  return { ...base, model, single, toolkit, transform, bias, dataBias, explain, quality, modelQuality, checked, notify, callback, emr, serverless, autoML, notebook };
}
