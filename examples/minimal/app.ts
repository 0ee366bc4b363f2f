import { App, Stack, Validations } from 'aws-cdk-lib';
import { Code, ContainerImage, InferenceEndpoint, Instances, MLPipeline, Output, PrebuiltImage, Scaling, Workspace } from 'cdk-regulated-ml/aws';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Purpose, Residency, Retention } from 'cdk-regulated-ml/policy';
import { RegulatedMLChecks } from 'cdk-regulated-ml/rules';

export const app = new App();
const stack = new Stack(app, 'Readmission', { env: { account: process.env.CDK_DEFAULT_ACCOUNT ?? '123456789012', region: 'eu-central-1' } });

export const profile = ComplianceProfile.of({
  frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.years(10) },
});
const workspace = new Workspace(stack, 'Workspace', { profile });
const raw = workspace.addStore('Raw', { classification: Classification.PHI, purpose: Purpose.of('readmission-risk') });

const image = ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2');
const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, purpose: Purpose.of('readmission-risk') });
const clean = pipeline.addProcessing('Deidentify', {
  image,
  code: Code.fromAsset('steps/deidentify'),
  inputs: [raw.input('admissions/')],
  outputs: Output.named('train'),
  deIdentifiesTo: Classification.PSEUDONYMISED,
});
const train = pipeline.addTraining('Train', { image, code: Code.fromAsset('steps/train'), inputs: [clean.output('train')], instances: Instances.of('ml.m5.2xlarge') });
const model = pipeline.addRegistration('Register', { training: train });

new InferenceEndpoint(stack, 'Endpoint', { workspace, model, scaling: Scaling.byConcurrency({ min: 2, max: 10 }) });
Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));
