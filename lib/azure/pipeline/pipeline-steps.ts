import { Construct } from 'constructs';
import type { MLPipeline } from './pipeline';
import { RegisteredModel } from './registered-model';
import type { RegistrationProps } from './registered-model';
import { AutoMLStep } from './steps/auto-ml';
import type { AutoMLStepProps } from './steps/auto-ml';
import { CommandStep } from './steps/command';
import type { CommandStepProps } from './steps/command';
import { DataTransferStep } from './steps/data-transfer';
import type { DataTransferStepProps } from './steps/data-transfer';
import { DeidentificationStep } from './steps/deidentification';
import type { DeidentificationStepProps } from './steps/deidentification';
import { NestedPipelineStep } from './steps/nested-pipeline';
import type { NestedPipelineStepProps } from './steps/nested-pipeline';
import { ParallelStep } from './steps/parallel';
import type { ParallelStepProps } from './steps/parallel';
import { SparkStep } from './steps/spark';
import type { SparkStepProps } from './steps/spark';
import { SweepStep } from './steps/sweep';
import type { SweepStepProps } from './steps/sweep';

/** What adds steps to a pipeline; `MLPipeline` is one. */
export abstract class PipelineSteps extends Construct {
  /** Adds a command on a cluster: preparation, training, evaluation. */
  public addCommand(id: string, props: CommandStepProps): CommandStep {
    return new CommandStep(this.pipeline, id, props);
  }

  /** Adds a search for the best hyperparameters. */
  public addSweep(id: string, props: SweepStepProps): SweepStep {
    return new SweepStep(this.pipeline, id, props);
  }

  /** Adds a program that is put to data in batches. */
  public addParallel(id: string, props: ParallelStepProps): ParallelStep {
    return new ParallelStep(this.pipeline, id, props);
  }

  /** Adds a Spark program. */
  public addSpark(id: string, props: SparkStepProps): SparkStep {
    return new SparkStep(this.pipeline, id, props);
  }

  /** Adds the de-identification of a table. */
  public addDeidentification(id: string, props: DeidentificationStepProps): DeidentificationStep {
    return new DeidentificationStep(this.pipeline, id, props);
  }

  /** Adds a search for a model by Azure ML itself. */
  public addAutoML(id: string, props: AutoMLStepProps): AutoMLStep {
    return new AutoMLStep(this.pipeline, id, props);
  }

  /** Adds a copy of data from one store to another. */
  public addDataTransfer(id: string, props: DataTransferStepProps): DataTransferStep {
    return new DataTransferStep(this.pipeline, id, props);
  }

  /** Adds another pipeline as one step. */
  public addPipeline(id: string, props: NestedPipelineStepProps): NestedPipelineStep {
    return new NestedPipelineStep(this.pipeline, id, props);
  }

  /** Registers the model of a step, as a new version in each run. */
  public addRegistration(id: string, props: RegistrationProps): RegisteredModel {
    return new RegisteredModel(this.pipeline, id, props);
  }

  private get pipeline(): MLPipeline {
    return this as unknown as MLPipeline;
  }
}
