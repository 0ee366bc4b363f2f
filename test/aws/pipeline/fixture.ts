import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Code, Condition, ContainerImage, Instances, MLPipeline, MLPipelineProps, Objective, Output, Range, RangeScale } from '../../../lib/aws/pipeline';
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
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

/** Code of one line. */
export const code = Code.fromAsset(folder);

/** A workspace, a store and an empty pipeline. */
export function ground(props: Partial<MLPipelineProps> = {}): Ground {
  const { app, stack, workspace } = workspaceStack();
  const raw = workspace.addStore('Raw', { classification: Classification.PHI, purpose: Purpose.of('readmission-risk') });
  const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: 'readmission', ...props });
  const image = ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'steps'), `sha256:${'a'.repeat(64)}`);
  return { app, stack, workspace, raw, pipeline, image };
}

/** The usual pipeline, as a user writes it. */
export function usualPipeline() {
  const base = ground();
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

export const completePipeline = usualPipeline;
