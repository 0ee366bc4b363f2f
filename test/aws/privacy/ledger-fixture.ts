import { PrivacyLedger, PrivacyLedgerProps } from '../../../lib/aws/privacy';
import { MLPipeline, Objective, Range, TrainingStepProps, TuningStepProps } from '../../../lib/aws/pipeline';
import { DataStore } from '../../../lib/aws/storage';
import { Classification, DifferentialPrivacy, DpSgdProps, PrivacyBudget, PrivacyUnit } from '../../../lib/policy';
import { code, Ground, ground as plainGround } from '../pipeline/fixture';


export const dpSgd = (more: Partial<DpSgdProps> = {}) => DifferentialPrivacy.dpSgd({ records: 25_600, batchSize: 256, epochs: 10, noiseMultiplier: 1.1, clippingNorm: 1, delta: 1e-6, ...more });
export const BUDGET = PrivacyBudget.perYear({ epsilon: 8, delta: 1e-5, records: 30_000, unit: PrivacyUnit.RECORD });

export interface Budgeted extends Ground {
  readonly people: DataStore;
  readonly ledger: PrivacyLedger;
}

/** A workspace with a ledger and a store that has a budget, and an empty pipeline. */
export function ground(props: Partial<PrivacyLedgerProps> = {}): Budgeted {
  const base = plainGround();
  const people = base.workspace.addStore('People', { classification: Classification.PHI, privacyBudget: BUDGET });
  return { ...base, people, ledger: new PrivacyLedger(base.stack, 'Ledger', { workspace: base.workspace, ...props }) };
}

export const train = ({ pipeline, image, people }: Budgeted, id: string, more: Partial<TrainingStepProps> = {}) => pipeline.addTraining(id, { image, code, inputs: [people.input()], privacy: dpSgd(), ...more });
export const tune = ({ pipeline, image, people }: Budgeted, id: string, more: Partial<TuningStepProps> = {}) => pipeline.addTuning(id, {
  image, code, inputs: [people.input()], privacy: dpSgd(), objective: Objective.maximize('auc'), ranges: { lr: Range.continuous(0.001, 1) }, ...more,
});

/** A step as it stands in a definition. */
export interface RenderedStep {
  readonly Name: string;
  readonly Type: string;
  readonly DependsOn?: string[];
  readonly OutputParameters?: { OutputName: string; OutputType: string }[];
  readonly Arguments: Record<string, unknown> & { IfSteps?: RenderedStep[]; ElseSteps?: RenderedStep[] };
}

export const stepsOf = (pipeline: MLPipeline) => (pipeline._renderDefinition() as unknown as { Steps: RenderedStep[] }).Steps;
export const stepOf = (pipeline: MLPipeline, name: string) => stepsOf(pipeline).find((step) => step.Name === name)!;
