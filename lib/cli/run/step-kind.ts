import type { Io } from '../io';
import type { Children } from './child';
import type { AskedRegistry } from './consent-registry';
import type { JsonObject, PipelineDefinition } from './definition';
import type { Step } from './graph';
import type { StepRecord } from './journal';
import type { JobReport } from '../../runtime/ledger-rules/verdict';
import type { FileLedger } from './file-ledger';
import type { Root } from './root';
import type { ObjectStore } from './store';

/** What steps of a run share. */
export interface Surroundings {
  readonly id: string;
  readonly pipeline: PipelineDefinition;
  /** The interpreter that stands for that of the images. */
  readonly python: string;
  readonly env: Io['env'];
  readonly store: ObjectStore;
  readonly children: Children;
  readonly ledger: FileLedger;
  /** Registries of consent that the pipeline asks, by the ARN of the function that takes their snapshots, or what stands for it. */
  readonly registries: ReadonlyMap<string, AskedRegistry>;
  /** Folder of the local registry. */
  readonly registry: string;
  /** Trainings of a tuning at most. */
  readonly maxTrials?: number;
  /** Logs of the run. */
  readonly logs: string;
  /** A root of a step's own, which is gone when the step has ended. */
  withRoot<T>(work: (root: Root) => Promise<T>): Promise<T>;
  progress(text: string): void;
  /** What earlier steps have left written down. */
  record(step: string): StepRecord | undefined;
}

/** A step with all variables in place. */
export interface ReadyStep extends Step {
  /** Of its request and all that it reads. */
  readonly digest: string;
  /** The arguments as the definition has them. */
  readonly raw: JsonObject;
  /** What was written down of it in an attempt that did not finish. */
  readonly before?: StepRecord;
  /** Writes down more of it while it runs. */
  note(more: Partial<StepRecord>): void;
  /** Writes down what a private training has spent, in place of what was known of it. */
  spend(report: JobReport): void;
}

/** What a step has come to. */
export type StepResult = Pick<StepRecord, 'properties' | 'metrics' | 'log' | 'notes'> & {
  /** Addresses that it has written to. */
  readonly wrote?: readonly string[];
};

/** How steps of a type are run. */
export interface StepKind {
  /** Addresses that it reads. */
  inputs?(step: ReadyStep): readonly string[];
  /** Files and folders of this machine that it reads beside those. */
  reads?(step: ReadyStep, here: Surroundings): readonly string[];
  run(step: ReadyStep, here: Surroundings): Promise<StepResult>;
}

/** The step ran and failed: so does the run. */
export class StepFailure extends Error {
  constructor(message: string, public readonly log?: string) {
    super(message);
  }
}

/** The step cannot run on this machine; what does not wait for it goes on. */
export class StepSkipped extends Error {}

/** Somebody ended the run. */
export class Interruption extends Error {}
