import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TerraformStack } from 'cdktf';
import {
  Code, ComputeCluster, DataStore, Environment, IDataStore, IWorkspace, MLPipeline, MLPipelineProps, Output, Zone,
} from '../../lib/azure';
import { Classification, Purpose } from '../../lib/policy';
import type { AzapiJson } from './arm-types';
import { group, location, resourcesOf, workspaceStack } from './azure';

/** An image by its digest, in the registry of the imported workspace. */
export const image = `readmissionacr.azurecr.io/sklearn@sha256:${'a'.repeat(64)}`;
export const environment = Environment.image(image);

/** Code of the image's own: what most tests need. */
export const code = Code.inImage();

/** A folder with a program. */
export function codeFolder(files: Readonly<Record<string, string>> = { 'main.py': 'print(1)\n' }): string {
  const folder = mkdtempSync(join(tmpdir(), 'code-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A store that exists. */
export function store(stack: TerraformStack, id: string, classification = Classification.PHI, purpose?: Purpose): IDataStore {
  return DataStore.fromAttributes(stack, id, {
    accountId: `${group}/providers/Microsoft.Storage/storageAccounts/readmission${id.toLowerCase()}`, containerName: id.toLowerCase(), classification, purpose, zone: Zone.RAW, location,
  });
}

/** A workspace with a store of health data, a cluster and a pipeline without steps. */
export interface Scene {
  readonly stack: TerraformStack;
  readonly workspace: IWorkspace;
  readonly raw: IDataStore;
  readonly compute: ComputeCluster;
  readonly pipeline: MLPipeline;
}

export function scene(props: Partial<MLPipelineProps> = {}): Scene {
  const { stack, workspace } = workspaceStack();
  const raw = store(stack, 'Raw');
  const compute = new ComputeCluster(stack, 'Cpu', { workspace, size: 'Standard_D4s_v5' });
  const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, compute, ...props });
  return { stack, workspace, raw, compute, pipeline };
}

/** A pipeline that pseudonymises and trains. */
export function trained(props: Partial<MLPipelineProps> = {}) {
  const all = scene(props);
  const clean = all.pipeline.addCommand('Deidentify', {
    environment, code, inputs: [all.raw.input('admissions/')], outputs: Output.named('train', 'test'), deIdentifiesTo: Classification.PSEUDONYMISED,
  });
  const train = all.pipeline.addCommand('Train', { environment, code, inputs: [clean.output('train')], outputs: Output.model('model') });
  return { ...all, clean, train };
}

/** Resources of azapi of a type, such as `components/versions`. */
export function azapiOf(stack: TerraformStack, type: string): AzapiJson[] {
  return (resourcesOf(stack, 'azapi_resource') as unknown as AzapiJson[]).filter((resource) => resource.type === `Microsoft.MachineLearningServices/workspaces/${type}@2025-12-01`);
}

/** The specification of the component with a display name, with expressions as Azure ML reads them. */
export function specOf(stack: TerraformStack, displayName: string): Record<string, unknown> {
  const found = azapiOf(stack, 'components/versions').map(({ body }) => (body.properties as { componentSpec: Record<string, unknown> }).componentSpec)
    .find((spec) => spec.display_name === displayName);
  if (!found) throw new Error(`no component '${displayName}'`);
  return JSON.parse(JSON.stringify(found).replace(/\$\$\{/g, '${')) as Record<string, unknown>;
}

/** The jobs of the pipeline. */
export function jobsOf(stack: TerraformStack, pipeline: MLPipeline): Record<string, Record<string, unknown>> {
  return specOf(stack, pipeline.pipelineName).jobs as Record<string, Record<string, unknown>>;
}
