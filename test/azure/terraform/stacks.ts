import type { TerraformStack } from 'cdktf';
import {
  AccountBaseline, AmazonS3Source, Code, ComputeCluster, ComputeInstance, DataIdentifier, Environment, Hierarchy, Identity, InferenceEndpoint, MLPipeline, NetworkMode, Output, PurviewAccount,
  Scaling, SensitiveDataDiscovery, TokenVault, Workspace, type WorkspaceProps,
} from '../../../lib/azure';
import { Classification, Deidentification, Purpose, Technique, TokenField } from '../../../lib/policy';
import { azureStack, group, location, profile, subscription } from '../../support/azure';

const PURPOSE = Purpose.of('readmission-risk');
const IMAGE = `readmissionacr.azurecr.io/sklearn@sha256:${'a'.repeat(64)}`;

/** A stack of each kind that the Azure door makes, whole: what Terraform and scanners are asked about. */
export const STACKS: Readonly<Record<string, () => TerraformStack>> = {
  'a workload in a managed network': () => workload({}),
  'a workload in a network of its own': () => workload({ networkMode: NetworkMode.OWN, firewallAddress: '10.0.9.4' }),
  'a token vault': () => vault(),
  'the baseline of a subscription': () => {
    const { stack } = azureStack('Account');
    new AccountBaseline(stack, 'Baseline', { profile, location, subscriptionId: subscription.split('/')[2], emails: ['security@example.org'], budget: { amount: 5000, from: '2026-11-01' } });
    return stack;
  },
};

function vault(): TerraformStack {
  const { stack } = azureStack('Vault');
  const workspace = new Workspace(stack, 'Workspace', { profile, location, name: 'cardiology', alarmEmails: ['security@example.org'] });
  const made = new TokenVault(stack, 'Vault', {
    workspace, application: { clientId: '77777777-7777-4777-8777-777777777777' }, tenant: 'cardiology', fields: { patientId: TokenField.random() }, purposes: [PURPOSE],
  });
  made.grantTokenize(new Identity(stack, 'Ingest', { workspace }));
  made.grantDetokenize(new Identity(stack, 'Ward', { workspace }), { purposes: [PURPOSE] });
  const raw = workspace.addStore('Raw', { classification: Classification.PHI, purpose: PURPOSE });
  const plan = Deidentification.of({ columns: { id: Technique.token('patientId'), age: Technique.age() }, quasiIdentifiers: ['age'], thresholds: { k: 5 } });
  new MLPipeline(stack, 'Pipeline', { workspace, purpose: PURPOSE }).addDeidentification('Deidentify', {
    plan, input: raw.input('admissions/'), quarantine: raw, vault: made, code: Code.fromStore(workspace.addStore('Jobs', { classification: Classification.INTERNAL }), 'deidentification/'),
  });
  return stack;
}

function workload(props: Partial<WorkspaceProps>): TerraformStack {
  const { stack } = azureStack('Readmission');
  const workspace = new Workspace(stack, 'Workspace', { profile, location, name: 'readmission', alarmEmails: ['security@example.org'], ...props });
  const raw = workspace.addStore('Raw', { classification: Classification.PHI, purpose: PURPOSE });
  const landing = workspace.addStore('Landing', { classification: Classification.PHI, purpose: PURPOSE, hierarchy: Hierarchy.FLAT });

  const environment = Environment.image(IMAGE);
  const compute = new ComputeCluster(stack, 'Cpu', { workspace, size: 'Standard_D4s_v5', maxNodes: 4 });
  new ComputeInstance(stack, 'Notebook', { workspace, user: { objectId: '44444444-4444-4444-4444-444444444444', tenantId: '55555555-5555-5555-5555-555555555555' } });
  const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, purpose: PURPOSE, compute });
  const clean = pipeline.addCommand('Deidentify', {
    environment, code: Code.inImage('/app/deidentify.py'), inputs: [raw.input('admissions/')], outputs: Output.named('train'), deIdentifiesTo: Classification.PSEUDONYMISED,
  });
  const train = pipeline.addCommand('Train', { environment, code: Code.inImage('/app/train.py'), inputs: [clean.output('train')], outputs: [Output.model('model')] });
  const model = pipeline.addRegistration('Register', { training: train });
  new InferenceEndpoint(stack, 'Endpoint', { workspace, model, environment, code: Code.inImage('/app/score.py'), scaling: Scaling.between({ min: 2, max: 6 }) });

  new SensitiveDataDiscovery(stack, 'Discovery', {
    workspace, stores: [raw, landing], identifiers: DataIdentifier.presets(), ruleSet: 'hospital', quarantine: { environment, code: Code.inImage('/app/quarantine-blob/main.py') },
    purview: PurviewAccount.fromAttributes(stack, 'Purview', {
      accountId: `${group}/providers/Microsoft.Purview/accounts/hospital`, location, principalId: '33333333-3333-3333-3333-333333333333', managedNetwork: 'defaultv2',
    }),
    buckets: [AmazonS3Source.bucket({ bucketName: 'hospital-raw', region: 'eu-central-1', roleArn: 'arn:aws:iam::123456789012:role/purview' })],
  });
  return stack;
}
