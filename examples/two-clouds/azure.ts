import { App, TerraformStack } from 'cdktf';
import { Code, ComputeCluster, Environment, MLPipeline, Output, Providers, Workspace } from 'cdk-regulated-ml/azure';
import { Classification } from 'cdk-regulated-ml/policy';
import { RegulatedMLChecks } from 'cdk-regulated-ml/rules/azure';
import { admissions, profile, purpose } from './decided';

export const app = new App({ outdir: process.env.CDKTF_OUTDIR ?? 'cdktf.out' });
const stack = new TerraformStack(app, 'Readmission');
Providers.azurerm(stack, { subscriptionId: process.env.ARM_SUBSCRIPTION_ID ?? '00000000-0000-0000-0000-000000000000' });

const workspace = new Workspace(stack, 'Workspace', { profile, location: 'germanywestcentral', name: 'readmission', alarmEmails: ['ml-operations@hospital.example'] });
const raw = workspace.addStore('Raw', admissions);
const compute = new ComputeCluster(stack, 'Cpu', { workspace, size: 'Standard_D4s_v5' });
// the code is in the image, whose digest says what runs
const environment = Environment.image(process.env.STEPS_IMAGE ?? `${workspace.registryServer}/readmission-steps@sha256:${'0'.repeat(64)}`);
const step = (name: string) => Code.inImage(`/app/${name}/main.py`);

const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, purpose, compute });
const clean = pipeline.addCommand('Deidentify', {
  environment, code: step('deidentify'), inputs: [raw.input('admissions/')], outputs: Output.named('train'), deIdentifiesTo: Classification.PSEUDONYMISED,
});
const train = pipeline.addCommand('Train', { environment, code: step('train'), inputs: [clean.output('train')], outputs: Output.model('model') });
pipeline.addRegistration('Register', { training: train });

new RegulatedMLChecks(app, { profile });

if (require.main === module) app.synth();
