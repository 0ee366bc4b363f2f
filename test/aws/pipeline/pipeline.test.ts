import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Condition, Instances, Objective, Output, Range, RangeScale } from '../../../lib/aws/pipeline';
import { Classification } from '../../../lib/policy';
import { ground } from './fixture';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'code-'));
fs.writeFileSync(path.join(folder, 'main.py'), 'print(1)\n');

test('ten lines', () => {
  const { stack, pipeline, image, raw } = ground();
  const depth = pipeline.addInteger('MaxDepth', 3);
  const clean = pipeline.addProcessing('Pseudonymise', {
    image, code: Code.fromAsset(folder), inputs: [raw.input('admissions/')], outputs: Output.named('train', 'validation', 'test'),
    deIdentifiesTo: Classification.PSEUDONYMISED, instances: Instances.of('ml.m5.large'),
  });
  const train = pipeline.addTuning('Train', {
    image, code: Code.fromAsset(folder), inputs: [clean.output('train'), clean.output('validation')],
    objective: Objective.maximize('validation:auc'), metrics: { 'validation:auc': 'validation:auc=([0-9\\.]+)' },
    ranges: { c: Range.continuous(0.001, 10, RangeScale.LOGARITHMIC) }, hyperparameters: { depth: depth.valueAsString },
  });
  const evaluate = pipeline.addProcessing('Evaluate', {
    image, code: Code.fromAsset(folder), inputs: [train.bestModel().mountedAt('/opt/ml/processing/model'), clean.output('test')],
    outputs: [Output.propertyFile('evaluation', 'evaluation.json')],
  });
  const register = pipeline.addRegistration('Register', { training: train, modelQuality: evaluate.propertyFileUri('evaluation') });
  const fail = pipeline.addFail('TooWeak', { message: 'the model is too weak' });
  pipeline.addCondition('GoodEnough', {
    conditions: [Condition.greaterThanOrEqual(evaluate.jsonGet('evaluation', 'binary_classification_metrics.auc.value'), 0.7)],
    ifTrue: [register], ifFalse: [fail],
  });
  Template.fromStack(stack);

});
