import { join } from 'node:path';
import { App, Duration, Stack, Validations } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  Code, Condition, ConsentRegistry, ContainerImage, Eraser, Instances, MLPipeline, ModelPackageGroup, Output, PrivacyLedger, PseudonymKey, RecordLayout, SubjectRights,
  TokenVault, Workspace, Zone,
} from 'cdk-regulated-ml/aws';
import { Classification, ComplianceProfile, DifferentialPrivacy, Framework, Jurisdiction, PrivacyBudget, PrivacyUnit, Purpose, Residency, Retention, TokenField } from 'cdk-regulated-ml/policy';
import { RegulatedMLChecks } from 'cdk-regulated-ml/rules';
import { plan } from './plan';

export const profile = ComplianceProfile.of({
  frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.years(10) },
});

export const app = new App();
const env = { account: process.env.CDK_DEFAULT_ACCOUNT ?? '123456789012', region: 'eu-central-1' };
const purpose = Purpose.of('five-year-mortality');
const care = Purpose.of('care');

// What everything stands on: it holds data, so it changes rarely.
const ground = new Stack(app, 'LightChainsGround', { env });
const workspace = new Workspace(ground, 'Workspace', { profile });
new PrivacyLedger(ground, 'Ledger', { workspace });
// Who was measured may lose ε = 8 in a year, by all that is trained on the measurements together.
const laboratory = workspace.addStore('Laboratory', {
  classification: Classification.PHI, purpose, privacyBudget: PrivacyBudget.perYear({ epsilon: 8, delta: 1e-5, records: 7500, unit: PrivacyUnit.PERSON }),
});
// As sensitive as what it opens: whoever has the key reads pseudonyms as people.
const keys = workspace.addStore('PseudonymKeys', { classification: Classification.PHI, zone: Zone.CURATED, purpose });
// Rows that cannot be released, as they came: mended at the source, and gone before a request for erasure is due.
const setAside = workspace.addStore('SetAside', { classification: Classification.PHI, purpose, zone: Zone.CURATED, retention: Retention.days(21), versionRetention: Retention.days(3) });
const models = new ModelPackageGroup(ground, 'Models', { description: 'Death within five years' });

// What people said, who they are, and what they ask for: it outlives any model.
const people = new Stack(app, 'LightChainsPeople', { env });
const registry = new ConsentRegistry(people, 'Consent', { workspace, purposes: [purpose] });
const vault = new TokenVault(people, 'Vault', { workspace, tenant: 'laboratory', fields: { recordNumber: TokenField.random() }, purposes: [care] });
// The laboratory exports tokens in place of record numbers, the desk hands receipts over under the same; only the ward learns whom to call in.
const [exporting, desk, ward] = ['laboratory-export', 'consent-desk', 'ward'].map((name) => new iam.ManagedPolicy(people, name, { roles: [iam.Role.fromRoleName(people, `${name}-role`, name)] }));
vault.grantTokenize(exporting);
vault.grantTokenize(desk);
registry.grantReceipts(desk);
vault.grantDetokenize(ward, { purposes: [care] });

// A function of the hospital that has the key of the pseudonyms: it names a person by record number and by pseudonym.
const identities = lambda.Function.fromFunctionArn(people, 'Identities', `arn:aws:lambda:${env.region}:${env.account}:function:who-is-who`);
const pseudonymous = (column: string, keyPrefix: string) => Eraser.objects(workspace.outputs, { layout: RecordLayout.csv(column, keyPrefix), identifiedBy: 'pseudonym', purposes: [purpose] });
const rights = new SubjectRights(people, 'Rights', {
  workspace,
  identities,
  erasers: [
    Eraser.objects(laboratory, { layout: RecordLayout.csv('subject_id', 'people/') }),
    Eraser.objects(workspace.outputs, { layout: RecordLayout.csv('subject_id', 'light-chains/Consented/consented/'), purposes: [purpose] }),
    pseudonymous('subject_id', 'light-chains/Deidentify/data/'),
    pseudonymous('person', 'light-chains/Prepare/'),
    Eraser.models({ group: models, decidedBy: 'data-protection-officer', artifacts: workspace.models, purposes: [purpose] }),
    Eraser.tokenVault(vault, { identifiedBy: 'recordNumber' }),
  ],
});
rights.requestsFrom(registry.withdrawals);

// What is built anew with each idea: who consents → without names → trained with noise → good enough, for no more ε than planned → registered.
const learning = new Stack(app, 'LightChains', { env });
// The image that the steps were tested in, with torch, Opacus and pandas, from the hospital's own build; its digest says what runs.
const repository = ecr.Repository.fromRepositoryName(learning, 'Images', 'private-training');
const image = ContainerImage.fromEcrRepository(repository, process.env.STEPS_IMAGE_DIGEST ?? `sha256:${'0'.repeat(64)}`);
const step = (name: string) => ({ image, code: Code.fromAsset(join(__dirname, 'steps', name)), instances: Instances.of('ml.m5.large') });

const pipeline = new MLPipeline(learning, 'Pipeline', { workspace, purpose, pipelineName: 'light-chains', description: 'Death within five years, from light chains in the blood' });
const consented = pipeline.addConsentFilter('Consented', { registry, input: laboratory.input('people/').as('people'), subject: 'subject_id', purpose, maximumAge: Duration.hours(24) });
const clean = pipeline.addDeidentification('Deidentify', {
  plan, input: consented.output(), quarantine: setAside, key: PseudonymKey.fromFile(keys.input('light-chains/')), instances: Instances.of('ml.m5.xlarge'),
});
const prepare = pipeline.addProcessing('Prepare', { ...step('prepare'), inputs: [clean.output().as('people')], outputs: Output.named('train', 'validation', 'test') });
const train = pipeline.addTraining('Train', {
  image,
  code: Code.privateTraining(join(__dirname, 'steps', 'model')),
  instances: Instances.of('ml.m5.xlarge'),
  inputs: [prepare.output('train'), prepare.output('validation')],
  hyperparameters: { label: 'died_within_five_years', person: 'person', learning_rate: '4', hidden: '16' },
  privacy: DifferentialPrivacy.dpSgd({ records: 4700, batchSize: 470, epochs: 6, targetEpsilon: 3, clippingNorm: 1, delta: 1e-5, unit: PrivacyUnit.PERSON }),
});
const evaluate = pipeline.addProcessing('Evaluate', {
  ...step('evaluate'),
  inputs: [train.model.mountedAt('/opt/ml/processing/model'), prepare.output('test').mountedAt('/opt/ml/processing/test')],
  outputs: [Output.propertyFile('evaluation', 'evaluation.json').at('/opt/ml/processing/evaluation')],
});
const register = pipeline.addRegistration('Register', { training: train, group: models, modelQuality: evaluate.propertyFileUri('evaluation') });
const refuse = pipeline.addFail('Refuse', { message: 'the model is not good enough, or has cost more privacy than was planned: read the reports of Evaluate and Deidentify' });
pipeline.addCondition('GoodAndPrivate', {
  conditions: [
    Condition.greaterThanOrEqual(evaluate.jsonGet('evaluation', 'binary_classification_metrics.auc.value'), 0.7),
    Condition.lessThanOrEqual(evaluate.jsonGet('evaluation', 'privacy.epsilon.value'), 3),
    Condition.greaterThanOrEqual(clean.kAnonymity(), 50),
  ],
  ifTrue: [register],
  ifFalse: [refuse],
});
// Four trainings a year: together ε is what the metadata of the store says, less than four times 3.
pipeline.runOnSchedule('Quarterly', events.Schedule.cron({ minute: '0', hour: '3', day: '1', month: '1/3' }));

Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));
