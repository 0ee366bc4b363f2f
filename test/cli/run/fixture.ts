import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Code, Condition, ContainerImage, MLPipeline, Objective, Output, PrebuiltImage, Range } from '../../../lib/aws/pipeline';
import { PrivacyLedger } from '../../../lib/aws/privacy';
import { Workspace } from '../../../lib/aws/workspace';
import { Classification, DifferentialPrivacy, PrivacyBudget, PrivacyUnit } from '../../../lib/policy';
import { python } from '../../support/python';
import { ENV, folder, PROFILE, synthesized } from '../support';

/** An interpreter for steps that need nothing but Python itself. */
export const PLAIN_PYTHON = process.env.TEST_PYTHON ?? python() ?? ['python3', 'python3.12', 'python3.11'].find((name) => spawnSync(name, ['-c', 'import sys; assert sys.version_info >= (3, 10)']).status === 0);

/** Like `describe`, but skipped, with a word on why, where there is no Python at all. */
export const describeWithAnyPython: typeof describe | typeof describe.skip = PLAIN_PYTHON === undefined ? skipLoudly() : describe;

function skipLoudly(): typeof describe.skip {
  process.stderr.write('there is no Python 3.10 or later on the PATH: runs of pipelines are skipped\n');
  return describe.skip;
}

const PROGRAMS = join(__dirname, 'programs');
export const program = (name: string) => Code.fromAsset(PROGRAMS, { program: `${name}.py` });
export const BUDGET = PrivacyBudget.perYear({ epsilon: 3, delta: 1e-5, records: 30_000, unit: PrivacyUnit.RECORD });
export const dpSgd = (more: object = {}) => DifferentialPrivacy.dpSgd({ records: 25_600, batchSize: 256, epochs: 10, noiseMultiplier: 1.1, clippingNorm: 1, delta: 1e-6, ...more });

export interface Ground {
  readonly stack: Stack;
  readonly workspace: Workspace;
  readonly image: ContainerImage;
}

/** A folder with the cdk.out of one app, whose pipelines `build` makes; its store Raw has a privacy budget where there is a ledger. */
export function assemblyOf(build: (ground: Ground) => void): string {
  return synthesized((app) => {
    const stack = new Stack(app, 'Ml', { env: ENV });
    build({ stack, workspace: new Workspace(stack, 'Workspace', { profile: PROFILE }), image: ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2') });
  }, {}, false);
}

/** A pipeline that prepares, trains, evaluates, and registers what is good enough; and one that tunes. */
export const small = (ground: Ground) => {
  const { stack, workspace, image } = ground;
  const raw = workspace.addStore('Raw', { classification: Classification.PHI });
  const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: 'small' });
  const floor = pipeline.addFloat('Floor', 0.7);
  pipeline.addString('Season', { defaultValue: 'summer', allowedValues: ['summer', 'winter'] });
  const prepare = pipeline.addProcessing('Prepare', { image, code: program('prepare'), inputs: [raw.input('rows/').as('rows')], outputs: Output.named('train') });
  const train = pipeline.addTraining('Train', { image, code: program('train'), inputs: [prepare.output('train')], metrics: { auc: 'auc=([0-9.]+)' } });
  const evaluate = pipeline.addProcessing('Evaluate', {
    image, code: program('evaluate'), inputs: [train.model.mountedAt('/opt/ml/processing/model')], outputs: [Output.propertyFile('evaluation', 'evaluation.json')],
  });
  pipeline.addCondition('Good', {
    conditions: [Condition.greaterThanOrEqual(evaluate.jsonGet('evaluation', 'metrics.auc.value'), floor.valueAsNumber), Condition.not(Condition.lessThan(train.metric('auc'), 0.1))],
    ifTrue: [pipeline.addRegistration('Register', { training: train, modelQuality: evaluate.propertyFileUri('evaluation'), metadata: { floor: floor.valueAsString } })],
    ifFalse: [pipeline.addFail('Refuse', { message: 'the model is not good enough' })],
  });
};

/** A pipeline with a private training under a ledger. */
export const priv = ({ stack, workspace, image }: Ground) => {
  const raw = workspace.addStore('Raw', { classification: Classification.PSEUDONYMISED, privacyBudget: BUDGET });
  new PrivacyLedger(stack, 'Ledger', { workspace });
  const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: 'private' });
  const train = pipeline.addTraining('Train', { image, code: program('train'), inputs: [raw.input('rows/').as('train')], privacy: dpSgd(), metrics: { auc: 'auc=([0-9.]+)' } });
  pipeline.addRegistration('Register', { training: train });
};

/** A pipeline that tunes, and puts data to the best model. */
export const tuned = ({ stack, workspace, image }: Ground) => {
  const raw = workspace.addStore('Raw', { classification: Classification.PSEUDONYMISED });
  const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: 'tuned' });
  const tune = pipeline.addTuning('Tune', {
    image, code: program('train'), inputs: [raw.input('rows/').as('train')], metrics: { auc: 'auc=([0-9.]+)' }, objective: Objective.maximize('auc'),
    ranges: { penalty: Range.continuous(0, 0.5) }, maxTrainings: 3,
  });
  const model = pipeline.addModel('Model', { image, artifact: tune.bestModel(), environment: { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' } });
  pipeline.addTransform('Ask', { model, input: raw.input('questions/'), joinInput: true });
};

/** A folder with a store's rows, and where runs are left. */
export function place(rows: readonly string[], more: Readonly<Record<string, string>> = {}): string {
  return folder({ 'data/rows/train.csv': rows.join('\n'), ...more });
}
