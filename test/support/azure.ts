import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, TerraformStack, Testing } from 'cdktf';
import type { Construct } from 'constructs';
import { DataStore, Identity, IWorkspace, Providers, Workspace, WorkspaceAttributes, Zone } from '../../lib/azure';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Residency } from '../../lib/policy';

/** Inside the residency of `profile`. */
export const location = 'germanywestcentral';

export const subscription = '/subscriptions/00000000-0000-0000-0000-000000000000';
export const group = `${subscription}/resourceGroups/readmission`;

/** Health data in the EU. */
export const profile = ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });

/** An app with a stack and the provider. */
export function azureStack(id = 'Stack'): { app: App; stack: TerraformStack } {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'azure-')) });
  return { app, stack: stackIn(app, id) };
}

/** A stack with the provider. */
export function stackIn(app: App, id: string): TerraformStack {
  const stack = new TerraformStack(app, id);
  Providers.azurerm(stack, { subscriptionId: subscription.split('/')[2] });
  return stack;
}

/** A workspace that exists. */
export function importedWorkspace(scope: Construct, id = 'Workspace', attrs: Partial<WorkspaceAttributes> = {}): IWorkspace {
  const identity = (name: string) => Identity.fromAttributes(scope, `${id}${name}`, {
    identityId: `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name.toLowerCase()}`,
    principalId: '11111111-1111-1111-1111-111111111111', clientId: '22222222-2222-2222-2222-222222222222',
  });
  const store = (name: string, zone: Zone) => DataStore.fromAttributes(scope, `${id}${name}`, {
    accountId: `${group}/providers/Microsoft.Storage/storageAccounts/readmission${name.toLowerCase()}`, containerName: name.toLowerCase(),
    classification: Classification.PHI, zone, location,
  });
  return Workspace.fromAttributes(scope, id, {
    profile, location,
    workspaceId: `${group}/providers/Microsoft.MachineLearningServices/workspaces/readmission`,
    endpointSubnetId: `${group}/providers/Microsoft.Network/virtualNetworks/readmission/subnets/endpoints`,
    keyVaultId: `${group}/providers/Microsoft.KeyVault/vaults/readmission`,
    keyId: 'https://readmission.vault.azure.net/keys/data',
    keyIdentity: identity('KeyUser'), identity: identity('Identity'),
    registryId: `${group}/providers/Microsoft.ContainerRegistry/registries/readmissionacr`,
    logAnalyticsId: `${group}/providers/Microsoft.OperationalInsights/workspaces/readmission`,
    alarmsId: `${group}/providers/Microsoft.Insights/actionGroups/readmission`,
    outputs: store('Outputs', Zone.CURATED), models: store('Models', Zone.MODELS),
    dnsZonesGroupId: group,
    ...attrs,
  });
}

/** An app with an imported workspace in a stack. */
export function workspaceStack(attrs: Partial<WorkspaceAttributes> = {}): { app: App; stack: TerraformStack; workspace: IWorkspace } {
  const { app, stack } = azureStack();
  return { app, stack, workspace: importedWorkspace(stack, 'Workspace', attrs) };
}

/** What Terraform would be given: a stack's JSON, as synth writes it. */
export function synthesized(stack: TerraformStack): Synthesized {
  return JSON.parse(textOf(stack)) as Synthesized;
}

interface Written { readonly during: string | undefined; readonly constructs: number; readonly text: string }

const WRITTEN = new WeakMap<TerraformStack, Written>();

// a test asks for one type of resource after the other, and each synth takes about 70 ms: within a test it is done again where constructs were added
function textOf(stack: TerraformStack): string {
  const during = expect.getState().currentTestName;
  const constructs = stack.node.findAll().length;
  const known = WRITTEN.get(stack);
  if (known?.during === during && known?.constructs === constructs) return known.text;
  const text = Testing.synth(stack);
  // synth itself may add some
  WRITTEN.set(stack, { during, constructs: stack.node.findAll().length, text });
  return text;
}

/** A stack, as Terraform reads it. */
export interface Synthesized {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly data?: Synthesized['resource'];
  readonly output?: unknown;
}

/** All resources of a type. */
export function resourcesOf(stack: TerraformStack, type: string): Readonly<Record<string, unknown>>[] {
  return Object.values(synthesized(stack).resource?.[type] ?? {});
}
