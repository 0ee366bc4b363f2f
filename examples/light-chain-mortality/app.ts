import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as events from 'aws-cdk-lib/aws-events';
import { Code, Condition, ContainerImage, Instances, MLPipeline, ModelPackageGroup, Output, Workspace } from 'cdk-regulated-ml/aws';
import { Classification, ComplianceProfile, DifferentialPrivacy, Framework, Jurisdiction, PrivacyBudget, PrivacyUnit, Purpose, Residency, Retention } from 'cdk-regulated-ml/policy';
import { RegulatedMLChecks } from 'cdk-regulated-ml/rules';

export const profile = ComplianceProfile.of({
  frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.years(10) },
});

export const app = new App();
const stack = new Stack(app, 'LightChains', { env: { account: process.env.CDK_DEFAULT_ACCOUNT ?? '123456789012', region: 'eu-central-1' } });
const purpose = Purpose.of('five-year-mortality');
const workspace = new Workspace(stack, 'Workspace', { profile });

// Who was measured may lose ε = 8 in a year, by all that is trained on the measurements together.
const laboratory = workspace.addStore('Laboratory', {
  classification: Classification.PHI, purpose, privacyBudget: PrivacyBudget.perYear({ epsilon: 8, delta: 1e-5, records: 7500, unit: PrivacyUnit.PERSON }),
});

// The image that the steps were tested in, with torch, Opacus and pandas, from the hospital's own build; its digest says what runs.
const repository = ecr.Repository.fromRepositoryName(stack, 'Images', 'private-training');
const image = ContainerImage.fromEcrRepository(repository, process.env.STEPS_IMAGE_DIGEST ?? `sha256:${'0'.repeat(64)}`);
const step = (name: string) => ({ image, code: Code.fromAsset(join(__dirname, 'steps', name)), instances: Instances.of('ml.m5.large') });

const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, purpose, description: 'Death within five years, from light chains in the blood' });
const prepare = pipeline.addProcessing('Prepare', {
  ...step('prepare'), inputs: [laboratory.input('people/').as('raw')], outputs: Output.named('train', 'validation', 'test'), deIdentifiesTo: Classification.PSEUDONYMISED,
});
const train = pipeline.addTraining('Train', {
  image,
  code: Code.privateTraining(join(__dirname, 'steps', 'model')),
  instances: Instances.of('ml.m5.xlarge'),
  inputs: [prepare.output('train'), prepare.output('validation')],
  hyperparameters: { label: 'died_within_five_years', person: 'person', learning_rate: '4', hidden: '16' },
  privacy: DifferentialPrivacy.dpSgd({ records: 5200, batchSize: 520, epochs: 6, targetEpsilon: 3, clippingNorm: 1, delta: 1e-5, unit: PrivacyUnit.PERSON }),
});
const evaluate = pipeline.addProcessing('Evaluate', {
  ...step('evaluate'),
  inputs: [train.model.mountedAt('/opt/ml/processing/model'), prepare.output('test').mountedAt('/opt/ml/processing/test')],
  outputs: [Output.propertyFile('evaluation', 'evaluation.json').at('/opt/ml/processing/evaluation')],
});

const group = new ModelPackageGroup(stack, 'Models', { description: 'Death within five years' });
const register = pipeline.addRegistration('Register', { training: train, group, modelQuality: evaluate.propertyFileUri('evaluation') });
const refuse = pipeline.addFail('Refuse', { message: 'the model is not good enough, or has cost more privacy than was planned: read the report of Evaluate' });
pipeline.addCondition('GoodAndPrivate', {
  conditions: [
    Condition.greaterThanOrEqual(evaluate.jsonGet('evaluation', 'binary_classification_metrics.auc.value'), 0.7),
    Condition.lessThanOrEqual(evaluate.jsonGet('evaluation', 'privacy.epsilon.value'), 3),
  ],
  ifTrue: [register],
  ifFalse: [refuse],
});
// Four trainings a year: together ε is what the metadata of the store says, less than four times 3.
pipeline.runOnSchedule('Quarterly', events.Schedule.cron({ minute: '0', hour: '3', day: '1', month: '1/3' }));

Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));
