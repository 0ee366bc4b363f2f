import { join } from 'node:path';
import { App, NestedStack, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Code, ContainerImage, DataStore, MLPipeline, Output, PrebuiltImage, Workspace, Zone } from 'cdk-regulated-ml/aws';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Purpose, Residency, Retention } from 'cdk-regulated-ml/policy';
import { RegulatedMLChecks } from 'cdk-regulated-ml/rules';
import { acknowledge, ENDPOINT_SERVICES, PlatformStack } from './platform';

export const profile = ComplianceProfile.of({
  frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.years(10) },
});
const purpose = Purpose.of('readmission-risk');

export const app = new App();
const env = { account: process.env.CDK_DEFAULT_ACCOUNT ?? '123456789012', region: 'eu-central-1' };
const platform = new PlatformStack(app, 'HospitalPlatform', { env });

// The team's own stack; what learns stands in a nested one.
const team = new Stack(app, 'HospitalReadmission', { env });
const learning = new NestedStack(team, 'Learning');

// The buckets are the platform's. What they hold, and what it may be used for, only the team can say.
const admissions = DataStore.fromAttributes(learning, 'Admissions', {
  bucketName: platform.admissions.bucketName, key: platform.dataKey, classification: Classification.PHI, purpose,
});
const prepared = DataStore.fromAttributes(learning, 'Prepared', {
  bucketName: platform.prepared.bucketName, key: platform.dataKey, classification: Classification.PSEUDONYMISED, purpose, zone: Zone.CURATED,
});
const models = DataStore.fromAttributes(learning, 'Models', {
  bucketName: platform.models.bucketName, key: platform.modelsKey, classification: Classification.PSEUDONYMISED, purpose, zone: Zone.MODELS,
});

// All of it is given, so it makes nothing; it adds to the policies of keys and topic what SageMaker, logs and alarms need.
const workspace = new Workspace(learning, 'Workspace', {
  profile,
  vpc: platform.vpc,
  securityGroup: platform.jobs,
  s3EndpointId: platform.s3Endpoint.vpcEndpointId,
  endpointServices: ENDPOINT_SERVICES,
  keys: { data: platform.dataKey, models: platform.modelsKey, logs: platform.logsKey },
  accessLogs: platform.accessLogs,
  alarms: platform.alarms,
  outputs: prepared,
  models,
});

const pipeline = new MLPipeline(learning, 'Pipeline', { workspace, pipelineName: 'readmission-risk', purpose });
const prepare = pipeline.addProcessing('Deidentify', {
  image: ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2'),
  code: Code.fromAsset(join(__dirname, 'steps', 'deidentify')),
  inputs: [admissions.input('admissions/')],
  outputs: Output.named('train'),
  deIdentifiesTo: Classification.PSEUDONYMISED,
});
const train = pipeline.addTraining('Train', {
  image: ContainerImage.sagemaker(PrebuiltImage.XGBOOST, '1.7-1'),
  inputs: [prepare.output('train')],
  contentType: 'text/csv',
  hyperparameters: { objective: 'binary:logistic', num_round: '200' },
});
pipeline.addRegistration('Register', { training: train, contentTypes: ['text/csv'], responseTypes: ['text/csv'] });

// A grant to a role writes an inline policy, which nobody reviews; a managed one takes the same grant.
const starters = new iam.ManagedPolicy(learning, 'StartReadmission', { roles: [platform.scientists], description: 'Start the readmission pipeline and look at its runs' });
pipeline.grantStartExecution(starters);
acknowledge(starters, [`AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sagemaker:${env.region}:${env.account}:pipeline/readmission-risk/execution/*]`],
  'SageMaker makes the ids of runs; the pipeline is the one');

Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));
