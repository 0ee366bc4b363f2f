import { App, Duration, Stack } from 'aws-cdk-lib';
import { ConsentFilterStep, ConsentFilterStepProps, ConsentRegistry, ConsentRegistryProps, DataStore, MLPipeline, MLPipelineProps, Workspace } from '../../../lib/aws';
import { Classification, Purpose } from '../../../lib/policy';
import { code, ground as plainGround, Ground } from '../pipeline/fixture';

export const RISK = Purpose.of('readmission-risk');
export const RESEARCH = Purpose.of('research');
/** The id that OneTrust has for a purpose. */
export const ONETRUST_ID = 'f2229953-b4b5-4042-8cb9-b78038cc4c46';

/** The registry of the README, on a workspace. */
export function registryOn(scope: Stack, workspace: Workspace, props: Partial<ConsentRegistryProps> = {}, id = 'Consent'): ConsentRegistry {
  return new ConsentRegistry(scope, id, { workspace, purposes: [RISK], ...props });
}

export interface Consented extends Ground {
  readonly registry: ConsentRegistry;
}

/** A workspace with a registry, a raw store for the purpose, and an empty pipeline. */
export function ground(props: Partial<ConsentRegistryProps> = {}, pipeline: Partial<MLPipelineProps> = { purpose: RISK }): Consented {
  const base = plainGround(pipeline);
  return { ...base, registry: registryOn(base.stack, base.workspace, props) };
}

export const filter = ({ pipeline, raw, registry }: Consented, more: Partial<ConsentFilterStepProps> = {}, id = 'Consented') => pipeline.addConsentFilter(id, {
  registry, input: raw.input('admissions/'), subject: 'patient_id', purpose: RISK, maximumAge: Duration.hours(24), ...more,
});

/** The filter, a step that de-identifies, a training, a registration: as a user writes it. */
export function filteredPipeline(props: Partial<ConsentRegistryProps> = {}) {
  const base = ground(props);
  const { pipeline, image } = base;
  const consented = filter(base);
  const clean = pipeline.addProcessing('Pseudonymise', { image, code, inputs: [consented.output()], deIdentifiesTo: Classification.PSEUDONYMISED });
  const train = pipeline.addTraining('Train', { image, code, inputs: [clean.output()] });
  return { ...base, consented, clean, train };
}

export { App, code, ConsentFilterStep, DataStore, MLPipeline };
