import { join } from 'node:path';
import { App, Size, Stack, Validations } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import {
  AccountBaseline, Baseline, Code, Condition, ContainerImage, DataIdentifier, InferenceEndpoint, Instances, MLPipeline, ModelMonitor, ModelPackageGroup, Objective, Output,
  PrebuiltImage, QualityCheck, Range, RangeScale, Scaling, SensitiveDataDiscovery, Watch, Workspace, Zone,
} from 'cdk-regulated-ml/aws';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Purpose, Residency, Retention } from 'cdk-regulated-ml/policy';
import { RegulatedMLChecks } from 'cdk-regulated-ml/rules';

/** What the hospital decided: two laws, one Union, and how long it keeps what. */
export const profile = ComplianceProfile.of({
  frameworks: [Framework.HIPAA, Framework.GDPR],
  residency: Residency.within(Jurisdiction.EU),
  retention: { data: Retention.years(10), captures: Retention.days(90) },
});

export const app = new App();
const env = { account: process.env.CDK_DEFAULT_ACCOUNT ?? '123456789012', region: 'eu-central-1' };
const purpose = Purpose.of('one-year-mortality');

// What the pipeline stands on: it holds data, so it changes rarely.
const ground = new Stack(app, 'MortalityGround', { env });
const workspace = new Workspace(ground, 'Workspace', { profile, administrators: [`arn:aws:iam::${env.account}:role/DataProtectionOfficer`] });
const raw = workspace.addStore('Raw', { classification: Classification.PHI, purpose });
const keys = workspace.addStore('PseudonymKeys', { classification: Classification.INTERNAL, zone: Zone.CURATED, purpose });
const captures = workspace.addStore('Captures', { classification: Classification.PSEUDONYMISED, zone: Zone.CAPTURES, purpose });

// What exists once in the account and region: the trail, and Macie's switch.
const account = new Stack(app, 'MortalityAccount', { env });
const baseline = new AccountBaseline(account, 'Baseline', { profile, stores: [raw, keys, captures, workspace.outputs, workspace.models] });

const discovery = new Stack(app, 'MortalityDiscovery', { env });
new SensitiveDataDiscovery(discovery, 'Discovery', {
  workspace,
  baseline,
  stores: [raw, workspace.outputs],
  identifiers: [DataIdentifier.MEDICAL_RECORD_NUMBER, DataIdentifier.DE_TAX_ID, DataIdentifier.DE_HEALTH_INSURANCE_NUMBER],
  expectedMonthlyVolume: Size.gibibytes(20),
});

const learning = new Stack(app, 'MortalityPipeline', { env });
const image = ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2');
const step = (name: string) => Code.fromAsset(join(__dirname, 'steps'), { program: `${name}/main.py` });
const small = Instances.of('ml.m5.large');

const pipeline = new MLPipeline(learning, 'Pipeline', { workspace, purpose, description: 'Death within a year of a heart attack, from what is known at admission' });
const aucFloor = pipeline.addFloat('AucFloor', 0.7);

const ingest = pipeline.addProcessing('Ingest', {
  image, code: step('ingest'), instances: small, inputs: [raw.input('admissions/').as('raw')], outputs: Output.named('admissions'),
});
const pseudonymise = pipeline.addProcessing('Pseudonymise', {
  image,
  code: step('pseudonymise'),
  instances: small,
  inputs: [ingest.output('admissions'), keys.input('mortality/').as('key')],
  environment: { PSEUDONYM_KEY_FILE: '/opt/ml/processing/input/key/pseudonym.key' },
  outputs: Output.named('train', 'validation', 'test', 'baseline'),
  deIdentifiesTo: Classification.PSEUDONYMISED,
});
const train = pipeline.addTuning('Train', {
  image,
  code: step('train'),
  instances: Instances.of('ml.m5.xlarge'),
  inputs: [pseudonymise.output('train'), pseudonymise.output('validation')],
  metrics: { 'validation:auc': 'validation:auc=([0-9\\.]+)' },
  objective: Objective.maximize('validation:auc'),
  ranges: { c: Range.continuous(0.001, 10, RangeScale.LOGARITHMIC), l1_ratio: Range.continuous(0, 1, RangeScale.LINEAR) },
  maxTrainings: 12,
  maxParallelTrainings: 3,
});
const held = [train.bestModel().mountedAt('/opt/ml/processing/model'), pseudonymise.output('test').mountedAt('/opt/ml/processing/test')];
const evaluate = pipeline.addProcessing('Evaluate', {
  image, code: step('evaluate'), instances: small, inputs: held, outputs: [Output.propertyFile('evaluation', 'evaluation.json').at('/opt/ml/processing/evaluation')],
});
const bias = pipeline.addProcessing('Bias', {
  image, code: step('bias'), instances: small, inputs: held, outputs: [Output.propertyFile('bias', 'bias.json').at('/opt/ml/processing/bias')],
});

// What patients look like on the day of training: what the endpoint sees later is compared with it.
const normal = pipeline.addQualityCheck('Normal', { dataset: pseudonymise.output('baseline'), check: QualityCheck.data(), skipCheck: true, registerNewBaseline: true });

const group = new ModelPackageGroup(learning, 'Models', { description: 'Death within a year of a heart attack' });
const register = pipeline.addRegistration('Register', {
  training: train, group, checks: [normal], environment: { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' },
  contentTypes: ['text/csv', 'application/json'], responseTypes: ['text/csv', 'application/json'],
});
const refuse = pipeline.addFail('Refuse', { message: 'the model is not good enough, or not fair enough, to be registered: read the reports of Evaluate and Bias' });
pipeline.addCondition('GoodAndFair', {
  conditions: [
    Condition.greaterThanOrEqual(evaluate.jsonGet('evaluation', 'binary_classification_metrics.auc.value'), aucFloor.valueAsNumber),
    Condition.greaterThanOrEqual(bias.jsonGet('bias', 'post_training_bias_metrics.disparate_impact.value'), 0.8),
    Condition.greaterThanOrEqual(bias.jsonGet('bias', 'post_training_bias_metrics.recall_difference.value'), -0.25),
    Condition.lessThanOrEqual(bias.jsonGet('bias', 'post_training_bias_metrics.recall_difference.value'), 0.25),
  ],
  ifTrue: [register],
  ifFalse: [refuse],
});
pipeline.runOnSchedule('Monthly', events.Schedule.expression('cron(0 3 1 * ? *)'));

// Nothing is approved on the day this is deployed: the endpoint appears when a person approves a version.
const serving = new Stack(app, 'MortalityServing', { env });
const endpoint = new InferenceEndpoint(serving, 'Endpoint', { workspace, model: register, scaling: Scaling.byConcurrency({ min: 2, max: 6 }), capture: { store: captures } });
new ModelMonitor(serving, 'Drift', { endpoint, watch: Watch.dataQuality({ baseline: Baseline.ofPackage() }) });

Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));
