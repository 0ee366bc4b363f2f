import { App, CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import {
  ApprovalForwarding, ContainerImage, DataStore, EndpointCompute, InferenceEndpoint, Instances, MLPipeline, ModelPackageGroup, PrebuiltImage, Scaling,
  ServedModel, Workspace, Zone,
} from 'cdk-regulated-ml/aws';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Purpose, Residency, Retention } from 'cdk-regulated-ml/policy';
import { RegulatedMLChecks } from 'cdk-regulated-ml/rules';

/** One profile for both accounts: what is forbidden in one is forbidden in the other. */
export const profile = ComplianceProfile.of({
  frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.years(10) },
});

export const app = new App();
const region = 'eu-central-1';
const dev = { account: app.node.tryGetContext('devAccount') ?? '111111111111', region };
const prod = { account: app.node.tryGetContext('prodAccount') ?? '222222222222', region };

const purpose = Purpose.of('readmission-risk');
const image = ContainerImage.sagemaker(PrebuiltImage.XGBOOST, '1.7-1');
const groupName = 'readmission-risk';
const artifactPrefix = 'readmission-risk/';

// Dev: models are trained, registered and approved here.
const training = new Stack(app, 'PromotionDev', { env: dev });
const bench = new Workspace(training, 'Workspace', {
  profile,
  // SageMaker looks for the artifact with this role when it makes the model, from its own network and not from prod's
  administrators: [`arn:aws:iam::${prod.account}:role/regulated-ml/service-side/PromotionProd-EndpointRole*`],
});
const features = bench.addStore('Features', { classification: Classification.PSEUDONYMISED, purpose, zone: Zone.FEATURES });
const group = new ModelPackageGroup(training, 'Models', {
  groupName,
  description: 'Readmission within 30 days',
  sharedWith: [prod.account],
  artifactStore: bench.models,
  artifactPrefix,
});
const pipeline = new MLPipeline(training, 'Pipeline', { workspace: bench, pipelineName: 'readmission-risk', purpose });
const train = pipeline.addTraining('Train', {
  image, inputs: [features.input('train/')], contentType: 'text/csv', hyperparameters: { objective: 'binary:logistic', num_round: '200' },
});
pipeline.addRegistration('Register', { training: train, group, contentTypes: ['text/csv'], responseTypes: ['text/csv'] });
new ApprovalForwarding(training, 'ToProd', { workspace: bench, group, toAccounts: [prod.account] });
new CfnOutput(training, 'ModelsBucket', { value: bench.models.bucket.bucketName });
new CfnOutput(training, 'ModelsKey', { value: bench.modelsKey.keyArn });

// Prod: nothing is trained here. What was approved in dev is served, on prod's own network, keys and logs.
const serving = new Stack(app, 'PromotionProd', { env: prod });
const ground = new Workspace(serving, 'Workspace', { profile, trustedAccounts: [dev.account] });
const artifacts = DataStore.fromAttributes(serving, 'DevModels', {
  // CloudFormation names the bucket and the key; the outputs of dev say how, and cdk.context.json remembers it.
  bucketName: app.node.tryGetContext('devModelsBucket') ?? 'promotiondev-workspacemodels-example',
  key: kms.Key.fromKeyArn(serving, 'DevModelsKey', app.node.tryGetContext('devModelsKey') ?? `arn:aws:kms:${region}:${dev.account}:key/00000000-0000-4000-8000-000000000000`),
  classification: Classification.PSEUDONYMISED,
  purpose,
  zone: Zone.MODELS,
});
const approved = ModelPackageGroup.fromAttributes(serving, 'Approved', {
  modelPackageGroupArn: `arn:aws:sagemaker:${region}:${dev.account}:model-package-group/${groupName}`,
  images: [image],
  artifacts: [artifacts.input(artifactPrefix)],
});
new InferenceEndpoint(serving, 'Endpoint', {
  workspace: ground,
  endpointName: 'readmission-risk',
  model: ServedModel.followingRegistry(approved),
  compute: EndpointCompute.realTime(Instances.of('ml.m5.large', { count: 2 })),
  scaling: Scaling.byConcurrency({ min: 2, max: 6 }),
});

Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));
