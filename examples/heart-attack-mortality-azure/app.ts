import { join } from 'node:path';
import { App, TerraformStack } from 'cdktf';
import {
  Code, ComputeCluster, Environment, InferenceEndpoint, MLPipeline, Objective, Output, Providers, PurviewAccount, Range, RangeScale, Scaling, Schedule, SensitiveDataDiscovery,
  Workspace, Zone,
} from 'cdk-regulated-ml/azure';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Purpose, Residency, Retention } from 'cdk-regulated-ml/policy';
import { RegulatedMLChecks } from 'cdk-regulated-ml/rules/azure';

/** What the hospital decided, the same as on AWS. */
export const profile = ComplianceProfile.of({
  frameworks: [Framework.HIPAA, Framework.GDPR],
  residency: Residency.within(Jurisdiction.EU),
  retention: { data: Retention.years(10), captures: Retention.days(90) },
});

export const app = new App({ outdir: process.env.CDKTF_OUTDIR ?? 'cdktf.out' });
const purpose = Purpose.of('one-year-mortality');

const subscriptionId = process.env.ARM_SUBSCRIPTION_ID ?? '00000000-0000-0000-0000-000000000000';
const stack = new TerraformStack(app, 'Mortality');
Providers.azurerm(stack, { subscriptionId });

const workspace = new Workspace(stack, 'Workspace', { profile, location: 'germanywestcentral', name: 'mortality', alarmEmails: ['ml-operations@hospital.example'] });
const raw = workspace.addStore('Raw', { classification: Classification.PHI, purpose });
const keys = workspace.addStore('PseudonymKeys', { classification: Classification.INTERNAL, zone: Zone.CURATED, purpose });
const captures = workspace.addStore('Captures', { classification: Classification.PSEUDONYMISED, zone: Zone.CAPTURES, purpose });

// The image that the steps were tested in, from the hospital's own build; its digest says what runs.
const environment = Environment.image(process.env.STEPS_IMAGE ?? `${workspace.registryServer}/mortality-steps@sha256:${'0'.repeat(64)}`);
const code = Code.fromFolder(join(__dirname, '../heart-attack-mortality/steps'), { program: 'azure_job.py' });

// A stack of its own, since whoever applies it must reach the tenant's Purview account and be its administrator.
const watched = new TerraformStack(app, 'MortalityDiscovery');
Providers.azurerm(watched, { subscriptionId });
new SensitiveDataDiscovery(watched, 'Discovery', {
  workspace, stores: [raw, captures],
  purview: PurviewAccount.fromAttributes(watched, 'Purview', {
    accountId: process.env.PURVIEW_ACCOUNT_ID ?? `/subscriptions/${subscriptionId}/resourceGroups/governance/providers/Microsoft.Purview/accounts/hospital`,
    location: 'germanywestcentral', principalId: process.env.PURVIEW_PRINCIPAL_ID ?? '00000000-0000-0000-0000-000000000000', managedNetwork: 'defaultv2',
  }),
  // what Defender calls malicious goes to a store of its own
  quarantine: { environment, code: Code.inImage('/app/quarantine-blob/main.py') },
});

const compute = new ComputeCluster(stack, 'Cpu', { workspace, size: 'Standard_D4s_v5', maxNodes: 4 });
const step = { environment, code };

const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, purpose, compute, description: 'Death within a year of a heart attack, from what is known at admission' });
const ingest = pipeline.addCommand('Ingest', {
  ...step, inputs: [raw.input('admissions/').as('raw')], outputs: Output.named('admissions'),
  command: 'python azure_job.py ingest processing/input/raw=${{inputs.raw}} processing/output/admissions=${{outputs.admissions}}',
});
const pseudonymise = pipeline.addCommand('Pseudonymise', {
  ...step,
  inputs: [ingest.output('admissions'), keys.input('mortality/').as('key')],
  outputs: Output.named('train', 'validation', 'test', 'baseline'),
  deIdentifiesTo: Classification.PSEUDONYMISED,
  command: 'PSEUDONYM_KEY_FILE=${{inputs.key}}/pseudonym.key python azure_job.py pseudonymise processing/input/admissions=${{inputs.admissions}} '
    + ['train', 'validation', 'test', 'baseline'].map((name) => `processing/output/${name}=\${{outputs.${name}}}`).join(' '),
});
const train = pipeline.addSweep('Train', {
  ...step,
  inputs: [pseudonymise.output('train'), pseudonymise.output('validation')],
  outputs: Output.model('model'),
  command: 'python azure_job.py train input/data/train=${{inputs.train}} input/data/validation=${{inputs.validation}} model=${{outputs.model}} '
    + '-- --c ${{inputs.c}} --l1_ratio ${{inputs.l1_ratio}}',
  objective: Objective.maximize('validation_auc'),
  ranges: { c: Range.continuous(0.001, 10, RangeScale.LOGARITHMIC), l1_ratio: Range.continuous(0, 1, RangeScale.LINEAR) },
  maxTrials: 12,
  maxParallelTrials: 3,
});
const held = [train.model.as('model'), pseudonymise.output('test')];
pipeline.addCommand('Evaluate', {
  ...step, inputs: held, outputs: Output.named('evaluation'),
  command: 'python azure_job.py evaluate processing/model/model.tar.gz=${{inputs.model}} processing/test=${{inputs.test}} processing/evaluation=${{outputs.evaluation}}',
});
pipeline.addCommand('Bias', {
  ...step, inputs: held, outputs: Output.named('bias'),
  command: 'python azure_job.py bias processing/model/model.tar.gz=${{inputs.model}} processing/test=${{inputs.test}} processing/bias=${{outputs.bias}}',
});
const model = pipeline.addRegistration('Register', { training: train });
pipeline.runOnSchedule('Monthly', Schedule.monthly([1], { hour: 3, timeZone: 'W. Europe Standard Time' }));

// Nothing is served until somebody who has read the two reports gives the number of a version.
new InferenceEndpoint(stack, 'Endpoint', {
  workspace, model, scaling: Scaling.between({ min: 2, max: 6 }), capture: { store: captures },
  code: Code.fromFolder(join(__dirname, '../heart-attack-mortality/steps/serve'), { program: 'score.py' }),
});

new RegulatedMLChecks(app, { profile });

if (require.main === module) app.synth();
