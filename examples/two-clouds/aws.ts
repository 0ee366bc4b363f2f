import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Code, ContainerImage, MLPipeline, Output, PrebuiltImage, Workspace } from 'cdk-regulated-ml/aws';
import { Classification } from 'cdk-regulated-ml/policy';
import { RegulatedMLChecks } from 'cdk-regulated-ml/rules';
import { admissions, profile, purpose } from './decided';

export const app = new App();
const stack = new Stack(app, 'Readmission', { env: { account: process.env.CDK_DEFAULT_ACCOUNT ?? '123456789012', region: 'eu-central-1' } });

const workspace = new Workspace(stack, 'Workspace', { profile });
const raw = workspace.addStore('Raw', admissions);
const step = (name: string) => Code.fromAsset(join(__dirname, '../minimal/steps', name));
const image = ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2');

const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, purpose });
const clean = pipeline.addProcessing('Deidentify', {
  image, code: step('deidentify'), inputs: [raw.input('admissions/')], outputs: Output.named('train'), deIdentifiesTo: Classification.PSEUDONYMISED,
});
const train = pipeline.addTraining('Train', { image, code: step('train'), inputs: [clean.output('train')] });
pipeline.addRegistration('Register', { training: train });

Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));
